"""Regularizers: they pull towards zero, never past it, and leave the biases and the other replicas alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Population
from engine.limits import LEARNING_RATE, RATE
from engine.regularizers import REGULARIZERS
from engine.types import Array
from tests.engine.numeric import make_spec, watched

PULLS = st.tuples(st.floats(LEARNING_RATE.minimum, LEARNING_RATE.maximum), st.floats(RATE.minimum, RATE.maximum)).map(
    lambda pair: pair[0] * pair[1]
)
KINDS = ["l1", "l2"]


def pulled(kind: str, theta: Array, pull: float) -> Array:
    """Parameters after one application with η · rate = ``pull``."""
    entry = REGULARIZERS[kind]
    result = theta.copy()
    strength = entry.strength(np.full(theta.shape, pull)).astype(theta.dtype)
    entry.apply(result, strength, np.empty_like(result))
    return result


@pytest.mark.parametrize("kind", KINDS)
@given(pull=PULLS, seed=st.integers(0, 2**32 - 1), spread=st.floats(1e-6, 1e6), single=st.booleans())
def test_no_rate_overshoots_zero(kind: str, pull: float, seed: int, spread: float, single: bool) -> None:
    theta = np.random.default_rng(seed).normal(0, spread, (2, 9)).astype(np.float32 if single else np.float64)
    after = pulled(kind, theta, pull)
    assert (after * theta >= 0).all()
    assert (np.abs(after) <= np.abs(theta)).all()


@pytest.mark.parametrize("kind", ["none", *KINDS])
@given(seed=st.integers(0, 2**32 - 1))
def test_a_pull_of_zero_changes_no_bit(kind: str, seed: int) -> None:
    theta = np.random.default_rng(seed).normal(size=(2, 9)).astype(np.float32)
    assert pulled(kind, theta, 0.0).tobytes() == theta.tobytes()


def test_l1_subtracts_and_stops_at_zero() -> None:
    np.testing.assert_allclose(pulled("l1", np.array([[0.3, -0.3, 0.05, 0.0]]), 0.1), [[0.2, -0.2, 0.0, 0.0]])


def test_l2_divides() -> None:
    np.testing.assert_allclose(pulled("l2", np.array([[0.3, -0.6, 0.0]]), 0.5), [[0.2, -0.4, 0.0]])


@pytest.mark.parametrize("kind", KINDS)
def test_they_minimise_penalty_and_distance(kind: str) -> None:
    pull, start = 0.7, 1.9
    w = np.linspace(-3, 3, 60001)
    penalty = np.abs(w) if kind == "l1" else 0.5 * w**2
    best = w[np.argmin(pull * penalty + 0.5 * (w - start) ** 2)]
    assert pulled(kind, np.array([[start]]), pull)[0, 0] == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_allocated_or_promoted(kind: str, dtype: type) -> None:
    theta, strength, scratch = (watched(np.ones((2, 3)), dtype) for _ in range(3))
    REGULARIZERS[kind].apply(theta, strength, scratch)
    assert theta.dtype == dtype


@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_rates_leave_a_run_finite_and_its_weights_at_nothing(kind: str) -> None:
    rates = {"optimizer": {"learning_rate": LEARNING_RATE.maximum}, "regularizer": {"kind": kind, "rate": RATE.maximum}}
    population = Population([make_spec(**rates)])
    population.advance(100)
    assert not population.diverged[0]
    assert max(abs(w) for layer in population.weights(0) for unit in layer for w in unit) < 1e-2


@pytest.mark.parametrize("kind", KINDS)
def test_biases_are_not_penalised(kind: str) -> None:
    rates = {"optimizer": {"learning_rate": 1e-6}, "regularizer": {"kind": kind, "rate": 1e3}}
    population = Population([make_spec(**rates, initializer={"kind": "constant", "scale": 0.5, "bias": 0.5})])
    population.advance(1)
    biases = [bias for layer in population.biases(0) for bias in layer]
    weights = [weight for layer in population.weights(0) for unit in layer for weight in unit]
    np.testing.assert_allclose(biases, 0.5, atol=1e-5)
    np.testing.assert_allclose(weights, 0.499 if kind == "l1" else 0.5 / 1.001, atol=1e-5)


def test_a_weight_that_l1_made_zero_comes_back() -> None:
    population = Population([make_spec((), dataset={"kind": "gauss"}, regularizer={"kind": "l1", "rate": 1e3})])
    population.advance(20)
    assert population.weights(0) == [[[0.0, 0.0]]]
    population.update(0, population.specs[0].merge({"regularizer": {"rate": 0.001}}))
    population.advance(50)
    assert min(abs(w) for w in population.weights(0)[0][0]) > 0.1


def test_each_replica_has_its_own_kind_and_rate() -> None:
    kinds = [{"kind": kind, "rate": rate} for kind, rate in (("none", 0), ("l1", 0.01), ("l2", 0.01), ("l2", 0.3))]
    together = Population([make_spec(regularizer=kind) for kind in kinds])
    together.advance(60)
    for replica, kind in enumerate(kinds):
        alone = Population([make_spec(regularizer=kind)])
        alone.advance(60)
        np.testing.assert_array_equal(alone.theta[0], together.theta[replica])
    assert len({row.tobytes() for row in together.theta}) == 4
