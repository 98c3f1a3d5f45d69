"""Updates: every replica steps at its own rates and under its own penalty, and remembers what it needs to go on."""

from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Population, RunSpec
from engine.network import Network
from engine.optimizers import OPTIMIZERS
from engine.types import Array, Float64Array
from tests.engine.descent import Descent, gradients, spec_with
from tests.engine.numeric import make_spec

SLOPES = gradients(3)


def spec_under(rate: float, kind: str = "none", penalty: float = 0.0) -> RunSpec:
    return spec_with({"learning_rate": rate}, regularizer={"kind": kind, "rate": penalty})


def step(specs: list[RunSpec], again: list[RunSpec] | None = None) -> Float64Array:
    """The parameters after one update under `specs`, or under `again`, set afterwards."""
    descent = Descent(*specs)
    if again is not None:
        descent.updates.set(again)
    return descent.follow(SLOPES[:1])


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
    expected = Descent(spec_under(*case)).theta - rate * SLOPES[0]
    weights = Network(spec_under(*case)).weight_mask() == 1.0
    expected[:, weights] = shrunk(expected[:, weights], kind, rate * penalty)
    np.testing.assert_allclose(step([spec_under(*case)]), expected, rtol=1e-14)


def test_replicas_with_different_rates_and_penalties_do_not_mix() -> None:
    together = step([spec_under(*case) for case in CASES])
    alone = reduce(lambda rows, case: np.vstack([rows, step([spec_under(*case)])]), CASES, np.empty((0, 9)))
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("kind", ["adam", "rmsprop", "adagrad"])
@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_a_penalty_is_learning_rate_times_rate_whatever_the_optimizer_divides_by(kind: str, penalty: str) -> None:
    optimizer = {"kind": kind, "learning_rate": 0.1}
    free, pulled = (
        Descent(spec_with(optimizer, regularizer={"kind": name, "rate": 0.2})).follow([np.full(9, 1e-3)])
        for name in ("none", penalty)
    )
    np.testing.assert_allclose(pulled[:, 0], shrunk(free[:, 0], penalty, 0.1 * 0.2), rtol=1e-12)


def calls_of(*specs: RunSpec) -> int:
    descent = Descent(*specs)
    return sum(len(calls) for calls in descent.updates.calls(1, descent.batches))


def test_a_penalty_that_nobody_uses_costs_no_call() -> None:
    assert calls_of(spec_under(0.1), spec_under(0.1, "l1", 0.0)) == 2
    assert calls_of(spec_under(0.1), spec_under(0.1, "l1", 0.1)) == 3
    assert calls_of(spec_under(0.1, "l2", 0.1), spec_under(0.1, "l1", 0.1)) == 4


@pytest.mark.parametrize("before", CASES, ids=str)
@pytest.mark.parametrize("after", CASES, ids=str)
def test_rates_set_anew_are_as_if_they_had_always_been(
    before: tuple[float, str, float], after: tuple[float, str, float]
) -> None:
    np.testing.assert_array_equal(step([spec_under(*before)], [spec_under(*after)]), step([spec_under(*after)]))


@pytest.mark.parametrize("kind", ["l1", "l2"])
def test_no_penalty_carries_a_weight_beyond_zero(kind: str) -> None:
    """The largest rates that are allowed, at once: 1000 · 1000."""
    case = (1000.0, kind, 1000.0)
    start = Descent(spec_under(*case)).theta
    weights = Network(spec_under(*case)).weight_mask() == 1.0
    before, after = (start - 1000.0 * SLOPES[0])[:, weights], step([spec_under(*case)])[:, weights]
    assert (np.sign(after) * np.sign(before) >= 0).all()
    assert (np.abs(after) <= np.abs(before)).all()


# Memory.


def run_under(kind: str, seed: int = 1, **fields: Any) -> RunSpec:
    """One of many runs of a shape, each with its own data, rates and numbers."""
    document: dict[str, Any] = {"kind": kind, "learning_rate": 0.01 * (1 + seed % 3)}
    for number in OPTIMIZERS[kind].hyperparameters:
        document[number.name] = number.bounds.default * (1.0 - 0.1 * (seed % 3))
    data = {"kind": "circle", "samples": 40 + 20 * (seed % 3), "seed": seed}
    return make_spec((4, 2), seed=seed, dataset=data, optimizer=document | fields)


@pytest.mark.parametrize("clip", ["none", "value", "norm"])
@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_a_run_among_others_is_bit_for_bit_the_run_alone(kind: str, clip: str) -> None:
    """At different steps too: epochs of different lengths end at the same time, so some wait for others."""
    limit = {} if clip == "none" else {"limit": 0.1}
    specs = [run_under(kind, seed, clip={"kind": clip} | limit) for seed in range(7)]
    together = Population(specs)
    together.advance_epochs(3)
    together.advance(5)
    assert len(set(together.step.tolist())) > 1
    for replica, spec in enumerate(specs):
        alone = Population([spec])
        alone.advance_epochs(3)
        alone.advance(5)
        np.testing.assert_array_equal(alone.theta[0], together.theta[replica])
        for name, rows in alone.optimizer_memory().items():
            np.testing.assert_array_equal(rows[0], together.optimizer_memory()[name][replica])


