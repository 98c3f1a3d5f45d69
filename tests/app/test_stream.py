"""What one client has been sent and is owed, without a worker."""

import pytest

from app.probe_options import DecisionOptions, FeaturesOptions, Plain, Probes
from app.protocol import FRAME_INTERVAL, HIDDEN_INTERVAL
from app.runs.stream import Carried, Stream

NOW, NEVER = float("-inf"), float("inf")
DATA = Probes(data=Plain())


def new(probes: Probes = DATA, *, after_step: int = -1, generation: int = 0, hidden: bool = False) -> Stream:
    return Stream(1, probes, after_step, generation, hidden, seq=0)


def send(stream: Stream, now: float, version: int, curve_step: int = 0, generation: int = 1, **statics: object) -> int:
    return stream.sent(now, version, Carried(generation, curve_step, dict(statics)), complete=True)


def test_the_first_frame_is_due_at_once_and_the_next_when_something_has_changed() -> None:
    stream = new()
    assert stream.due_at(version=1) == NOW
    stream.acknowledge(send(stream, 10.0, version=1))
    assert stream.due_at(version=1) == NEVER
    assert stream.due_at(version=2) == 10.0 + FRAME_INTERVAL


def test_a_hidden_page_gets_one_frame_a_second() -> None:
    stream = new(hidden=True)
    stream.acknowledge(send(stream, 10.0, version=1))
    assert stream.due_at(version=2) == 10.0 + HIDDEN_INTERVAL
    stream.hidden = False
    assert stream.due_at(version=2) == 10.0 + FRAME_INTERVAL


def test_nothing_is_due_while_two_frames_are_on_their_way() -> None:
    stream = new()
    send(stream, 10.0, version=1)
    last = send(stream, 11.0, version=2)
    stream.urgent = True
    assert stream.due_at(version=3) == NEVER
    stream.acknowledge(last)
    assert stream.due_at(version=3) == NOW


def test_a_subscription_is_answered_at_once_even_if_nothing_has_changed() -> None:
    stream = new()
    stream.acknowledge(send(stream, 10.0, version=1))
    stream.subscribe(Probes(losses=Plain()))
    assert stream.due_at(version=1) == NOW


def test_a_frame_that_could_not_carry_all_is_followed_by_another() -> None:
    stream = new()
    stream.acknowledge(stream.sent(10.0, 1, Carried(1, 5, {}), complete=False))
    assert stream.due_at(version=1) == 10.0 + FRAME_INTERVAL


def test_the_curve_is_repeated_until_it_has_arrived() -> None:
    stream = new()
    first = send(stream, 1.0, version=1, curve_step=50)
    assert stream.cursor(generation=1) == -1
    stream.acknowledge(first)
    assert stream.cursor(generation=1) == 50
    assert stream.cursor(generation=2) == -1


def test_an_acknowledgement_of_an_older_generation_says_nothing_about_this_one() -> None:
    stream = new()
    old = send(stream, 1.0, version=1, curve_step=500, generation=1)
    new_one = send(stream, 2.0, version=2, curve_step=25, generation=2)
    stream.acknowledge(old)
    assert stream.cursor(generation=2) == -1
    stream.acknowledge(new_one)
    assert stream.cursor(generation=2) == 25


def test_a_client_that_came_back_is_not_told_again_what_it_knows() -> None:
    stream = new(after_step=75, generation=3)
    assert stream.cursor(generation=3) == 75
    assert stream.cursor(generation=4) == -1


def test_a_run_set_back_by_a_crash_does_not_set_back_the_cursor() -> None:
    stream = new(after_step=75, generation=1)
    stream.acknowledge(send(stream, 1.0, version=1, curve_step=50))
    assert stream.cursor(generation=1) == 75


def test_data_are_repeated_until_they_have_arrived_and_when_they_change() -> None:
    stream = new()
    assert stream.lacks("data", "first")
    seq = send(stream, 1.0, version=1, data="first")
    assert stream.lacks("data", "first")
    stream.acknowledge(seq)
    assert not stream.lacks("data", "first")
    assert stream.lacks("data", "second")


def test_a_probe_left_out_and_taken_up_again_is_sent_again() -> None:
    both = Probes(data=Plain(), features=FeaturesOptions(16), decision=DecisionOptions())
    stream = new(both)
    stream.acknowledge(send(stream, 1.0, version=1, data="d", features="f"))
    stream.subscribe(Probes(data=Plain(), decision=DecisionOptions(50)))
    stream.subscribe(both)
    assert stream.lacks("features", "f")
    assert not stream.lacks("data", "d")


def test_frames_are_numbered_on_after_a_crash() -> None:
    stream = Stream(1, DATA, -1, 0, False, seq=41)
    assert send(stream, 1.0, version=1) == 42


def test_a_frame_that_is_a_little_late_leaves_the_next_where_it_was() -> None:
    stream = Stream(1, Probes(), -1, 0, hidden=False, seq=0)
    at = 10.0
    for place, late in enumerate((0.0, 0.04, 0.02, 0.03)):
        now = at + 0.1 * place + late
        stream.acknowledge(stream.sent(now, place, Carried(1, 5, {}), complete=True, interval=0.1))
        assert stream.due_at(place + 1, 0.1) == pytest.approx(at + 0.1 * (place + 1))
    stream.sent(11.0, 9, Carried(1, 5, {}), complete=True, interval=0.1)
    assert stream.due_at(10, 0.1) == pytest.approx(11.1)
