"""Gradients: every activation × loss against central differences, on random graphs, sizes and replicas.

No number stands near a corner of an activation or a loss: the biases are chosen so, layer by layer, and the targets.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.activations import TRAINABLE
from engine.features import FEATURES
from engine.layers.layer import Batch
from engine.looking import look
from engine.losses import LOSSES, RECONSTRUCTION
from engine.network import Network
from engine.plan import TrainingPlan
from engine.spec import RunSpec
from engine.types import Array, Float64Array

KINKED = {"relu", "leaky_relu", "elu"}
MARGIN = 0.05
STEP = 4e-6
"""Rounding costs a difference ε · L / step, the curvature step² · L‴ / 6: both are well below 1e-9 here."""
DISTANCES = ("squared_error", "absolute_error", "huber")
OUTPUTS = [
    (1, "cross_entropy", "sigmoid"),
    (3, "cross_entropy", "softmax"),
    (1, "hinge", "linear"),
    (3, "hinge", "linear"),
    *((3, loss, "softmax") for loss in DISTANCES),
    *((width, loss, activation) for width, loss, activation in product((1, 3), DISTANCES, TRAINABLE)),
]
HIDDEN = list(TRAINABLE)
CASES = sorted(
    # every output below some hidden layers, and every hidden activation below every loss
    {(HIDDEN[place % len(HIDDEN)], *output) for place, output in enumerate(OUTPUTS)}
    | {(hidden, *output) for hidden, output in product(HIDDEN, OUTPUTS[:7])}
)


def test_every_loss_meets_every_activation() -> None:
    assert {loss for _, _, loss, _ in CASES} == set(LOSSES) - {RECONSTRUCTION}
    assert {(hidden, loss) for hidden, _, loss, _ in CASES} == set(product(TRAINABLE, set(LOSSES) - {RECONSTRUCTION}))
    assert {(output, loss) for _, _, loss, output in CASES if loss in DISTANCES} == set(
        product([*TRAINABLE, "softmax"], DISTANCES)
    )


def test_to_reconstruct_is_the_squared_error_of_other_targets() -> None:
    loss, squared = LOSSES[RECONSTRUCTION], LOSSES["squared_error"]
    assert (loss.terms, loss.slope, loss.from_logits) == (squared.terms, squared.slope, squared.from_logits)


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
    difference = last.outputs - targets
    if loss == "squared_error":
        each = 0.5 * (difference**2).sum(axis=1)
    elif loss == "absolute_error":
        each = np.abs(difference).sum(axis=1)
    elif loss == "huber":
        size = np.abs(difference)
        each = np.where(size <= 1, 0.5 * size**2, size - 0.5).sum(axis=1)
    elif loss == "hinge":
        each = np.maximum(0, 1 - targets * last.outputs).sum(axis=1)
    elif targets.shape[1] == 1:
        each = np.logaddexp(0, last.sums[:, 0]) - targets[:, 0] * last.sums[:, 0]
    else:
        each = np.logaddexp.reduce(last.sums, axis=1) - (targets * last.sums).sum(axis=1)
    return np.asarray(each.mean(axis=1))


def shift_off_zero(rng: np.random.Generator, sums: Array) -> float:
    """A number to add to sums (N,) so that none of them is near 0: below all, above all, or across their widest gap."""
    ordered = np.sort(sums)
    gaps = np.diff(ordered)
    ways = [-ordered[0] + 0.5, -ordered[-1] - 0.5]
    if len(gaps) and gaps.max() > 4 * MARGIN:
        widest = int(gaps.argmax())
        ways.append(-(ordered[widest] + ordered[widest + 1]) / 2)
    return float(ways[rng.integers(len(ways))])


def away_from_kinks(
    spec: RunSpec, rng: np.random.Generator, replicas: int, examples: int
) -> tuple[Array, Array, Array]:
    """Parameters, points and targets at which no unit and no output stands near a corner."""
    network = Network(spec)
    theta = rng.normal(0, 0.7, (replicas, network.parameters))
    points = rng.uniform(-2, 2, (examples, 2))
    classes = class_targets(rng, spec.loss, (replicas, network.wires[-1].units, examples))
    for place, wire in enumerate(network.wires):
        corner = classes if (place == len(network.wires) - 1 and spec.loss == "hinge") else 0.0
        if wire.activation not in KINKED and np.ndim(corner) == 0:
            continue
        sums = look(network, theta, points)[place].sums - corner
        biases = network.matrices(theta)[place][:, -1]
        for replica, unit in np.ndindex(*biases.shape):
            biases[replica, unit] += shift_off_zero(rng, sums[replica, unit])
    layers = look(network, theta, points)
    for layer, wire in zip(layers, network.wires, strict=True):
        assert wire.activation not in KINKED or np.abs(layer.sums).min() > MARGIN
    return theta, points, classes if spec.loss not in DISTANCES else far_targets(rng, layers[-1].outputs)


def far_targets(rng: np.random.Generator, outputs: Array) -> Array:
    """Targets at which neither the absolute error (0) nor Huber (±1) has its corner."""
    near, far = rng.uniform(0.1, 0.9, outputs.shape), rng.uniform(1.1, 2.0, outputs.shape)
    distance = np.where(rng.random(outputs.shape) < 0.5, near, far)
    return np.asarray(outputs + rng.choice([-1.0, 1.0], outputs.shape) * distance)


def class_targets(rng: np.random.Generator, loss: str, shape: tuple[int, int, int]) -> Array:
    low = -1.0 if loss == "hinge" else 0.0
    if shape[1] == 1:
        return rng.choice([low, 1.0], shape)
    labels = rng.integers(0, shape[1], (shape[0], 1, shape[2]))
    return np.where(labels == np.arange(shape[1])[None, :, None], 1.0, low)


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
    theta, points, targets = away_from_kinks(spec, rng, replicas, examples)
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
    theta, points, targets = away_from_kinks(spec, rng, 2, real + padding)
    x = inputs_of(spec, points, 2)
    weights = np.where(np.arange(real + padding) < real, 1.0 / real, 0.0).reshape(1, 1, -1)
    padded = gradient_of(spec, theta, x, targets, weights)
    alone = gradient_of(spec, theta, x[..., :real].copy(), targets[..., :real].copy(), np.array(1.0 / real))
    np.testing.assert_allclose(padded, alone, rtol=1e-12, atol=1e-15)


def test_a_layer_that_nobody_reads_has_no_gradient() -> None:
    layers = [{"units": 3}, {"units": 2, "inputs": ["features"]}]
    spec = make_spec(layers, 1, "cross_entropy", "sigmoid", 2)
    rng = np.random.default_rng(5)
    theta, points, targets = away_from_kinks(spec, rng, 1, 4)
    grad = gradient_of(spec, theta, inputs_of(spec, points, 1), targets, np.array(0.25))
    first = Network(spec).layers[1]["offset"]
    assert not grad[0, :first].any()
    assert grad[0, first:].all()
