"""The time machine: any past step as it was, however the run came there, and another run that goes on from it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import protocol
from app.protocol import Edit, State
from app.runs.cohort import arrange
from app.runs.past import REACH_SECONDS
from app.runs.training import Training
from engine.spec import RunSpec
from tests.app.test_cohort import cohort_of, playing

COMMANDS = st.sampled_from(
    [
        protocol.Update({"optimizer": {"learning_rate": 0.3}}),
        protocol.Update({"optimizer": {"kind": "adam", "learning_rate": 0.01}}),
        protocol.Update({"dataset": {"noise": 0.2}}),
        protocol.Update({"batch_size": 7}),
        protocol.SetParameters([Edit(0, 1, 0.75, 0)]),
        protocol.Pause(),
    ]
)


def new(spec: dict[str, Any] | None = None) -> Training:
    return Training.create("r", RunSpec.from_dict(spec or {}), None, "2026-11-20T00:00:00+00:00")


def step(training: Training, count: int) -> None:
    training.execute(protocol.Step("update", count))
    while training.goal:
        training.train()


def seen(training: Training, at: int | None = None) -> dict[str, Any]:
    """What a run is, or was, at a step."""
    past = training.past(training.step if at is None else at)
    probes = protocol.convert({"decision": {"resolution": 8}, "weights": {}, "losses": {}}, protocol.Probes)
    return {
        "step": past.step,
        "epoch": past.epoch,
        "losses": past.views.losses(),
        "views": {name: past.views.lists(name, options) for name, options in probes.items()},
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), COMMANDS), min_size=1, max_size=8), st.data())
def test_any_past_step_is_seen_as_it_was(doings: list[tuple[int, protocol.Command]], data: st.DataObject) -> None:
    training = new({"seed": 3})
    known = {0: seen(training)}
    for count, command in doings:
        step(training, count)
        known[training.step] = seen(training)
        training.execute(command)
        known[training.step] = seen(training)
    step(training, 40)
    for at in data.draw(st.permutations(list(known))):
        assert seen(training, at) == known[at]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), COMMANDS), max_size=4), st.integers(0, 150))
def test_a_fork_goes_on_as_the_run_did(doings: list[tuple[int, protocol.Command]], at: int) -> None:
    training = new({"seed": 4})
    for count, command in doings:
        step(training, count)
        training.execute(command)
    begin = training.step
    step(training, 200)
    fork = Training.restore("f", training.fork(begin + at, "2026-11-21T00:00:00+00:00"))
    assert fork.step == begin + at
    assert fork.record.state is State.PAUSED
    step(fork, 200 - at)
    assert fork.export() == training.export()
    assert fork.document()["changes"] == training.document()["changes"]


def test_a_fork_has_the_changes_and_the_curve_up_to_its_step() -> None:
    training = new()
    step(training, 50)
    training.execute(protocol.Update({"optimizer": {"learning_rate": 0.1}}))
    step(training, 50)
    fork = Training.restore("f", training.fork(30, "2026-11-21T00:00:00+00:00"))
    document = fork.document()
    assert (document["changes"], document["created"], document["generation"]) == ([], "2026-11-21T00:00:00+00:00", 0)
    assert document["spec"]["optimizer"]["learning_rate"] == 0.03
    assert fork.views.columns()["step"] == [0, 25]
    assert training.views.columns()["step"] == [0, 25, 50, 75, 100]


def test_a_run_in_a_cohort_has_its_own_past() -> None:
    runs = [playing(name) for name in "abc"]
    arrange(runs)
    known = []
    for _ in range(60):
        cohort_of(runs[0]).train()
        known.append(seen(runs[1]))
    runs[1].seat.stand_up()
    for was in known[::7]:
        assert seen(runs[1], was["step"]) == was


def test_a_new_start_has_no_past() -> None:
    training = new()
    step(training, 60)
    training.execute(protocol.Reset())
    assert [snapshot.step for snapshot in training.history.snapshots] == [0]
    assert seen(training, 0) == seen(training)


def test_before_it_broke_a_run_can_be_seen_too() -> None:
    spec = {"dataset": {"kind": "plane"}, "layers": [{"units": 4, "activation": "linear"}]}
    training = new(spec | {"optimizer": {"learning_rate": 1000.0}})
    start = seen(training)
    training.execute(protocol.Start())
    while training.record.state is State.RUNNING:
        training.train()
    assert training.record.state is State.DIVERGED
    assert seen(training, 0) == start


def test_the_past_survives_a_crash() -> None:
    training = new()
    step(training, 90)
    was = seen(training, 40)
    restored = Training.restore("r", training.checkpoint())
    assert seen(restored, 40) == was
    assert seen(restored, 90) == seen(training)


def test_a_step_that_takes_too_long_shows_the_nearest_before_it() -> None:
    training = new()
    training.history.gap = 1000.0
    step(training, 100)
    training._step_seconds = REACH_SECONDS / 10
    assert training.past(60).step == 10
    assert training.past(60).step == 20


def test_a_very_large_network_has_no_past() -> None:
    """Each of its snapshots would be as large as a checkpoint."""
    training = new({"layers": [{"units": 512}, {"units": 512}]})
    step(training, 3)
    assert training.history.snapshots == []
    assert training.past(1).step == 3
    assert Training.restore("f", training.fork(1, "2026-11-21T00:00:00+00:00")).step == 3


def test_the_future_is_the_present() -> None:
    training = new()
    step(training, 10)
    assert training.past(10_000).step == 10
    assert training.past(10).views is training.views


@pytest.mark.parametrize("order", [(10, 20, 30), (30, 20, 10)])
def test_going_forward_and_back_shows_the_same(order: tuple[int, ...]) -> None:
    training = new()
    known = {}
    for at in (10, 20, 30):
        step(training, 10)
        known[at] = seen(training)
    step(training, 5)
    for at in order:
        assert seen(training, at) == known[at]
