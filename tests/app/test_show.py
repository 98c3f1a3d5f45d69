"""Frames of many clients, without a process or a socket: when they go out, together, and how fine they are."""

import contextlib
from collections.abc import Iterator

import numpy as np
import pytest

from app import protocol
from app.probe_options import DecisionOptions, FeaturesOptions, PartOptions, Plain, Probes, UnitsOptions
from app.runs import wire
from app.runs.cohort import Cohort, arrange
from app.runs.frames import decode_frame
from app.runs.load import LEVELS
from app.runs.show import AHEAD, Show, coarser
from app.runs.training import Training
from app.runs.views import Looks
from tests.app.test_cohort import Hand, playing

PICTURES = Probes(losses=Plain(), decision=DecisionOptions(20), units=UnitsOptions(8), weights=Plain())


class Room:
    """Runs of one cohort, each watched by a client that acknowledges what it gets."""

    def __init__(self, names: str, probes: Probes = PICTURES) -> None:
        self.clock = Hand()
        self.sent: list[wire.Frame] = []
        self.show = Show(self.sent.append, self.guard, self.clock)
        self.runs = [playing(name, clock=self.clock) for name in names]
        arrange(self.runs, self.clock)
        for number, training in enumerate(self.runs):
            self.attach(number, training, probes)

    @contextlib.contextmanager
    def guard(self, run: str) -> Iterator[None]:
        assert run in {training.run for training in self.runs}
        yield

    def attach(self, number: int, training: Training, probes: Probes = PICTURES) -> None:
        self.show.attach(training, wire.Attach(0, training.run, number, probes, -1, 0, False, 0))

    def train(self) -> None:
        for cohort in {training.seat.cohort for training in self.runs}:
            assert isinstance(cohort, Cohort)
            cohort.train()

    def turn(self, seconds: float = 1.0, *, training: bool = True) -> list[wire.Frame]:
        """What goes out when so much time has passed and something has moved; all of it is acknowledged."""
        self.clock.now += seconds
        self.train()
        before = len(self.sent)
        self.show.send_due(training=training)
        new = self.sent[before:]
        for frame in new:
            self.show.handle(wire.Ack(frame.stream, frame.seq))
        return new


def test_everybody_gets_a_frame_of_their_own_run() -> None:
    room = Room("abc")
    frames = room.turn()
    headers = [decode_frame(frame.data)[0] for frame in frames]
    assert [header["run"] for header in headers] == ["a", "b", "c"]
    assert all(header["reduced"] is None and header["sent"] == room.clock.now for header in headers)
    weights = [decode_frame(frame.data)[1]["weights/theta"] for frame in frames]
    for training, theta in zip(room.runs, weights, strict=True):
        np.testing.assert_array_equal(theta, training.views.arrays("weights", Plain())[0].values)


def test_pictures_of_another_resolution_do_not_lie_beside_those_of_the_last_one() -> None:
    room = Room("abcdefgh", Probes(decision=DecisionOptions(20)))
    room.turn()
    population = room.runs[0].views.looks.population
    fine, memories = set(population._views), population.memories
    room.show.load.sent(1.0)
    assert decode_frame(room.turn()[0].data)[0]["reduced"]["detail"] == LEVELS[1].detail
    assert len(fine) == len(population._views) == 1
    assert fine.isdisjoint(population._views)
    assert population.memories is not memories
    coarse = set(population._views)
    later = (frame for _ in range(600) for frame in room.turn(1 / 60))
    assert any(decode_frame(frame.data)[0]["reduced"] is None for frame in later)
    assert coarse.isdisjoint(population._views)


def test_what_is_sent_from_a_cohort_is_what_a_run_alone_would_send() -> None:
    room = Room("abc")
    frame = room.turn()[1]
    room.runs[1].seat.stand_up()
    _, arrays = decode_frame(frame.data)
    for name in ("decision", "units", "weights"):
        for named in room.runs[1].views.arrays(name, getattr(PICTURES, name)):
            np.testing.assert_array_equal(arrays[named.name], named.values)


def test_views_that_many_show_are_computed_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room("abcd")
    asked: list[tuple[str, int | None]] = []
    probe = Looks.probe

    def counted(self: Looks, name: str, options: object, replica: int | None) -> object:
        asked.append((name, replica))
        return probe(self, name, options, replica)  # type: ignore[arg-type]

    monkeypatch.setattr(Looks, "probe", counted)
    room.turn()
    assert sorted(asked) == [("decision", None), ("units", None), ("weights", None)]
    asked.clear()
    room.show.handle(wire.Subscribe(2, Probes(decision=DecisionOptions(20, (0, 1)))))
    room.turn()
    assert ("decision", 2) in asked
    assert asked.count(("units", None)) == 1


