"""Snapshots: which are kept, and that those something depends on are never lost before what comes before them."""

from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.runs.history import MOST_BYTES, MOST_SNAPSHOTS, History

SPEC = {"seed": 1}


def filled(epochs: int, marked: set[int] | None = None) -> History:
    """A run that was looked at after every epoch."""
    history = History()
    for epoch in range(epochs):
        if epoch in (marked or {0}) or epoch >= history.next_epoch:
            history.add(25 * epoch, float(epoch), SPEC, b"state", marked=epoch in (marked or {0}))
    return history


def documents(history: History) -> list[object]:
    return [msgspec.msgpack.decode(spec) for spec in history.specs]


def test_the_first_epochs_are_all_kept() -> None:
    assert [snapshot.epoch for snapshot in filled(10).snapshots] == list(range(10))


def test_a_long_run_has_few_snapshots_about_evenly_spread() -> None:
    history = filled(5000)
    steps = [snapshot.step for snapshot in history.snapshots]
    assert MOST_SNAPSHOTS / 3 < len(steps) <= MOST_SNAPSHOTS
    assert steps[0] == 0
    gaps = [after - before for before, after in pairwise(steps)]
    assert max(gaps) <= 4 * 25 * 5000 / MOST_SNAPSHOTS


@given(st.sets(st.integers(0, 400), max_size=60), st.integers(1, 400))
def test_a_marked_snapshot_outlives_all_before_it(marked: set[int], epochs: int) -> None:
    """Else a step would be reached by training through a change that was made by hand."""
    history = filled(epochs, marked | {0})
    kept = {snapshot.step // 25 for snapshot in history.snapshots if snapshot.marked}
    first = history.first_step // 25
    assert {epoch for epoch in marked if first < epoch < epochs} <= kept
    assert len(history.snapshots) <= MOST_SNAPSHOTS
    assert [snapshot.step for snapshot in history.snapshots] == sorted(
        {snapshot.step for snapshot in history.snapshots}
    )


def test_a_step_is_reached_from_the_snapshot_before_it() -> None:
    history = filled(6)
    assert [history.before(step)[0].step for step in (0, 24, 25, 60, 10_000, -1)] == [0, 0, 25, 50, 125, 0]


def test_at_one_step_the_last_is_kept_and_stays_marked() -> None:
    history = filled(3)
    history.add(50, 2.0, {"seed": 2}, b"changed", marked=True)
    history.add(50, 2.0, {"seed": 3}, b"again", marked=False)
    snapshot, spec = history.before(50)
    assert (snapshot.state, snapshot.marked, spec) == (b"again", True, {"seed": 3})
    assert len(history.snapshots) == 3
    assert history.before(49)[1] == SPEC


def test_a_control_that_is_dragged_at_one_step_leaves_one_specification() -> None:
    history = filled(2)
    for seed in range(100):
        history.add(25, 1.0, {"seed": seed}, b"dragged", marked=True)
    assert documents(history) == [SPEC, {"seed": 99}]
    assert history.before(25)[1] == {"seed": 99}
    first = History()
    for seed in range(100):
        first.add(0, 0.0, {"seed": seed}, b"dragged", marked=True)
    assert documents(first) == [{"seed": 99}]


def test_large_states_are_few() -> None:
    history = History()
    for epoch in range(20):
        history.add(epoch, float(epoch), {"seed": epoch}, bytes(MOST_BYTES // 4), marked=True)
    assert sum(len(snapshot.state) for snapshot in history.snapshots) <= MOST_BYTES
    assert history.before(19)[1] == {"seed": 19}
    assert history.before(0)[1] == {"seed": history.first_step}
    assert len(history.specs) == len(history.snapshots)


def test_one_state_is_kept_however_large() -> None:
    history = History()
    history.add(0, 0.0, SPEC, bytes(2 * MOST_BYTES), marked=True)
    assert len(history.snapshots) == 1