@settings(max_examples=25)
@given(kind=st.sampled_from(list(OPTIMIZERS)), parts=st.lists(st.integers(1, 9), min_size=2, max_size=6))
def test_steps_taken_in_parts_are_the_same_steps(kind: str, parts: list[int]) -> None:
    spec = run_under(kind, schedule={"kind": "cosine", "epochs": 4, "warmup": 1})
    whole, parted = Population([spec]), Population([spec])
    whole.advance(sum(parts))
    for part in parts:
        parted.advance(part)
    np.testing.assert_array_equal(whole.theta, parted.theta)


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_a_checkpoint_goes_on_bit_for_bit(kind: str) -> None:
    spec = run_under(kind, clip={"kind": "norm", "limit": 0.5}, schedule={"kind": "exponential", "factor": 0.9})
    population = Population([run_under(kind, 2, clip={"kind": "norm"}), spec])
    population.advance(13)
    restored = Population.restore(spec, population.state(1))
    population.advance(20)
    restored.advance(20)
    np.testing.assert_array_equal(restored.theta[0], population.theta[1])


def test_a_checkpoint_of_another_optimizer_is_refused() -> None:
    state = Population([run_under("adam")]).state(0)
    with pytest.raises(ValueError, match="another specification"):
        Population.restore(run_under("momentum"), state)


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_a_reset_forgets(kind: str) -> None:
    specs = [run_under(kind, seed) for seed in range(2)]
    population, fresh = Population(specs), Population(specs)
    population.advance(7)
    population.reset(1)
    population.advance(9)
    fresh.advance(9)
    np.testing.assert_array_equal(population.theta[1], fresh.theta[1])


@pytest.mark.parametrize(
    "patch",
    [
        {"optimizer": {"learning_rate": 0.5}},
        {"optimizer": {"beta1": 0.5}},
        {"optimizer": {"clip": {"kind": "norm"}}},
        {"optimizer": {"schedule": {"kind": "cosine"}}},
        {"batch_size": 5},
        {"dataset": {"noise": 0.1}},
        {"regularizer": {"kind": "l2", "rate": 0.1}},
    ],
    ids=str,
)
def test_the_memory_survives_what_changes_while_training(patch: dict[str, Any]) -> None:
    population = Population([run_under("adam")])
    population.advance(9)
    before = population.optimizer_memory()
    population.update(0, population.specs[0].merge(patch))
    for name, rows in population.optimizer_memory().items():
        assert (rows != 0).any()
        np.testing.assert_array_equal(rows, before[name])


def test_another_optimizer_begins_anew_with_the_same_weights() -> None:
    """Its first step is that of a run that starts from these weights: Adam corrects for its own age."""
    population = Population([run_under("momentum")])
    population.advance(9)
    theta = population.theta.copy()
    population.update(0, population.specs[0].merge({"optimizer": {"kind": "adam", "learning_rate": 0.01}}))
    np.testing.assert_array_equal(population.theta, theta)
    assert set(population.optimizer_memory()) == {"mean", "mean_square"}
    assert not any(rows.any() for rows in population.optimizer_memory().values())
    population.advance(1)
    assert np.abs(population.theta - theta).max() == pytest.approx(0.01, rel=1e-3)


def test_the_optimizer_of_runs_that_train_together_is_one() -> None:
    population = Population([run_under("adam", seed) for seed in range(2)])
    with pytest.raises(ValueError, match="optimizer"):
        population.update(0, population.specs[0].merge({"optimizer": {"kind": "sgd"}}))


def test_a_run_that_broke_goes_on_without_the_memory_of_what_broke_it() -> None:
    spec = make_spec((8,), "relu", dataset={"kind": "plane", "samples": 100}, optimizer={"kind": "momentum"})
    population = Population([spec, spec])
    population.update(0, spec.merge({"optimizer": {"learning_rate": 1000.0}}))
    with np.errstate(all="ignore"):
        population.advance_epochs(20)
    assert population.diverged.tolist() == [True, False]
    assert not population.optimizer_memory()["velocity"][0].any()
    alone = Population([spec])
    alone.advance_epochs(20)
    np.testing.assert_array_equal(alone.theta[0], population.theta[1])
    population.update(0, spec)
    population.recover(0)
    population.advance(3)
    assert np.isfinite(population.theta).all()


def test_a_memory_that_is_no_longer_finite_is_divergence() -> None:
    """Squares that overflow would leave a weight where it is for ever, without a word."""
    population = Population([run_under("adam")])
    population.advance(1)
    population._updates.state[1, 0, 3] = np.inf
    population.advance(1)
    assert population.diverged[0]


def test_momentum_goes_on_where_there_is_no_slope() -> None:
    descent = Descent(spec_with({"kind": "momentum", "momentum": 0.5}))
    places = [descent.theta.copy(), *(descent.follow([slope]) for slope in (np.ones(9), np.zeros(9), np.zeros(9)))]
    np.testing.assert_allclose([(b - a)[0, 0] for a, b in pairwise(places)], [-0.03, -0.015, -0.0075])
