"""What the web process knows of a run, without processes; and what a checkpoint keeps."""

from typing import Any

import pytest

from app.probe_options import Probes
from app.protocol import State
from app.runs import checkpoint
from app.runs.checkpoint import Checkpoint, Record
from app.runs.registry import (
    DEATHS_ALLOWED,
    DEATHS_WITHIN,
    RUNS_OF_A_SHAPE,
    Attachment,
    Run,
    place,
    shape_asked_for,
)


class Listener:
    """A sink that keeps events."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def frame(self, run: str, data: bytes) -> bool:
        return False

    def event(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    def drop(self, run: str) -> None: ...

    def left(self, run: str) -> None: ...

    def shut(self, code: int, reason: str) -> None: ...


def new_run() -> Run:
    run = Run("r", slot=0, now=0.0)
    run.document = {"state": "paused", "step": 3}
    run.ready.set()
    return run


def attach(run: Run, number: int = 1) -> Attachment:
    attachment = Attachment(number, run, Listener(), Probes(), hidden=False)
    run.attachments[number] = attachment
    return attachment


def test_a_run_without_a_worker_is_recovering_whatever_it_was() -> None:
    run = new_run()
    assert run.state is State.PAUSED
    run.ready.clear()
    assert run.state is State.RECOVERING
    assert run.shown() == {"state": "recovering", "step": 3}
    assert run.document["state"] == "paused"


@pytest.mark.parametrize(
    ("state", "watched", "idle"),
    [("paused", False, True), ("diverged", False, True), ("running", False, False), ("paused", True, False)],
)
def test_a_run_is_idle_when_nobody_watches_and_nothing_happens(state: str, watched: bool, idle: bool) -> None:
    run = new_run()
    run.document["state"] = state
    if watched:
        attach(run)
    assert run.is_idle is idle


def test_a_run_in_short_leaves_out_its_points_and_parameters() -> None:
    run = new_run()
    spec = {"dataset": {"kind": "points", "train": [[0, 0, 1]] * 10_000}, "layers": [{"kind": "dropout"}] * 2}
    network = {"layers": [{"units": units} for units in (512, 3, 1)]}
    run.document |= {"id": "r", "epoch": 0.5, "generation": 2, "created": "now", "changes": [1, 2]}
    run.document |= {"spec": spec, "network": network}
    short = {"id": "r", "state": "paused", "step": 3, "epoch": 0.5, "generation": 2, "created": "now"}
    assert run.summary() == {**short, "dataset": "points", "layers": [512, 3]}
    run.ready.clear()
    assert run.summary()["state"] == "recovering"


def test_three_deaths_within_a_minute_are_too_many() -> None:
    run = new_run()
    assert [run.blame(now) for now in (0.0, 20.0, 40.0)] == [False, False, True]
    assert run.deaths == DEATHS_ALLOWED


def test_deaths_far_apart_are_forgiven() -> None:
    run = new_run()
    assert not any(run.blame(number * (DEATHS_WITHIN / 2 + 1)) for number in range(10))


def test_a_run_in_use_is_not_counted_as_left() -> None:
    run = new_run()
    run.use(5.0)
    assert (run.used, run.left) == (5.0, None)
    run.left = 6.0
    run.use(9.0)
    assert (run.used, run.left) == (9.0, 9.0)


def test_everybody_who_watches_is_told() -> None:
    run = new_run()
    listeners = [attach(run, number).sink for number in range(3)]
    run.tell({"type": "run"})
    assert [listener.events for listener in listeners] == [[{"type": "run"}]] * 3  # type: ignore[attr-defined]


def test_an_attachment_remembers_what_a_new_worker_must_know() -> None:
    attachment = attach(new_run())
    attachment.sent(seq=1, generation=2, curve_step=50)
    attachment.sent(seq=2, generation=2, curve_step=75)
    assert (attachment.generation, attachment.after_step, attachment.window.seq) == (0, -1, 2)
    attachment.acknowledge(1)
    assert (attachment.generation, attachment.after_step) == (2, 50)
    attachment.acknowledge(1)
    attachment.acknowledge(2)
    assert (attachment.generation, attachment.after_step) == (2, 75)


def test_a_checkpoint_keeps_everything() -> None:
    record = Record("2026", State.RUNNING, 4, 9, 30.0, [{"step": 1, "label": "rate 0.1 → 0.3"}])
    saved = Checkpoint({"seed": 1, "dataset": {"kind": "circle"}}, record, b"\x00\xff")
    assert checkpoint.load(checkpoint.dump(saved)) == saved


def test_records_do_not_share_their_changes() -> None:
    Record("a").changes.append({})
    assert Record("b").changes == []


def placed(shapes: list[str], slots: int = 2) -> list[int]:
    """Where runs of these shapes go, one after the other."""
    runs: list[Run] = []
    for number, shape in enumerate(shapes):
        runs.append(Run(str(number), place(runs, slots, shape), 0.0, shape=shape))
    return [run.slot for run in runs]


def test_a_few_runs_of_one_shape_go_to_one_worker() -> None:
    shapes = ["a", "b"] * (RUNS_OF_A_SHAPE // 2)
    slots = placed(shapes)
    for shape in "ab":
        assert len({slot for slot, its in zip(slots, shapes, strict=True) if its == shape}) == 1


def test_many_runs_of_one_shape_are_spread() -> None:
    slots = placed(["a"] * 300, 3)
    assert max(map(slots.count, range(3))) - min(map(slots.count, range(3))) <= 1


def test_rare_shapes_weigh_more_than_another_run_of_a_common_one() -> None:
    shapes = ["common"] * 40 + [f"rare {number}" for number in range(6)] + ["common"] * 20
    slots = placed(shapes)
    rare = [slot for slot, shape in zip(slots, shapes, strict=True) if shape != "common"]
    assert sorted(map(rare.count, range(2))) == [3, 3]


def test_the_shape_is_what_the_client_says_of_the_network() -> None:
    assert shape_asked_for({"seed": 1, "dataset": {"kind": "xor"}}) == shape_asked_for({"optimizer": {}})
    assert shape_asked_for({"layers": [{"units": 3}]}) != shape_asked_for({"layers": [{"units": 4}]})
