"""Looking: every number of a forward pass at a few points, in float64 and in new arrays. Not for training."""

from dataclasses import dataclass

import numpy as np

from engine.activations import OUTPUT_ACTIVATIONS
from engine.features import compute_features
from engine.network import Network
from engine.types import Array, Float64Array


@dataclass(frozen=True, slots=True)
class LayerValues:
    """One layer at N points: the weighted sums and the activations, both (R, U, N)."""

    sums: Float64Array
    outputs: Float64Array


def feature_values(network: Network, points: Float64Array) -> Float64Array:
    """What the network is given (F, N) at points (N, 2), or at raw inputs (N, F) where there are no features."""
    if not network.features:
        return np.asarray(points, np.float64).T
    return compute_features(np.asarray(points, np.float64), network.features).T.astype(np.float64, copy=False)


def look(network: Network, theta: Array, points: Float64Array) -> list[LayerValues]:
    """All layers, the output layer last, of the parameters theta (R, P) at points (N, 2)."""
    features = feature_values(network, points)
    nodes = [np.broadcast_to(features, (len(theta), *features.shape))]
    layers = []
    with np.errstate(all="ignore"):
        for wire, weights in zip(network.wires, network.matrices(theta.astype(np.float64)), strict=True):
            inputs = np.concatenate([nodes[source] for source in wire.sources], axis=1)
            sums = weights[:, :-1].transpose(0, 2, 1) @ inputs + weights[:, -1][:, :, None]
            outputs = OUTPUT_ACTIVATIONS[wire.activation](sums)
            layers.append(LayerValues(sums, outputs))
            nodes.append(outputs)
    return layers
