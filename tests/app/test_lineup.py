"""Whose turn it is: everybody gets one, a heavy run holds up nobody, and who can train together does."""

from collections import Counter
from itertools import count

import pytest

from app import protocol
from app.runs.cohort import LONG, Cohort
from app.runs.lineup import ARRANGE_INTERVAL, CROWD, SEAT_INTERVAL, Lineup
from app.runs.training import SLICE, Training
from tests.app.test_cohort import DEEP, Hand, assert_as_alone, playing


def lineup(runs: list[Training], clock: Hand, *, cohorts: bool = True) -> Lineup:
    return Lineup(lambda: iter(runs), clock, cohorts=cohorts)


def names(unit: Training | Cohort | None) -> str:
    assert unit is not None
    return "".join(sorted(training.run for training in unit.members))


def test_nothing_to_train_waits_for_ever() -> None:
    line = lineup([], Hand())
    assert line.next() == (None, float("inf"))
    assert not line.is_training


def test_runs_of_one_shape_have_one_turn_and_others_their_own() -> None:
    clock = Hand()
    line = lineup([*map(playing, "abc"), playing("x", DEEP)], clock)
    turns = [names(line.next()[0]) for _ in range(4)]
    assert turns == ["abc", "x", "abc", "x"]
    assert line.cohorts() == [3]


def test_without_cohorts_everybody_has_a_turn_in_order() -> None:
    line = lineup([*map(playing, "abc")], Hand(), cohorts=False)
    assert [names(line.next()[0]) for _ in range(6)] == ["a", "b", "c"] * 2
    assert line.cohorts() == []


def test_a_turn_gets_shorter_the_more_there_are() -> None:
    for runs in (1, 2, 4):
        line = lineup([playing(name) for name in "abcd"[:runs]], Hand(), cohorts=False)
        line.next()
        assert line.budget == SLICE / runs


def test_in_a_crowd_a_turn_has_two_epochs_and_every_run_is_as_if_alone() -> None:
    clock = Hand()
    slow = playing("slow", rate=40.0, clock=clock)
    runs = [slow, *(playing(str(place)) for place in range(CROWD))]
    line = lineup(runs, clock)
    assert lineup(runs[: CROWD - 1], clock).epochs == 1
    unit, _ = line.next()
    assert isinstance(unit, Cohort)
    assert line.epochs == 2
    before = {training.run: training.epoch for training in unit.members}
    clock.now += 0.1
    unit.train(line.epochs)
    done = {training.run: training.epoch - before[training.run] for training in unit.members}
    assert {done[training.run] for training in unit.members if training is not slow} == {2.0}
    assert done.get("slow", 1.0) == 1.0
    for training in unit.members[:3]:
        assert_as_alone(training)


def test_a_long_epoch_is_a_turn_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [*map(playing, "ab")]
    line = lineup(runs, Hand())
    cohort, _ = line.next()
    assert isinstance(cohort, Cohort)
    monkeypatch.setattr(cohort, "_clock", count(0.0, 2.1 * LONG).__next__)
    epochs = []
    for _ in range(3):
        before = runs[0].epoch
        cohort.train(2)
        epochs.append(runs[0].epoch - before)
    assert epochs == [2.0, 1.0, 1.0]


def test_a_heavy_run_has_as_many_turns_as_a_light_one_and_each_is_short() -> None:
    heavy = playing("heavy", {"dataset": {"samples": 1000}, "layers": [{"units": 16}] * 8, "batch_size": 1})
    light = playing("light")
    heavy._step_seconds = 1e-4
    line = lineup([heavy, light], Hand())
    turns: Counter[str] = Counter()
    for _ in range(10):
        unit, _ = line.next()
        assert isinstance(unit, Training)
        before = unit.step
        unit.train(line.budget)
        turns[unit.run] += 1
        assert (unit.step - before) * 1e-4 <= SLICE or unit is light
    assert turns == {"heavy": 5, "light": 5}


def test_who_comes_later_sits_with_other_newcomers_and_then_with_all() -> None:
    clock = Hand()
    runs = [*map(playing, "ab")]
    line = lineup(runs, clock)
    line.next()
    runs += [playing("c"), playing("d")]
    line.change()
    assert {names(line.next()[0]) for _ in range(3)} == {"ab", "c", "d"}
    clock.now += SEAT_INTERVAL
    assert {names(line.next()[0]) for _ in range(2)} == {"ab", "cd"}
    clock.now += ARRANGE_INTERVAL
    assert names(line.next()[0]) == "abcd"


def test_a_run_that_stops_leaves_the_line() -> None:
    clock = Hand()
    runs = [*map(playing, "ab")]
    line = lineup(runs, clock, cohorts=False)
    runs[0].execute(protocol.Pause())
    line.change()
    assert [names(line.next()[0]) for _ in range(2)] == ["b", "b"]


def test_while_all_wait_for_their_pace_the_time_till_the_first_is_told() -> None:
    clock = Hand()
    slow = playing("s", rate=4.0, clock=clock)
    slow.pace.spend(10)
    unit, wait = lineup([slow], clock).next()
    assert unit is None
    assert 0.0 < wait <= 11 / (4.0 * slow.seat.steps_per_epoch)
