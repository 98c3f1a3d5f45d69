"""How fast a run may train and how fast it does, with a clock of our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runs.pace import LONGEST_DEBT, UNLIMITED, Meter, Pace


def test_without_a_limit_everything_is_due_at_once() -> None:
    pace = Pace(None, 0.0)
    pace.spend(10**6)
    assert pace.due(0.0) == UNLIMITED
    assert pace.wait(0.0) == 0.0


def test_the_first_update_comes_at_once_and_the_next_in_time() -> None:
    pace = Pace(10.0, 100.0)
    assert pace.due(100.0) == 1
    pace.spend(1)
    assert pace.due(100.0) == 0
    assert pace.wait(100.0) == pytest.approx(0.1)
    assert pace.due(100.05) == 0
    assert pace.wait(100.05) == pytest.approx(0.05)
    assert pace.due(100.11) == 1


@given(st.floats(0.5, 5000.0), st.lists(st.floats(0.001, 0.05), min_size=20, max_size=200))
def test_over_time_a_run_gets_its_rate(rate: float, sleeps: list[float]) -> None:
    pace = Pace(rate, 0.0)
    now, done = 0.0, 0
    for sleep in sleeps:
        now += sleep
        due = pace.due(now)
        pace.spend(due)
        done += due
    assert rate * now - 1e-6 <= done + 1 <= rate * now + 2 + 1e-6


def test_time_lost_to_others_is_not_caught_up() -> None:
    pace = Pace(1000.0, 0.0)
    assert pace.due(60.0) == 1000 * LONGEST_DEBT


def test_a_slow_rate_still_gets_its_update_after_a_long_wait() -> None:
    pace = Pace(0.1, 0.0)
    pace.spend(pace.due(0.0))
    assert pace.due(9.0) == 0
    assert pace.due(10.1) == 1


def test_the_meter_looks_at_about_the_last_second() -> None:
    meter = Meter()
    for tenth in range(21):
        meter.note(tenth / 10, tenth * (10 if tenth < 10 else 50))
    assert meter.steps_per_second == pytest.approx(500, rel=0.01)


def test_the_meter_has_nothing_to_say_about_a_run_that_stands() -> None:
    meter = Meter()
    assert meter.steps_per_second == 0.0
    meter.note(0.0, 5)
    assert meter.steps_per_second == 0.0
    meter.note(1.0, 10)
    assert meter.steps_per_second == 5.0
    meter.stop()
    assert meter.steps_per_second == 0.0


def test_a_restart_is_not_a_negative_speed() -> None:
    meter = Meter()
    for time, step in ((0.0, 100), (0.1, 110), (0.2, 0), (0.3, 10)):
        meter.note(time, step)
    assert meter.steps_per_second == pytest.approx(100)


def test_two_marks_at_one_time_are_no_speed() -> None:
    meter = Meter()
    meter.note(1.0, 1)
    meter.note(1.0, 2)
    assert meter.steps_per_second == 0.0
