"""Every number of the network at one point."""

import numpy as np

from engine.looking import feature_values, look
from engine.probes.grids import as_float32
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array


def probe_activations(population: Seen, options: Options) -> dict[str, Array]:
    """At ``point`` [x1, x2]: ``features`` (R, F), and for all units in layer order their sums ``z`` and outputs ``a``
    (R, U), all float32."""
    point = options.point()
    features = feature_values(population.network, point)[:, 0]
    layers = look(population.network, population.theta, point)
    return {
        "features": as_float32(np.broadcast_to(features, (len(population.specs), len(features)))),
        "z": as_float32(np.concatenate([layer.sums[..., 0] for layer in layers], axis=1)),
        "a": as_float32(np.concatenate([layer.outputs[..., 0] for layer in layers], axis=1)),
    }
