"""Worked numbers from the lectures: what a student checks by hand."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from engine import Population
from engine.activations import ACTIVATIONS
from engine.autodiff import Walk, differentiate
from engine.classic import GATES, XOR_NETWORKS, ThresholdUnit, UnitProblem, UnitTraining
from engine.initializers import INITIALIZERS
from engine.looking import look
from engine.types import Float64Array
from engine.worksheet import example_worksheet, worksheet
from tests.engine.descent import Descent, spec_with
from tests.engine.numeric import make_spec

POINTS = {"kind": "points", "task": "classification", "train": [[0, 0, "a"], [1, 0, "b"]]}
WEIGHTS = [[[1, -2], [-1, 1]], [[2, -1], [-2, -1]], [[3, -1], [-1, 4]]]
BIASES = [[1, 0], [0, 0], [-2, 2]]


def worked_example() -> Population:
    """Three layers of two sigmoid units; the third is read as the last hidden layer, where its numbers are shown."""
    initial = {"weights": [*WEIGHTS, [[1, 1]]], "biases": [*BIASES, [0]]}
    return Population([make_spec((2, 2, 2), "sigmoid", dataset=POINTS, initial=initial, dtype="float64")])


@pytest.mark.parametrize(
    ("point", "layers"),
    [
        ((1.0, -1.0), [(0.98, 0.12), (0.86, 0.11), (0.62, 0.83)]),
        ((0.0, 0.0), [(0.73, 0.50), (0.72, 0.12), (0.51, 0.85)]),
    ],
)
def test_the_worked_forward_pass(point: tuple[float, float], layers: list[tuple[float, float]]) -> None:
    activations = worked_example().probe("activations", point=list(point))["a"][0, :6].reshape(3, 2)
    np.testing.assert_allclose(activations, layers, atol=0.005)


@pytest.mark.parametrize(
    ("point", "outputs", "first"),
    [
        ([1.0, -1.0], [0.98, 0.12, 0.86, 0.11, 0.62, 0.83], ["1·1 − 2·(−1) + 1 = 4", "−1·1 + 1·(−1) + 0 = −2"]),
        ([0.0, 0.0], [0.73, 0.50, 0.72, 0.12, 0.51, 0.85], ["1·0 − 2·0 + 1 = 1", "−1·0 + 1·0 + 0 = 0"]),
    ],
)
def test_the_worked_forward_pass_written_out(point: list[float], outputs: list[float], first: list[str]) -> None:
    runs = worked_example()
    sheet = worksheet(runs.network, runs.theta[0], np.array(point), np.array([1.0]), "cross_entropy", 0.1)
    np.testing.assert_allclose([entry.value for entry in sheet.of("forward", "output")][:6], outputs, atol=0.005)
    for entry, words in zip(sheet.of("forward", "sum"), first, strict=False):
        assert entry.line.endswith(words)


def test_back_propagation_in_three_phases() -> None:
    """δ_out = (t − o) o (1 − o), δ_j = o_j (1 − o_j) Σ δ_k w_jk and Δw_ij = η δ_j y_i, for σ units."""
    points = {"kind": "points", "task": "classification", "train": [[0.5, -1, "a"], [1, 0, "b"], [-1, 2, "c"]]}
    fields = {"dataset": points, "loss": "squared_error", "output": {"activation": "sigmoid"}, "dtype": "float64"}
    runs = Population([make_spec((3, 2), "sigmoid", **fields)])
    sheet = example_worksheet(runs, example=0, learning_rate=0.5)
    assert list(dict.fromkeys(entry.phase for entry in sheet.entries)) == ["forward", "error", "backward"]

    def values(phase: str, quantity: str, layer: int) -> np.ndarray[Any, Any]:
        return np.array([entry.value for entry in sheet.of(phase, quantity) if entry.layer == layer])

    y = [np.array([0.5, -1.0]), *(values("forward", "output", layer) for layer in range(3))]
    matrices = [matrix[0] for matrix in runs.network.matrices(runs.theta)]
    delta = (np.array([1.0, 0.0, 0.0]) - y[3]) * y[3] * (1.0 - y[3])
    for layer in (2, 1, 0):
        np.testing.assert_allclose(values("backward", "delta", layer), -delta, rtol=1e-13)
        steps = values("backward", "new weight", layer) - matrices[layer].T.ravel()
        np.testing.assert_allclose(steps, 0.5 * np.outer(delta, [*y[layer], 1.0]).ravel(), rtol=1e-10, atol=1e-15)
        delta = y[layer] * (1.0 - y[layer]) * (matrices[layer][:-1] @ delta) if layer else delta


def test_the_first_sums_of_the_worked_forward_pass() -> None:
    assert worked_example().probe("activations", point=[1.0, -1.0])["z"][0, :2].tolist() == [4.0, -2.0]


def test_a_network_without_hidden_layers_is_logistic_regression() -> None:
    initial = {"weights": [[[0.5, -0.25]]], "biases": [[0.1]]}
    population = Population([make_spec((), dataset=POINTS, initial=initial, dtype="float64")])
    x = np.array([[2.0, -4.0]])
    expected = 1 / (1 + np.exp(-(0.5 * 2.0 + 0.25 * 4.0 + 0.1)))
    assert population.predict(x)[0, 0, 0] == pytest.approx(expected, rel=1e-14)
    population.advance_epochs(1)
    before = np.array([0.5, -0.25, 0.1])
    rows, labels = np.array([[0, 0, 1], [1, 0, 1.0]]), np.array([0, 1.0])
    gradient = (1 / (1 + np.exp(-rows @ before)) - labels) @ rows / 2
    np.testing.assert_allclose(population.theta[0], before - 0.03 * gradient, rtol=1e-13)


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_softmax_outputs_sum_to_one_while_they_learn_under_either_loss(loss: str) -> None:
    population = Population([make_spec(dataset={"kind": "three_blobs"}, loss=loss, output={"activation": "softmax"})])
    before = population.losses()["train"][0]
    population.advance_epochs(40)
    outputs = population.predict(population.tables[0].dataset.test_inputs)
    np.testing.assert_allclose(outputs.sum(axis=-1), 1.0, rtol=1e-12)
    assert population.losses()["train"][0] < 0.8 * before


def test_constant_starts_leave_units_twins() -> None:
    population = Population([make_spec((5,), initializer={"kind": "constant", "scale": 0.1})])
    population.advance(200)
    rows = np.array(population.weights(0)[0])
    np.testing.assert_allclose(rows, np.tile(rows[:1], (5, 1)), rtol=1e-4)


def test_squared_error_of_a_single_unit_follows_the_delta_rule() -> None:
    """Δw = η (t − o) o′ x, with o′ = 1 for a linear unit."""
    points = {"kind": "points", "task": "regression", "train": [[2.0, -1.0, 3.0]]}
    initial = {"weights": [[[0.5, 0.5]]], "biases": [[0.0]]}
    population = Population([make_spec((), dataset=points, initial=initial, dtype="float64")])
    out = look(population.network, population.theta, np.array([[2.0, -1.0]]))[0].outputs[0, 0, 0]
    population.advance(1)
    np.testing.assert_allclose(population.theta[0] - [0.5, 0.5, 0.0], 0.03 * (3.0 - out) * np.array([2.0, -1.0, 1.0]))


def test_a_threshold_unit_is_and() -> None:
    """v = Θ(Σ w u − μ) with w = (1, 1) and μ = 1.5, for inputs of −1 and 1."""
    assert GATES["and"].unit(-1.0) == ThresholdUnit((1.0, 1.0), 1.5, -1.0)
    outputs = [ThresholdUnit((1.0, 1.0), 1.5).output(row) for row in product((-1.0, 1.0), repeat=2)]
    assert outputs == [-1.0, -1.0, -1.0, 1.0]


@pytest.mark.parametrize(
    ("gate", "end"), [("and", "converged"), ("or", "converged"), ("not", "converged"), ("xor", "cycles")]
)
def test_a_perceptron_learns_what_is_separable_and_visibly_cycles_on_xor(gate: str, end: str) -> None:
    assert UnitTraining(UnitProblem.from_dict({"rule": "perceptron", "gate": gate})).run().state == end


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)])
def test_two_layers_of_threshold_units_are_xor(x: float, y: float) -> None:
    """x + y − 2 Θ(x + y − 1.5) − 0.5 > 0, with Θ in {0, 1}."""
    hidden, output = XOR_NETWORKS["skip"].look((x, y))
    assert hidden.output == float(x + y - 1.5 > 0)
    assert output.total == x + y - 2 * hidden.output - 0.5
    assert output.output == float(output.total > 0) == float(x != y)
    assert XOR_NETWORKS["layers"].output((x, y)) == float(x != y)


def test_the_perceptron_rule_sample_by_sample() -> None:
    """Δw = η (y − o) x."""
    document = {"rule": "perceptron", "gate": "and", "learning_rate": 0.25, "weights": [-1, 0.5], "threshold": 0.125}
    training = UnitTraining(UnitProblem.from_dict(document))
    training.run()
    assert sum(update.changed for update in training.history) >= 3
    for update in training.history:
        [shown] = update.presented
        moved = np.subtract(update.after.weights, update.before.weights)
        np.testing.assert_allclose(moved, 0.25 * (shown.target - shown.output) * np.array(shown.inputs), atol=1e-15)


@pytest.mark.parametrize("rule", ["adaline", "adaline_batch"])
def test_the_delta_rule_by_example_and_over_all(rule: str) -> None:
    """E = ½ Σ (t − o)² and Δw = α Σ (t − o) x, the sum over the examples that were presented."""
    training = UnitTraining(UnitProblem.from_dict({"rule": rule, "gate": "or", "learning_rate": 0.05}))
    training.run(12)
    for update in training.history:
        moved = np.subtract(update.after.weights, update.before.weights)
        steps = [0.05 * (shown.target - shown.total) * np.array(shown.inputs) for shown in update.presented]
        np.testing.assert_allclose(moved, np.sum(steps, axis=0), atol=1e-15)
    last = training.passes[-1]
    rows = GATES["or"].examples()
    assert last.error == pytest.approx(sum((t - last.unit.total(row)) ** 2 for *row, t in rows) / 2, rel=1e-14)


def test_tanh_is_a_stretched_sigmoid_and_its_slope_is_one_over_cosh_squared() -> None:
    x = np.linspace(-6.0, 6.0, 241)
    tanh, sigmoid = ACTIVATIONS["tanh"], ACTIVATIONS["sigmoid"]
    np.testing.assert_allclose(tanh(x), 2.0 * sigmoid(2.0 * x) - 1.0, atol=1e-15)
    np.testing.assert_allclose(tanh.slope(x), 1.0 / np.cosh(x) ** 2, rtol=1e-9)


@pytest.mark.parametrize("x", [-1.3, 0.0, 0.5, 1.0, 2.0])
def test_any_expression_is_differentiated_on_its_graph(x: float) -> None:
    """J = cos(sin(x²) + 3x²), through t = x², u₁ = sin t, u₂ = 3t and u = u₁ + u₂."""
    value, slopes = differentiate("cos(sin(x^2) + 3x^2)", {"x": x})
    t = x * x
    u = np.sin(t) + 3.0 * t
    assert value == pytest.approx(np.cos(u), rel=1e-14)
    assert slopes["x"] == pytest.approx(-np.sin(u) * (np.cos(t) + 3.0) * 2.0 * x, rel=1e-13)
    walk = Walk.of("t = x^2\nu = sin(t) + 3t\nJ = cos(u)", {"x": x})
    names = {node.name or node.text: node.id for node in walk.graph.nodes}
    walk.backward_to(names["t"])
    assert walk.gradients[names["u"]] == pytest.approx(-np.sin(u), rel=1e-14)
    assert walk.gradients[names["t"]] == pytest.approx(-np.sin(u) * (np.cos(t) + 3.0), rel=1e-13)
    assert walk.gradients[names["x"]] == slopes["x"]


def test_back_propagation_on_a_graph_of_sums_products_and_tanh() -> None:
    """∂y/∂w = (1 − y²) x along the one path from w to y = tanh(w x + b)."""
    y, slopes = differentiate("tanh(w*x + b)", {"w": 0.5, "x": -2.0, "b": 0.25})
    assert y == np.tanh(-0.75)
    assert [float(slopes[name]) for name in "wxb"] == pytest.approx([(1 - y * y) * by for by in (-2.0, 0.5, 1.0)])


Z = np.linspace(-6.0, 6.0, 121)


def test_a_saturated_unit_hardly_learns_and_a_dead_one_not_at_all() -> None:
    """A sigmoid rises by a quarter at most, tanh by 1; far out both hardly rise, and ReLU below zero not at all."""
    assert ACTIVATIONS["sigmoid"].slope(Z).max() == pytest.approx(0.25, rel=1e-15)
    assert ACTIVATIONS["tanh"].slope(Z).max() == 1.0
    far = np.array([-8.0, 8.0])
    assert (ACTIVATIONS["sigmoid"].slope(far) < 4e-4).all()
    assert (ACTIVATIONS["tanh"].slope(far) < 5e-7).all()
    below = np.array([-8.0, -0.1])
    assert ACTIVATIONS["relu"].slope(below).tolist() == [0.0, 0.0]
    assert ACTIVATIONS["leaky_relu"].slope(below).tolist() == [0.01, 0.01]
    np.testing.assert_allclose(ACTIVATIONS["elu"].slope(below), np.exp(below), rtol=1e-12)


def test_softmax_of_two_sums_is_the_sigmoid_of_their_difference() -> None:
    """Worked by hand for (2, 0): e² / (e² + 1) = 0.8808."""
    spec = make_spec((), dataset={"kind": "three_blobs"}, initial={"weights": [[[0, 0]] * 3], "biases": [[2, 0, -100]]})
    outputs = Population([spec]).predict(np.zeros((1, 2)))[0, 0]
    np.testing.assert_allclose(outputs, [0.8808, 0.1192, 0.0], atol=5e-5)
    assert outputs.sum() == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("glorot_uniform", 2 / (240 + 160)),
        ("glorot_normal", 2 / (240 + 160)),
        ("he_uniform", 2 / 240),
        ("he_normal", 2 / 240),
    ],
)
def test_the_variance_of_a_start_follows_from_the_layers_width(name: str, variance: float) -> None:
    weights = INITIALIZERS[name].draw(np.random.default_rng(3), (240, 160), 240, 160, 1.0)
    assert weights.var() == pytest.approx(variance, rel=0.02)


def spreads(activation: str, initializer: dict[str, object]) -> Float64Array:
    """The root mean square of the outputs of ten layers of 100, before the first step."""
    spec = make_spec((100,) * 10, activation, initializer=initializer, dtype="float64")
    points = np.random.default_rng(1).normal(size=(50, 2)) * np.sqrt(50.0)
    population = Population([spec])
    layers = look(population.network, population.theta, points)[:-1]
    return np.array([np.sqrt((layer.outputs**2).mean()) for layer in layers])


def test_signals_fade_saturate_or_last_as_the_start_is_narrow_wide_or_fitted() -> None:
    narrow = spreads("tanh", {"kind": "normal", "scale": 0.01})
    assert (narrow[1:] < 0.2 * narrow[:-1]).all()
    assert narrow[-1] < 1e-9
    wide = spreads("tanh", {"kind": "normal", "scale": 1.0})
    assert (wide > 0.9).all()
    fitted = spreads("tanh", {"kind": "glorot_normal"})
    assert 0.15 < fitted[-1] < 0.8


def test_he_keeps_the_size_of_signals_that_relu_halves() -> None:
    kept, faded = spreads("relu", {"kind": "he_normal"}), spreads("relu", {"kind": "lecun_normal"})
    assert 0.3 < kept[-1] / kept[0] < 3.0
    np.testing.assert_allclose(faded / kept, 2.0 ** (-0.5 * np.arange(1, 11)), rtol=1e-6)


def test_zero_weights_leave_a_hidden_layer_where_it_is() -> None:
    population = Population([make_spec((5,), initializer={"kind": "zeros"}, dtype="float64")])
    population.advance(50)
    assert not np.array(population.weights(0)[0]).any()
    assert not np.array(population.weights(0)[1]).any()
    assert population.biases(0)[1][0] != 0.0


# How a gradient becomes a step.


def straight_down(optimizer: dict[str, Any], steps: int) -> Float64Array:
    """The places of one weight whose slope is always 1, from 0 on."""
    descent = Descent(spec_with(optimizer))
    descent.theta[:] = 0.0
    return np.array([descent.follow([np.ones(9)])[0, 0] for _ in range(steps)])


def test_momentum_by_hand() -> None:
    """v ← .9 v + 1 is 1, 1.9, 2.71, 3.439, so x ← x − .1 v is −.1, −.29, −.561, −.9049."""
    expected = [-0.1, -0.29, -0.561, -0.9049]
    for kind in ("momentum", "classic_momentum"):
        places = straight_down({"kind": kind, "learning_rate": 0.1, "momentum": 0.9}, 4)
        np.testing.assert_allclose(places, expected, rtol=1e-12)


def test_momentum_goes_ten_times_as_far_on_a_long_slope() -> None:
    """With β = .9 the velocity grows to 1 / (1 − .9) slopes."""
    places = straight_down({"kind": "momentum", "learning_rate": 0.1, "momentum": 0.9}, 400)
    assert places[-2] - places[-1] == pytest.approx(10 * 0.1, rel=1e-12)


def test_the_two_forms_of_momentum_train_a_network_alike() -> None:
    """v ← βv + ∇L, x ← x − αv, and Δw(n+1) = ηδy + αΔw(n), with η the learning rate and α = β = .9."""
    forms = [make_spec(dtype="float64", optimizer={"kind": kind}) for kind in ("momentum", "classic_momentum")]
    one, other = (Population([spec]) for spec in forms)
    for population in (one, other):
        population.advance_epochs(30)
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9)
    velocity, last_step = one.optimizer_memory()["velocity"], other.optimizer_memory()["last_step"]
    np.testing.assert_allclose(0.03 * velocity, last_step, rtol=1e-7, atol=1e-12)


def test_adam_s_first_steps_are_as_long_as_the_learning_rate() -> None:
    places = straight_down({"kind": "adam", "learning_rate": 0.1}, 3)
    np.testing.assert_allclose(places, [-0.1, -0.2, -0.3], rtol=1e-6)


def test_an_optimizer_is_changed_while_it_trains() -> None:
    population = Population([make_spec()])
    for kind in ("momentum", "adam", "sgd"):
        before = population.theta.copy()
        population.update(0, population.specs[0].merge({"optimizer": {"kind": kind}}))
        np.testing.assert_array_equal(population.theta, before)
        population.advance_epochs(5)
        assert (population.theta != before).all()


@pytest.mark.parametrize(("batch_size", "steps"), [(1, 30), (10, 3), (7, 5), (30, 1)])
def test_an_epoch_has_as_many_steps_as_batches(batch_size: int, steps: int) -> None:
    """Of 30 examples: stochastic gradient descent takes 30 steps, mini-batches of 10 take 3, gradient descent one."""
    population = Population([make_spec(batch_size=batch_size)])
    population.advance_epochs(1)
    assert population.step.tolist() == [steps]


def test_gradient_descent_is_deterministic_and_falls_where_the_stochastic_curve_jumps() -> None:
    """The mean over all data does not know their order, and a small step against it goes down at every step."""
    rates = {"optimizer": {"learning_rate": 0.1}, "dtype": "float64"}
    whole, single = (
        Population([make_spec((4,), batch_size=size, shuffle=shuffle, **rates) for shuffle in (True, False)])
        for size in (30, 1)
    )
    for population in (whole, single):
        population.advance_epochs(40)
    np.testing.assert_allclose(whole.theta[0], whole.theta[1], rtol=1e-9)
    assert np.abs(single.theta[0] - single.theta[1]).max() > 1e-3
    assert (np.diff(whole.curve(0)["train"]) < 0).all()
    assert (np.diff(single.curve(0)["train"]) > 0).any()
