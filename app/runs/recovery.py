"""After a worker has died: its runs go on from their last checkpoint in the next one, all but a run that kills it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from app.errors import InsufficientStorage, Problem, Unavailable
from app.logs import get_logger
from app.runs import wire
from app.runs.pool import Pool, Worker
from app.runs.registry import Attachment, Run

log = get_logger(__name__)

FETCH_PAUSE: Final = 1.0
AT_ONCE: Final = 16
"""Runs that are asked for together: one by one, each waits twice until the worker has trained others for a moment."""


def attach_message(number: int, attachment: Attachment) -> wire.Attach:
    """What a worker must be told of a client that watches one of its runs."""
    return wire.Attach(
        request=number,
        run=attachment.run.id,
        stream=attachment.number,
        probes=attachment.probes,
        after_step=attachment.after_step,
        generation=attachment.generation,
        hidden=attachment.hidden,
        seq=attachment.window.seq,
        at=attachment.at,
    )


class Recovery:
    """Brings the `runs` of dead workers back from what the database has of them, which `fetch` gives; `end` is called
    with a run that cannot be brought back, and the reason."""

    def __init__(
        self, runs: dict[str, Run], fetch: Callable[[str], Awaitable[bytes]], end: Callable[[Run, str], None]
    ) -> None:
        self._runs = runs
        self._fetch = fetch
        self._end = end

    def mourn(self, worker: Worker, culprit: str | None) -> None:
        """A worker has died while busy with the run `culprit`: its runs wait, and those who watch are told."""
        blamed = self._runs.get(culprit) if culprit else None
        if blamed and blamed.blame(asyncio.get_running_loop().time()):
            self._end(blamed, "This run stopped its process three times within a minute, so it was ended.")
        for run in self._in_slot(worker.slot):
            if run.ready.is_set():
                run.ready.clear()
                run.tell({"type": "recovering", "run": run.id})

    async def recover(self, pool: Pool, slot: int) -> None:
        """Put the waiting runs of `slot` into its new worker. If that dies too, the next recovery goes on."""
        worker = await pool.worker(slot)
        waiting = self._in_slot(slot)
        while waiting and worker.alive:
            unread = []
            for group in groups(waiting):
                some = [run for run in group if not run.ready.is_set()]
                done = await asyncio.gather(*(self._recovered(run, worker) for run in some))
                unread += [run for run, is_done in zip(some, done, strict=True) if not is_done]
            if unread:
                log.warning("runs wait for the database", slot=slot, runs=len(unread))
                await asyncio.sleep(FETCH_PAUSE)
            waiting = unread

    async def _recovered(self, run: Run, worker: Worker) -> bool:
        """Bring a run back, or end it. Returns whether it need not be tried again: not while nobody can read it."""
        try:
            data = run.checkpoint or await self._fetch(run.id)
        except (Unavailable, InsufficientStorage):
            return run.id not in self._runs
        except Problem as problem:
            self._give_up(run, problem)
            return True
        try:
            await self._restore(run, worker, data)
        except Unavailable:
            pass  # this worker has died too
        except Problem as problem:
            self._give_up(run, problem)
        return True

    def _give_up(self, run: Run, problem: Problem) -> None:
        if run.id in self._runs:
            log.error("run cannot be restored", run=run.id, reason=problem.detail)
            self._end(run, "The run could not be restored after its process stopped.")

    def _in_slot(self, slot: int) -> list[Run]:
        """The runs of a worker that have begun, those that never made trouble first."""
        return sorted((run for run in self._runs.values() if run.slot == slot and run.document), key=lambda r: r.deaths)

    async def _restore(self, run: Run, worker: Worker, data: bytes) -> None:
        """Bring a run back into `worker`. Its clients drop the curve from there on before they get a frame."""
        before = run.document
        document = await worker.ask(lambda number: wire.Restore(number, run.id, data))
        if run.id not in self._runs:  # deleted meanwhile
            worker.send(wire.Delete(run.id))
            return
        if run.document is before:  # else the worker has said more since
            run.document = document
        run.ready.set()
        watching = list(run.attachments.values())
        for attachment in watching:
            attachment.go_back(document["step"])
        run.tell({"type": "recovered", "run": run.shown()})
        await asyncio.gather(*(self._attach(attachment, worker) for attachment in watching))

    async def _attach(self, attachment: Attachment, worker: Worker) -> None:
        if attachment.number in attachment.run.attachments:  # else its client has left meanwhile
            await worker.ask(lambda number: attach_message(number, attachment))


def groups(runs: list[Run]) -> list[list[Run]]:
    """Runs that never made trouble, many at a time, then the others one by one."""
    calm = [run for run in runs if not run.deaths]
    together = [calm[place : place + AT_ONCE] for place in range(0, len(calm), AT_ONCE)]
    return together + [[run] for run in runs if run.deaths]
