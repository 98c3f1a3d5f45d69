"""Whose turn it is: everybody gets one, a heavy run holds up nobody, and who can train together does."""

from collections import Counter

from app import protocol
from app.runs.cohort import Cohort
from app.runs.lineup import ARRANGE_INTERVAL, SEAT_INTERVAL, Lineup
from app.runs.training import SLICE, Training
from tests.app.test_cohort import DEEP, Hand, playing


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
    for count in (1, 2, 4):
        line = lineup([playing(name) for name in "abcd"[:count]], Hand(), cohorts=False)
        line.next()
        assert line.budget == SLICE / count


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
