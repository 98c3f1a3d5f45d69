"""When a worker makes checkpoints: again and again of every run that trains, however many there are."""

import time
from collections import Counter

import pytest

from app import protocol
from app.runs import wire, worker
from app.runs.worker import SAVES_AT_ONCE
from tests.app.test_worker import DEADLINE, Boss


def test_a_running_run_is_saved_again_and_again_and_a_paused_one_is_not() -> None:
    boss = Boss(checkpoint_interval=0.01)
    boss.create("a")
    boss.execute("a", protocol.Start())
    boss.listen(lambda message: len(boss.all(wire.Saved)) > 5)
    boss.execute("a", protocol.Pause())
    boss.settle()
    count = len(boss.all(wire.Saved))
    time.sleep(0.05)
    boss.settle()
    assert len(boss.all(wire.Saved)) == count
    steps = [saved.progress["step"] for saved in boss.all(wire.Saved)]
    assert steps == sorted(steps)
    boss.socket.close()
    boss.thread.join(DEADLINE)


def test_every_run_of_a_crowd_is_saved_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SAVE_SHARE", 0.0)
    boss = Boss(checkpoint_interval=0.01)
    cohort = [f"c{number}" for number in range(2 * SAVES_AT_ONCE + 1)]
    alone = {f"a{units}": {"layers": [{"kind": "dense", "units": units}]} for units in range(1, 4)}
    for run, spec in [*((run, None) for run in cohort), *alone.items()]:
        boss.create(run, spec)
        boss.execute(run, protocol.Start())
    boss.settle()
    boss.heard.clear()
    boss.listen(lambda message: min(Counter(s.run for s in boss.all(wire.Saved))[r] for r in [*cohort, *alone]) >= 3)
    boss.socket.close()
    boss.thread.join(DEADLINE)
