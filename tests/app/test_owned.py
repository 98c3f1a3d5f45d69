"""Whose a run is: to everybody else it is not there."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.errors import NotFound
from app.probe_options import Probes
from app.protocol import Start
from app.runs.manager import RunManager
from app.runs.owned import OwnedRuns
from tests.app.watching import Watcher

Use = Callable[[OwnedRuns, str, RunManager], Any]

WITH_A_RUN: dict[str, Use] = {
    "get": lambda runs, run, _: runs.get(run),
    "read": lambda runs, run, _: runs.read(run),
    "delete": lambda runs, run, _: runs.delete(run),
    "update": lambda runs, run, _: runs.update(run, {}),
    "command": lambda runs, run, _: runs.command(run, "start", {}),
    "execute": lambda runs, run, _: runs.execute(run, Start()),
    "probe": lambda runs, run, _: runs.probe(run, "losses", {}),
    "metrics": lambda runs, run, _: runs.metrics(run),
    "export": lambda runs, run, _: runs.export(run),
    "predict": lambda runs, run, _: runs.predict(run, [[0, 0]]),
    "fork": lambda runs, run, _: runs.fork(run, 0),
    "attach": lambda runs, run, manager: runs.attach(
        run, Probes(), Watcher(manager), after_step=-1, generation=0, hidden=False
    ),
}


def test_every_method_that_takes_a_run_is_tried_below() -> None:
    taking = {
        name
        for name, method in inspect.getmembers(OwnedRuns, inspect.isfunction)
        if "run_id" in inspect.signature(method).parameters and not name.startswith("_")
    }
    assert taking == set(WITH_A_RUN)


def test_every_method_of_the_manager_that_takes_a_run_is_offered_with_the_check() -> None:
    taking = {
        name
        for name, method in inspect.getmembers(RunManager, inspect.isfunction)
        if "run_id" in inspect.signature(method).parameters and not name.startswith("_")
    }
    assert taking - {"require_owned"} == set(WITH_A_RUN)


async def settled(value: Any) -> Any:
    return await value if isinstance(value, Awaitable) else value


@pytest.mark.parametrize("name", WITH_A_RUN)
async def test_another_owners_run_is_not_there(manager: RunManager, name: str) -> None:
    run = (await OwnedRuns(manager, "ann").create({}))["id"]
    use = WITH_A_RUN[name]
    for stranger in ("bob", "", "ANN"):
        with pytest.raises(NotFound) as theirs:
            await settled(use(OwnedRuns(manager, stranger), run, manager))
        with pytest.raises(NotFound) as none:
            await settled(use(OwnedRuns(manager, stranger), "no-such-run", manager))
        assert theirs.value.document() == none.value.document()
    await settled(use(OwnedRuns(manager, "ann"), run, manager))
    if name != "delete":
        await manager.delete(run)


async def test_a_list_holds_ones_own_runs_only(manager: RunManager) -> None:
    ann, bob = OwnedRuns(manager, "list-ann"), OwnedRuns(manager, "list-bob")
    first, second = (await ann.create({}))["id"], (await bob.create({}, 5.0))["id"]
    assert [run["id"] for run in ann.list()] == [first]
    assert [run["id"] for run in bob.list()] == [second]
    assert not {first, second} & {run["id"] for run in OwnedRuns(manager, "").list()}
    for run in (first, second):
        await manager.delete(run)