def test_views_of_examples_are_of_each_runs_own_examples() -> None:
    """Computed together they would look at as many as the run with the fewest has."""
    room = Room("ab", Probes(histograms=PartOptions("train"), metrics=PartOptions("train")))
    rows = [[float(place % 7), float(place % 5), place % 2] for place in range(250)]
    for training, count in zip(room.runs, (241, 250), strict=True):
        points = {"kind": "points", "task": "classification", "train": rows[:count], "test": rows[:1]}
        training.execute(protocol.Update({"dataset": points}))
        training.finish_epoch()
    arrange(room.runs, room.clock)
    assert room.runs[0].seat.cohort is room.runs[1].seat.cohort is not None
    frames = {frame.stream: decode_frame(frame.data)[1] for frame in room.turn()}
    for number, training in enumerate(room.runs):
        training.seat.stand_up()
        for name in ("histograms", "metrics"):
            for named in training.views.arrays(name, PartOptions("train")):
                np.testing.assert_array_equal(frames[number][named.name], named.values)


def test_those_of_a_cohort_go_out_together_even_if_some_are_a_little_early() -> None:
    room = Room("ab")
    interval = room.show.load.interval
    room.turn()
    late = 0.9 * AHEAD * interval
    room.clock.now += late
    room.runs[0].execute(protocol.Speed(50.0))
    room.show.hurry(room.runs[0])
    room.show.send_due(training=True)
    room.show.handle(wire.Ack(0, room.sent[-1].seq))
    assert len(room.sent) == 3
    assert {frame.stream for frame in room.turn(interval)} == {0, 1}


def test_training_has_as_much_time_as_frames_but_urgent_ones_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room("ab")
    room.turn()
    send = Show._send_frame

    def slow(self: Show, *rest: object) -> None:
        room.clock.now += 0.5
        send(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Show, "_send_frame", slow)
    assert len(room.turn()) == 2
    room.train()
    assert room.show.next_at() == room.clock.now + 1.0
    assert room.turn(0.5) == []
    room.show.hurry(room.runs[1])
    assert [frame.stream for frame in room.turn(0.1)] == [1]


def test_while_nothing_trains_frames_need_not_wait_for_it() -> None:
    room = Room("ab")
    room.show._allowed_at = room.clock.now + 100.0
    room.show._watched[0].stream.urgent = room.show._watched[1].stream.urgent = False
    assert len(room.turn(training=False)) == 2


def test_under_load_pictures_are_coarser_and_frames_say_so() -> None:
    room = Room("abcdefgh")
    for _ in range(8):
        room.show.load.sent(1000.0)
        frames = room.turn()
    header, arrays = decode_frame(frames[0].data)
    assert arrays["decision/grid"].shape[-1] < 20
    level = next(level for level in LEVELS if level.detail == header["reduced"]["detail"])
    assert header["reduced"]["rate"] == pytest.approx(level.rate)
    assert arrays["units/grid"].shape[-1] == 8


def test_a_past_step_is_shown_once_and_the_present_goes_on_after_it() -> None:
    room = Room("ab")
    was = {}
    for _ in range(3):
        frames = room.turn()
        header, arrays = decode_frame(frames[0].data)
        was[header["step"]] = arrays
    first = min(was)
    room.show.handle(wire.Subscribe(0, PICTURES, first))
    frames = [frame for frame in room.turn() if frame.stream == 0]
    header, arrays = decode_frame(frames[0].data)
    assert (header["step"], header["past"]) == (first, True)
    for name in ("decision/grid", "weights/theta"):
        np.testing.assert_array_equal(arrays[name], was[first][name])
    assert {frame.stream for frame in room.turn()} == {1}
    room.show.handle(wire.Subscribe(0, PICTURES))
    header, arrays = decode_frame(next(frame.data for frame in room.turn() if frame.stream == 0))
    assert (header["step"], header["past"]) == (room.runs[0].step, False)
    assert arrays["curve/step"][-1] == room.runs[0].step


@pytest.mark.parametrize(
    ("options", "detail", "found"),
    [
        (DecisionOptions(100, (0, 1)), 0.5, DecisionOptions(50, (0, 1))),
        (UnitsOptions(32), 0.1, UnitsOptions(8)),
        (FeaturesOptions(32), 0.5, FeaturesOptions(32)),
        (DecisionOptions(100), 1.0, DecisionOptions(100)),
    ],
)
def test_pictures_alone_get_coarser(options: DecisionOptions, detail: float, found: DecisionOptions) -> None:
    assert coarser(options, detail) == found


def test_a_run_that_has_ended_and_a_client_that_has_gone_get_nothing() -> None:
    room = Room("abc")
    room.show.forget(room.runs[0])
    room.show.handle(wire.Detach(1))
    room.show.handle(wire.Ack(99, 1))
    assert [frame.stream for frame in room.turn()] == [2]
    room.show.handle(wire.Detach(2))
    assert room.show.next_at() == float("inf")
