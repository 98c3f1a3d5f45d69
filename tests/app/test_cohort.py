"""Runs of one shape that step together: the same numbers as alone, whoever comes, goes, pauses or changes something."""

from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import protocol
from app.protocol import Edit, State
from app.runs.cohort import MOST_SEATS, MOST_WORK, Cohort, arrange
from app.runs.training import SLOWEST_TOGETHER, Training
from engine.spec import RunSpec

DOINGS = ["train", "arrange", "pause", "start", "leave", "edit", "rate"]
DEEP = {"layers": [{"units": 3}, {"units": 3}, {"units": 3}]}


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def playing(name: str, spec: dict[str, Any] | None = None, rate: float | None = None, clock: Any = None) -> Training:
    """A run that has begun to train."""
    document = {"seed": sum(name.encode()), **(spec or {})}
    clocks = {} if clock is None else {"clock": clock}
    training = Training.create(name, RunSpec.from_dict(document), rate, "2026-11-20T00:00:00+00:00", **clocks)
    training.execute(protocol.Start())
    training.train(0.0)
    return training


def own_points(count: int) -> dict[str, Any]:
    """A specification with so many own points to train on, and three to test."""
    points = [[np.cos(place), np.sin(2.0 * place), place % 2] for place in range(count)]
    return {"dataset": {"kind": "points", "task": "classification", "train": points, "test": points[:3]}}


def trio() -> list[Training]:
    return [playing(name) for name in "abc"]


def cohort_of(training: Training) -> Cohort:
    assert isinstance(training.seat.cohort, Cohort)
    return training.seat.cohort


def everything(training: Training) -> dict[str, Any]:
    document = training.document()
    return {name: document[name] for name in ("step", "epoch", "losses", "accuracy", "spec")} | training.export()


def assert_as_alone(
    training: Training, commands: dict[int, protocol.Command] | None = None, spec: dict[str, Any] | None = None
) -> None:
    """Train a run like it by itself, epoch by epoch, with the same commands at the same steps."""
    alone = playing(training.run, spec)
    alone.finish_epoch()
    while True:
        for step in [step for step in commands or {} if step == alone.step]:
            alone.execute((commands or {}).pop(step))
        if alone.step >= training.step:
            break
        alone._population.advance_epochs(1)
        alone.views.looks.forget()
    assert everything(training) == everything(alone)


