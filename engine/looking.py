"""Looking: every number of a forward pass at a few points, in float64 and in new arrays. Not for training."""

from dataclasses import dataclass

import numpy as np

from engine.batches import low_target, step_weights
from engine.features import compute_features
from engine.layers.layer import Batch
from engine.metrics import classes
from engine.network import Network
from engine.plan import Nodes, compile_calls, forward_template
from engine.spec import RunSpec
from engine.types import Array, Float64Array, IntArray

MOST_AT_ONCE = 1_000_000
"""Units times points times replicas that a prediction looks at together: 16 MB."""


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


def steps_of_words(network: Network, points: Float64Array) -> Float64Array | None:
    """The weights of the steps (1, T, N) of sequences of words (N, T), each of which ends where only 0 follows; None
    where sequences do not differ in length."""
    if not network.various_lengths:
        return None
    lengths = np.array([np.trim_zeros(row, "b").size for row in points], np.int64)
    return step_weights(lengths, network.inputs[0]).T[None]


def classes_of(spec: RunSpec, outputs: Float64Array) -> IntArray:
    """The class index (…) that outputs (…, K) stand for; with an answer at each of T steps, (…, T) of (…, T·K). Raises
    ValueError where there are no classes, or where the outputs are not those of all steps."""
    if spec.task != "classification":
        raise ValueError(f"A {spec.task} has no classes.")
    units = spec.wires[-1].outputs[-1]
    steps = spec.form.steps
    if outputs.shape[-1] != units * (steps or 1):
        raise ValueError(f"Give all {units * (steps or 1)} outputs of the network, not {outputs.shape[-1]}.")
    answers = outputs if steps is None else outputs.reshape(*outputs.shape[:-1], steps, units)
    return classes(answers[..., None], (low_target(spec) + 1.0) / 2.0)[..., 0]


def look(network: Network, theta: Array, points: Float64Array) -> list[LayerValues]:
    """All layers, the output layer last, of the parameters theta (R, P) at points (N, 2)."""
    features = feature_values(network, points)
    nodes = Nodes(network, len(theta), features.shape[1], np.dtype(np.float64))
    places = range(len(network.wires))
    sums = [np.empty_like(nodes.values(place)) for place in places]
    outputs = [nodes.values(place) for place in places]
    layers = [nodes.bind(place, theta.astype(np.float64)) for place in places]
    x = np.vstack([features, np.ones((1, features.shape[1]))])[None]
    steps = steps_of_words(network, points)
    with np.errstate(all="ignore"):
        for call in compile_calls(forward_template(nodes, layers, sums, outputs, logits=False), Batch(x, x, x, steps)):
            call()
    return list(map(LayerValues, sums, outputs))


def predict(network: Network, theta: Array, points: Float64Array) -> Float64Array:
    """The output units (R, N, K) of the parameters theta (R, P) at points (N, 2), so many at a time as need not much
    memory."""
    size = max(1, MOST_AT_ONCE // (len(theta) * sum(wire.units for wire in network.wires)))
    parts = [points[start : start + size] for start in range(0, len(points), size)] or [points]
    outputs = [look(network, theta, part)[-1].outputs for part in parts]
    return np.concatenate(outputs, axis=2).transpose(0, 2, 1)
