"""Schedules: factors by hand, at every place in epochs, for each replica its own."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Population
from engine.parts import ScheduleSpec
from engine.schedules import SCHEDULES, Timetable
from engine.types import Float64Array
from tests.engine.descent import Descent, spec_with
from tests.engine.numeric import make_spec

FORMULAS: dict[str, tuple[ScheduleSpec, Callable[[float], float]]] = {
    "step": (ScheduleSpec("step", every=10.0, factor=0.5, warmup=0.0), lambda e: 0.5 ** math.floor(e / 10)),
    "exponential": (ScheduleSpec("exponential", factor=0.9, warmup=0.0), lambda e: 0.9**e),
    "cosine": (
        ScheduleSpec("cosine", epochs=40.0, floor=0.1, warmup=0.0),
        lambda e: 0.1 + 0.9 * (1 + math.cos(math.pi * min(e / 40, 1))) / 2,
    ),
    "warmup": (ScheduleSpec("warmup", warmup=8.0), lambda e: min((e + 0.25) / 8, 1)),
}
QUARTER = np.array([0.25])


def factor(spec: ScheduleSpec, place: float) -> float:
    """The factor at a place, with four steps an epoch."""
    return float(Timetable([spec]).factors(np.array([[place]]), QUARTER)[0, 0])


def test_every_schedule_has_its_formula_here() -> None:
    assert ["constant", *FORMULAS] == list(SCHEDULES)


@pytest.mark.parametrize("kind", FORMULAS)
@given(place=st.floats(0, 200))
@settings(max_examples=40)
def test_a_schedule_is_its_formula(kind: str, place: float) -> None:
    spec, formula = FORMULAS[kind]
    assert factor(spec, place) == pytest.approx(formula(place), rel=1e-12)


@pytest.mark.parametrize("kind", FORMULAS)
@given(place=st.floats(0, 1000), warmup=st.floats(0, 50))
@settings(max_examples=40)
def test_no_factor_is_above_one_or_below_zero(kind: str, place: float, warmup: float) -> None:
    numbers = {name: getattr(FORMULAS[kind][0], name) for name in ("every", "factor", "epochs", "floor")}
    assert 0.0 <= factor(ScheduleSpec(kind, **numbers, warmup=warmup), place) <= 1.0


@pytest.mark.parametrize("kind", ["step", "exponential", "cosine"])
def test_after_a_warm_up_the_schedule_begins(kind: str) -> None:
    spec, formula = FORMULAS[kind]
    numbers = {name: getattr(spec, name) for name in ("every", "factor", "epochs", "floor")}
    warm = ScheduleSpec(kind, **numbers, warmup=5.0)
    assert factor(warm, 0.0) == pytest.approx(0.05)
    assert factor(warm, 4.75) == pytest.approx(1.0)
    assert factor(warm, 5.0 + 12.5) == pytest.approx(formula(12.5))


def test_a_warm_up_grows_in_equal_steps_to_the_whole_rate() -> None:
    places = np.arange(8)[:, None] / 4
    grown = Timetable([ScheduleSpec("warmup", warmup=2.0)]).factors(places, QUARTER)
    np.testing.assert_allclose(grown[:, 0], np.arange(1, 9) / 8)


@settings(max_examples=25)
@given(places=st.lists(st.floats(0, 100), min_size=1, max_size=40), repeats=st.integers(1, 9))
def test_neighbours_and_company_change_no_bit(places: list[float], repeats: int) -> None:
    specs = [*(spec for spec, _ in FORMULAS.values()), None] * repeats
    block: Float64Array = np.tile(np.array(places)[:, None], (1, len(specs)))
    together = Timetable(specs).factors(block, np.full(len(specs), 0.25))
    for column, spec in enumerate(specs):
        for row, place in enumerate(places):
            assert together[row, column] == (1.0 if spec is None else factor(spec, place))


def test_only_constant_rates_are_constant() -> None:
    assert Timetable([None, None]).constant
    assert not Timetable([None, FORMULAS["step"][0]]).constant


def rates_of(schedule: dict[str, Any], steps: int, **fields: Any) -> Float64Array:
    """The learning rate of each step: what a gradient of ones takes away. Three steps are an epoch."""
    descent = Descent(spec_with({"learning_rate": 1.0, "schedule": schedule}, **fields))
    path = [descent.theta[0, 0], *(descent.follow([np.ones(9)])[0, 0] for _ in range(steps))]
    return -np.diff(path)


def test_the_learning_rate_changes_at_every_step() -> None:
    np.testing.assert_allclose(rates_of({"kind": "exponential", "factor": 0.5}, 9), 0.5 ** (np.arange(9) / 3))


def test_steps_fall_where_epochs_end() -> None:
    rates = rates_of({"kind": "step", "every": 2, "factor": 0.1}, 14)
    np.testing.assert_allclose(rates, [1.0] * 6 + [0.1] * 6 + [0.01] * 2)


@pytest.mark.parametrize("kind", ["l1", "l2"])
def test_a_penalty_follows_the_learning_rate(kind: str) -> None:
    """With no gradient only the penalty moves a weight, by as much as the rate of that very step allows."""
    schedule = {"kind": "exponential", "factor": 0.5}
    spec = spec_with({"learning_rate": 0.1, "schedule": schedule}, regularizer={"kind": kind, "rate": 0.5})
    descent = Descent(spec)
    weight, bias = descent.theta[0, 0], descent.theta[0, 4]
    for step in range(7):
        pull = 0.1 * 0.5 ** (step / 3) * 0.5
        weight = np.sign(weight) * max(abs(weight) - pull, 0.0) if kind == "l1" else weight / (1 + pull)
        after = descent.follow([np.zeros(9)])
        assert after[0, 0] == pytest.approx(weight, rel=1e-12)
        assert after[0, 4] == bias


def test_weight_decay_follows_the_learning_rate() -> None:
    optimizer = {"kind": "adamw", "learning_rate": 0.1, "weight_decay": 0.5}
    descent = Descent(spec_with(optimizer | {"schedule": {"kind": "step", "every": 1, "factor": 0.1}}))
    start = descent.theta[0, 0]
    assert descent.follow([np.zeros(9)] * 4)[0, 0] == pytest.approx(start * 0.95**3 * 0.995, rel=1e-12)


def test_a_constant_rate_costs_nothing() -> None:
    plain, scheduled = (Descent(spec_with({"schedule": {"kind": kind}})) for kind in ("constant", "cosine"))
    assert plain.updates.steady
    assert not scheduled.updates.steady


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_runs_on_different_schedules_at_different_places_are_as_alone(optimizer: str) -> None:
    schedules = [{"kind": kind} for kind in SCHEDULES] + [{"kind": "cosine", "epochs": 9, "warmup": 1.5}]
    specs = [
        make_spec(
            seed=seed,
            dataset={"kind": "circle", "samples": 40 + 20 * (seed % 3)},
            optimizer={"kind": optimizer, "schedule": schedule},
            regularizer={"kind": ["none", "l1", "l2"][seed % 3], "rate": 0.01},
        )
        for seed, schedule in enumerate(schedules)
    ]
    together = Population(specs)
    together.advance(11)
    together.advance_epochs(7)
    for replica, spec in enumerate(specs):
        alone = Population([spec])
        for _ in range(11):
            alone.advance(1)
        alone.advance_epochs(7)
        np.testing.assert_array_equal(alone.theta[0], together.theta[replica])
