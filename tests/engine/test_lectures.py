"""Worked numbers from the lectures: what a student checks by hand."""

import numpy as np
import pytest

from engine import Population
from engine.looking import look
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
