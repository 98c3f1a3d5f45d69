"""Rates: every replica steps at its own learning rate and under its own penalty."""

from functools import reduce
from typing import Any

import numpy as np
import pytest

from engine import RunSpec
from engine.network import Network
from engine.rates import Rates
from engine.types import Array, Float64Array
from tests.engine.numeric import make_spec


def spec_with(rate: float, kind: str = "none", penalty: float = 0.0) -> RunSpec:
    regularizer = {"kind": kind, "rate": penalty}
    return make_spec((2,), dtype="float64", optimizer={"learning_rate": rate}, regularizer=regularizer)


def start(replicas: int) -> tuple[Float64Array, Float64Array]:
    """Parameters and gradients that are the same for every replica."""
    count = Network(spec_with(0.1)).parameters
    rng = np.random.default_rng(5)
    theta, grad = rng.normal(size=(2, count))
    return np.tile(theta, (replicas, 1)), np.tile(grad, (replicas, 1))


def step(specs: list[RunSpec], again: list[RunSpec] | None = None) -> Float64Array:
    """The parameters after one update under `specs`, or under `again`, set afterwards."""
    theta, grad = start(len(specs))
    rates = Rates(specs, theta, grad, Network(specs[0]).weight_mask())
    if again is not None:
        rates.set(again)
    for call in rates.calls:
        call()
    return theta


def shrunk(theta: Array, kind: str, pull: float) -> Any:
    if kind == "l1":
        return np.sign(theta) * np.maximum(np.abs(theta) - pull, 0.0)
    return theta / (1.0 + pull) if kind == "l2" else theta


CASES = [(0.1, "none", 0.0), (0.5, "l1", 0.3), (0.02, "l2", 2.0), (0.1, "l1", 0.0), (3.0, "l2", 1000.0)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_update_is_a_step_down_the_slope_and_then_a_pull_on_the_weights_alone(
    case: tuple[float, str, float],
) -> None:
    rate, kind, penalty = case
    theta, grad = start(1)
    expected = theta - rate * grad
    weights = Network(spec_with(*case)).weight_mask() == 1.0
    expected[:, weights] = shrunk(expected[:, weights], kind, rate * penalty)
    np.testing.assert_allclose(step([spec_with(*case)]), expected, rtol=1e-14)


def test_replicas_with_different_rates_and_penalties_do_not_mix() -> None:
    together = step([spec_with(*case) for case in CASES])
    alone = reduce(lambda rows, case: np.vstack([rows, step([spec_with(*case)])]), CASES, np.empty((0, 9)))
    np.testing.assert_array_equal(together, alone)


def test_a_penalty_that_nobody_uses_costs_no_call() -> None:
    theta, grad = start(2)
    mask = Network(spec_with(0.1)).weight_mask()
    assert len(Rates([spec_with(0.1), spec_with(0.1, "l1", 0.0)], theta, grad, mask).calls) == 1
    assert len(Rates([spec_with(0.1), spec_with(0.1, "l1", 0.1)], theta, grad, mask).calls) == 2
    assert len(Rates([spec_with(0.1, "l2", 0.1), spec_with(0.1, "l1", 0.1)], theta, grad, mask).calls) == 3


@pytest.mark.parametrize("before", CASES, ids=str)
@pytest.mark.parametrize("after", CASES, ids=str)
def test_rates_set_anew_are_as_if_they_had_always_been(
    before: tuple[float, str, float], after: tuple[float, str, float]
) -> None:
    np.testing.assert_array_equal(step([spec_with(*before)], [spec_with(*after)]), step([spec_with(*after)]))


@pytest.mark.parametrize("kind", ["l1", "l2"])
def test_no_penalty_carries_a_weight_beyond_zero(kind: str) -> None:
    """The largest rates that are allowed, at once: 1000 · 1000."""
    case = (1000.0, kind, 1000.0)
    theta, grad = start(1)
    weights = Network(spec_with(*case)).weight_mask() == 1.0
    before, after = (theta - 1000.0 * grad)[:, weights], step([spec_with(*case)])[:, weights]
    assert (np.sign(after) * np.sign(before) >= 0).all()
    assert (np.abs(after) <= np.abs(before)).all()