class TestSeats:
    def test_runs_of_one_kind_sit_together_and_others_do_not(self) -> None:
        runs = [*trio(), playing("d", DEEP), playing("e", {"batch_size": 20})]
        arrange(runs)
        assert {training.seat.cohort for training in runs[:3]} == {cohort_of(runs[0])}
        assert [training.seat.cohort for training in runs[3:]] == [None, None]

    def test_short_epochs_of_any_length_go_together(self) -> None:
        specs = {name: own_points(count) for name, count in zip("abcd", (31, 74, 31, 20), strict=True)}
        runs = [playing(name, spec) for name, spec in specs.items()]
        long = [playing("e", {"dataset": {"samples": 350}}), playing("f")]
        arrange([*runs, *long])
        cohort = cohort_of(runs[0])
        assert cohort.seats == (runs[3], runs[0], runs[2], runs[1])
        assert [training.seat.cohort for training in long] == [None, None]
        for _ in range(40):
            cohort.train()
        assert len({training.epoch for training in runs}) == 1
        for training in runs:
            assert_as_alone(training, spec=specs[training.run])

    def test_who_sits_stays_while_nobody_comes_or_goes(self) -> None:
        runs = trio()
        arrange(runs)
        before = cohort_of(runs[0])
        arrange(runs)
        assert cohort_of(runs[0]) is before
        arrange([*runs, playing("d")], anew=False)
        assert cohort_of(runs[0]) is before
        arrange([*runs, playing("d")])
        assert cohort_of(runs[0]) is not before

    def test_who_comes_takes_the_seat_of_one_who_left(self) -> None:
        runs = [playing(name) for name in "abcde"]
        arrange(runs)
        cohort = cohort_of(runs[0])
        runs[1].execute(protocol.Update({"layers": [{"units": 5}]}))
        cohort.train()
        newcomers = [playing("f"), playing("g", {"dataset": {"train_fraction": 0.7}})]
        at = newcomers[0].step
        arrange([*runs, *newcomers], anew=False)
        assert cohort.seats == (runs[0], newcomers[0], *runs[2:])
        assert newcomers[1].seat.cohort is None
        for _ in range(3):
            cohort.train()
        assert newcomers[0].step > at
        for training in (runs[0], newcomers[0], runs[4]):
            assert_as_alone(training)

    def test_who_pauses_keeps_the_seat_until_too_many_are_empty(self) -> None:
        runs = [playing(name) for name in "abcde"]
        arrange(runs)
        cohort = cohort_of(runs[0])
        runs[0].execute(protocol.Pause())
        arrange(runs)
        assert runs[0].seat.cohort is cohort
        runs[1].execute(protocol.Pause())
        arrange(runs)
        assert [training.seat.cohort for training in runs[:2]] == [None, None]
        assert cohort_of(runs[2]).seats == tuple(runs[2:])

    def test_nothing_new_is_seen_of_who_pauses_whatever_the_neighbours_do(self) -> None:
        runs = [playing(name) for name in "abcde"]
        before = runs[0].seat.version
        arrange(runs)
        assert runs[0].seat.version == (before[0], runs[0].step)
        runs[0].execute(protocol.Pause())
        paused, playing_on = runs[0].seat.version, runs[1].seat.version
        cohort_of(runs[0]).train()
        runs[2].execute(protocol.Reset())
        assert runs[0].seat.version == paused
        assert runs[1].seat.version != playing_on
        runs[0].seat.stand_up()
        assert runs[0].seat.version == paused

    def test_who_stands_still_steps_or_is_slow_stands_alone(self) -> None:
        runs = [*trio(), playing("slow", rate=SLOWEST_TOGETHER / 2)]
        arrange(runs)
        runs[0].execute(protocol.Pause())
        runs[1].execute(protocol.Step("update", 3))
        arrange(runs)
        assert [training.seat.cohort for training in runs] == [None] * 4

    @pytest.mark.parametrize(
        "spec",
        [
            {"dataset": {"kind": "digits"}, "layers": [{"kind": "convolution", "filters": 16}]},
            {"dataset": {"samples": 1000}, "batch_size": 1},
        ],
        ids=["work", "steps"],
    )
    def test_a_run_whose_epochs_are_long_gains_nothing_and_stays_alone(self, spec: dict[str, Any]) -> None:
        runs = [playing(name, spec) for name in "ab"]
        arrange(runs)
        assert [training.seat.cohort for training in runs] == [None] * 2

    def test_larger_networks_sit_in_smaller_cohorts(self) -> None:
        runs = [playing(str(place), {"dataset": {"kind": "digits"}, "layers": [{"units": 32}]}) for place in range(12)]
        arrange(runs)
        sizes = [len(cohort.members) for cohort in dict.fromkeys(cohort_of(training) for training in runs)]
        assert max(sizes) * runs[0].seat.epoch_work <= MOST_WORK
        assert sum(sizes) == 12

    def test_the_longest_epoch_says_how_many_sit_together(self) -> None:
        counts = [12, *[150] * 11]
        runs = [
            playing(str(place), own_points(count) | {"layers": [{"units": 120}, {"units": 120}]})
            for place, count in enumerate(counts)
        ]
        arrange(runs)
        sizes = [len(cohort.members) for cohort in dict.fromkeys(cohort_of(training) for training in runs)]
        assert max(sizes) * runs[-1].seat.epoch_work <= MOST_WORK < 64 * runs[-1].seat.epoch_work
        arranged = [training.seat.cohort for training in runs]
        arrange(runs)
        assert [training.seat.cohort for training in runs] == arranged

    def test_a_crowd_is_divided_evenly(self) -> None:
        runs = [playing(str(place)) for place in range(MOST_SEATS + 6)]
        arrange(runs)
        sizes = [len(cohort.members) for cohort in dict.fromkeys(cohort_of(training) for training in runs)]
        assert sizes == [MOST_SEATS // 2 + 3] * 2

    def test_a_run_begins_its_seat_where_an_epoch_ends(self) -> None:
        runs = trio()
        runs[1]._population.advance(3)
        arrange(runs)
        assert all(training.epoch == int(training.epoch) for training in runs)

    def test_a_run_that_finds_nobody_to_sit_with_is_not_hurried(self) -> None:
        run = playing("a")
        run._population.advance(3)
        step = run.step
        arrange([run])
        arrange([run], anew=False)
        assert (run.step, run.seat.cohort) == (step, None)

    def test_a_cohort_that_fails_is_dissolved_for_good(self) -> None:
        runs = trio()
        arrange(runs)
        cohort_of(runs[0]).dissolve()
        arrange(runs)
        assert [training.seat.cohort for training in runs] == [None] * 3
        for training in runs:
            training.train()


class TestNumbers:
    @settings(max_examples=12, deadline=None)
    @given(
        st.lists(st.sampled_from(["train", "arrange", "pause", "start", "leave", "edit", "rate"]), max_size=25),
        st.data(),
    )
    def test_a_run_never_knows_its_neighbours(self, doings: list[str], data: st.DataObject) -> None:
        """One run is left in peace while the others come and go, stop, and are changed."""
        runs = trio()
        watched, others = runs[0], runs[1:]
        for doing in doings:
            other = data.draw(st.sampled_from(others))
            match doing:
                case "train" if watched.seat.cohort is not None:
                    cohort_of(watched).train()
                case "train":
                    watched.finish_epoch()
                case "arrange":
                    arrange(runs)
                case "pause":
                    other.execute(protocol.Pause())
                case "start":
                    other.execute(protocol.Start())
                case "leave":
                    other.execute(protocol.Reset())
                case "edit":
                    other.execute(protocol.SetParameters([Edit(0, 0, 0.5, 0)]))
                case "rate":
                    rate = data.draw(st.sampled_from([0.01, 0.1]))
                    other.execute(protocol.Update({"optimizer": {"learning_rate": rate}}))
        watched.finish_epoch()
        assert_as_alone(watched)

    def test_each_keeps_its_own_numbers_whatever_they_are(self) -> None:
        documents: list[dict[str, Any]] = [{}, {"optimizer": {"learning_rate": 0.3}}, {"dataset": {"seed": 9}}]
        runs = [playing(name, document) for name, document in zip("abc", documents, strict=True)]
        arrange(runs)
        for _ in range(5):
            cohort_of(runs[0]).train()
        for training, document in zip(runs, documents, strict=True):
            alone = playing(training.run, document)
            alone.finish_epoch()
            alone._population.advance_epochs(5)
            alone.views.looks.forget()
            assert everything(training) == everything(alone)

    def test_a_change_takes_hold_in_the_seat(self) -> None:
        runs = trio()
        arrange(runs)
        cohort_of(runs[0]).train()
        command = protocol.Update({"optimizer": {"learning_rate": 0.5}, "regularizer": {"kind": "l2", "rate": 0.01}})
        at = runs[1].step
        runs[1].execute(command)
        assert runs[1].seat.cohort is runs[0].seat.cohort
        for _ in range(3):
            cohort_of(runs[0]).train()
        assert_as_alone(runs[1], {at: command})
        assert_as_alone(runs[2])

    @pytest.mark.parametrize(
        ("command", "stays"),
        [
            (protocol.Update({"batch_size": 5}), False),
            (protocol.Update({"dataset": {"train_fraction": 0.2}}), False),
            (protocol.Update({"optimizer": {"kind": "adam"}}), False),
            (protocol.Update({"layers": [{"units": 5}]}), False),
            (protocol.Update({"dataset": {"noise": 0.3}}), True),
            (protocol.Update({"dataset": {"kind": "xor"}}), True),
            (protocol.Reset(), True),
            (protocol.NewStart(5), True),
        ],
        ids=["batch", "sizes", "optimizer", "layers", "noise", "data", "reset", "new start"],
    )
    def test_what_does_not_fit_beside_its_neighbours_makes_it_stand_up(
        self, command: protocol.Command, stays: bool
    ) -> None:
        runs = trio()
        arrange(runs)
        cohort_of(runs[0]).train()
        at = runs[1].step
        runs[1].execute(command)
        assert (runs[1].seat.cohort is not None) == stays
        alone = playing("b")
        alone.finish_epoch()
        while alone.step < at:
            alone._population.advance_epochs(1)
        alone.views.looks.forget()
        alone.execute(command)
        assert everything(runs[1]) == everything(alone)
        cohort_of(runs[0]).train()
        assert_as_alone(runs[0])
        for training in (runs[1], alone):
            if training.record.state is State.PAUSED:
                training.execute(protocol.Start())
        for _ in range(3 * stays):
            cohort_of(runs[1]).train()
        while alone.step < runs[1].step:
            alone._population.advance_epochs(1)
            alone.views.looks.forget()
        assert everything(runs[1]) == everything(alone)

    def test_a_checkpoint_taken_in_a_seat_is_the_runs_own(self) -> None:
        runs = trio()
        arrange(runs)
        cohort_of(runs[0]).train()
        restored = Training.restore("b", runs[1].checkpoint())
        assert everything(restored) == everything(runs[1])
        runs[1].seat.stand_up()
        for training in (restored, runs[1]):
            training._population.advance_epochs(2)
            training.views.looks.forget()
        assert everything(restored) == everything(runs[1])


class TestEnds:
    def test_one_that_diverges_stops_and_the_others_go_on(self) -> None:
        linear = {"dataset": {"kind": "plane"}, "layers": [{"units": 4, "activation": "linear"}]}
        runs = [playing(name, linear) for name in "ab"]
        arrange(runs)
        runs[1].execute(protocol.Update({"optimizer": {"learning_rate": 10.0}}))
        for _ in range(200):
            if runs[1].record.state is State.DIVERGED:
                break
            cohort_of(runs[0]).train()
        assert runs[1].document()["diagnosis"] is not None
        assert runs[0].record.state is State.RUNNING
        before = runs[1].step
        cohort_of(runs[0]).train()
        assert runs[1].step == before
        runs[1].execute(protocol.Back())
        assert runs[1].record.state is State.PAUSED

    def test_one_that_meets_its_condition_pauses(self) -> None:
        runs = [playing(name, {"stop": {"epochs": 4}} if name == "b" else None) for name in "abc"]
        arrange(runs)
        for _ in range(5):
            cohort_of(runs[0]).train()
        assert runs[1].record.state is State.PAUSED
        assert runs[1].epoch == 4.0
        assert runs[1].document()["stopped"] is not None
        assert runs[0].epoch > 4.0


class TestPace:
    def test_limited_runs_keep_their_rates_among_unlimited_ones(self) -> None:
        clock = Hand()
        runs = [playing("a", clock=clock), playing("b", rate=40.0, clock=clock), playing("c", rate=60.0, clock=clock)]
        arrange(runs, clock)
        begin = [training.epoch for training in runs]
        for _ in range(1000):
            clock.now += 0.002
            cohort_of(runs[0]).train()
        done = [training.epoch - first for training, first in zip(runs, begin, strict=True)]
        assert done[0] == 1000
        np.testing.assert_allclose(done[1:], [80, 120], atol=8)

    def test_runs_of_one_rate_move_together(self) -> None:
        clock = Hand()
        runs = [playing(name, rate=50.0, clock=clock) for name in "abcd"]
        arrange(runs, clock)
        cohort = cohort_of(runs[0])
        begin, turns = runs[0].epoch, count()
        for _ in range(500):
            clock.now += 0.002
            if cohort.wait() == 0.0:
                cohort.train()
                next(turns)
        assert runs[0].epoch - begin == pytest.approx(50, abs=3)
        assert next(turns) < 70

    def test_a_cohort_that_stands_still_waits_for_ever(self) -> None:
        runs = trio()
        arrange(runs)
        cohort = cohort_of(runs[0])
        assert cohort.wait() == 0.0
        for training in runs:
            training.execute(protocol.Pause())
        assert cohort.wait() == float("inf")
