"""Every number of the network at one point."""

from typing import TYPE_CHECKING

import numpy as np

from engine.looking import feature_values, look
from engine.probes.options import Options
from engine.types import Array, Float32Array, Float64Array

if TYPE_CHECKING:
    from engine.population import Population


def probe_activations(population: "Population", options: Options) -> dict[str, Array]:
    """At ``point`` [x1, x2]: ``features`` (R, F), and for all units in layer order their sums ``z`` and outputs ``a``
    (R, U), all float32."""
    point = options.point()
    features = feature_values(population.network, point)[:, 0]
    layers = look(population.network, population.theta, point)
    return {
        "features": _finite(np.broadcast_to(features, (len(population.specs), len(features)))),
        "z": _finite(np.concatenate([layer.sums[..., 0] for layer in layers], axis=1)),
        "a": _finite(np.concatenate([layer.outputs[..., 0] for layer in layers], axis=1)),
    }


def _finite(values: Float64Array) -> Float32Array:
    """float32, with what is too large for it at the ends of its range."""
    largest = float(np.finfo(np.float32).max)
    return np.clip(np.nan_to_num(values), -largest, largest).astype(np.float32)
