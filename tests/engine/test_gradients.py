"""Gradients: every activation × loss against central differences, on random graphs, sizes and replicas."""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.activations import TRAINABLE
from engine.features import FEATURES
from engine.looking import look
from engine.losses import LOSSES
from engine.network import Network
from engine.plan import Batch, TrainingPlan
from engine.spec import RunSpec
from engine.types import Array, Float64Array

KINKED = {"relu", "leaky_relu", "elu"}
MARGIN = 1e-3
STEP = 1e-6
OUTPUTS = [(1, "cross_entropy", "sigmoid"), (3, "cross_entropy", "softmax"), (3, "squared_error", "softmax")] + [
    (width, "squared_error", activation) for width, activation in product((1, 3), TRAINABLE)
]
CASES = [(activation, *output) for activation in TRAINABLE for output in OUTPUTS]


@st.composite
def graphs(draw: st.DrawFn, activation: str) -> list[dict[str, Any]]:
    """One to four layers, each reading the one before or any set of those before it and the features."""
    names = ["features"]
    layers = []
    for place in range(draw(st.integers(1, 4))):
        layer: dict[str, Any] = {"kind": "dense", "units": draw(st.integers(1, 5)), "activation": activation}
        if place and draw(st.booleans()):
            layer["inputs"] = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        names.append(f"layer{place + 1}")
        layers.append(layer)
    return layers


def make_spec(layers: list[dict[str, Any]], width: int, loss: str, output: str, features: int) -> RunSpec:
    return RunSpec.from_dict(
        {
            "dataset": {"kind": "gauss" if width == 1 else "three_blobs"},
            "features": list(FEATURES)[:features],
            "layers": layers,
            "loss": loss,
            "output": {"activation": output},
            "dtype": "float64",
        }
    )


def mean_loss(network: Network, loss: str, points: Float64Array, targets: Array, theta: Array) -> Float64Array:
    """The loss (R,) written down anew, from the formulas."""
    last = look(network, theta, points)[-1]
    if loss == "squared_error":
        each = 0.5 * ((last.outputs - targets) ** 2).sum(axis=1)
    elif targets.shape[1] == 1:
        each = np.logaddexp(0, last.sums[:, 0]) - targets[:, 0] * last.sums[:, 0]
    else:
        each = np.logaddexp.reduce(last.sums, axis=1) - (targets * last.sums).sum(axis=1)
    return np.asarray(each.mean(axis=1))


def away_from_kinks(spec: RunSpec, rng: np.random.Generator, replicas: int, examples: int) -> tuple[Array, Array]:
    """Parameters and points at which no unit stands near the corner of its activation."""
    network = Network(spec)
    while True:
        theta = rng.normal(0, 0.7, (replicas, network.parameters))
        points = rng.uniform(-2, 2, (examples, 2))
        sums = [
            np.abs(layer.sums).min()
            for layer, wire in zip(look(network, theta, points), spec.wires, strict=True)
            if wire.activation in KINKED
        ]
        if min(sums, default=1.0) > MARGIN:
            return theta, points


def make_targets(rng: np.random.Generator, loss: str, shape: tuple[int, int, int]) -> Array:
    if loss == "squared_error":
        return rng.normal(size=shape)
    if shape[1] == 1:
        return rng.integers(0, 2, shape).astype(np.float64)
    labels = rng.integers(0, shape[1], (shape[0], 1, shape[2]))
    return (labels == np.arange(shape[1])[None, :, None]).astype(np.float64)


def gradient_of(spec: RunSpec, theta: Array, x: Array, y: Array, weights: Array) -> Array:
    grad = np.full_like(theta, np.nan)
    plan = TrainingPlan(Network(spec), theta, grad, x.shape[-1], LOSSES[spec.loss])
    for call in plan.compile(Batch(x, y, weights)):
        call()
    return grad


def inputs_of(spec: RunSpec, points: Array, replicas: int) -> Array:
    columns = [FEATURES[name].compute(points[:, 0], points[:, 1]) for name in spec.features]
    x = np.stack([*columns, np.ones(len(points))])
    return np.broadcast_to(x, (replicas, *x.shape)).copy()


@pytest.mark.parametrize(("activation", "width", "loss", "output"), CASES)
@settings(max_examples=4)
@given(data=st.data())
def test_gradients_agree_with_central_differences(
    activation: str, width: int, loss: str, output: str, data: st.DataObject
) -> None:
    spec = make_spec(data.draw(graphs(activation)), width, loss, output, data.draw(st.integers(1, 4)))
    replicas, examples = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 6))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    theta, points = away_from_kinks(spec, rng, replicas, examples)
    targets = make_targets(rng, loss, (replicas, width, examples))
    x = inputs_of(spec, points, replicas)
    found = gradient_of(spec, theta, x, targets, np.array(1.0 / examples))
    at = partial(mean_loss, Network(spec), loss, points, targets)
    numeric = np.empty_like(theta)
    for place in range(theta.shape[1]):
        step = np.zeros(theta.shape[1])
        step[place] = STEP
        numeric[:, place] = (at(theta + step) - at(theta - step)) / (2 * STEP)
    error = np.linalg.norm(found - numeric, axis=1)
    assert (error <= 1e-6 * np.linalg.norm(numeric, axis=1) + 2e-9).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5))
def test_padding_rows_take_no_part(seed: int, real: int, padding: int) -> None:
    spec = make_spec([{"units": 4}, {"units": 3, "activation": "relu"}], 1, "cross_entropy", "sigmoid", 2)
    rng = np.random.default_rng(seed)
    theta, points = away_from_kinks(spec, rng, 2, real + padding)
    targets = make_targets(rng, spec.loss, (2, 1, real + padding))
    x = inputs_of(spec, points, 2)
    weights = np.where(np.arange(real + padding) < real, 1.0 / real, 0.0).reshape(1, 1, -1)
    padded = gradient_of(spec, theta, x, targets, weights)
    alone = gradient_of(spec, theta, x[..., :real].copy(), targets[..., :real].copy(), np.array(1.0 / real))
    np.testing.assert_allclose(padded, alone, rtol=1e-12, atol=1e-15)


def test_a_layer_that_nobody_reads_has_no_gradient() -> None:
    layers = [{"units": 3}, {"units": 2, "inputs": ["features"]}]
    spec = make_spec(layers, 1, "cross_entropy", "sigmoid", 2)
    rng = np.random.default_rng(5)
    theta, points = away_from_kinks(spec, rng, 1, 4)
    targets = make_targets(rng, spec.loss, (1, 1, 4))
    grad = gradient_of(spec, theta, inputs_of(spec, points, 1), targets, np.array(0.25))
    first = Network(spec).layers[1]["offset"]
    assert not grad[0, :first].any()
    assert grad[0, first:].all()
