"""Runs and their database: what was answered is in it, what nobody uses is nowhere else, and a restart finds it all.

An awake run is in a worker. Its newest checkpoint is written before a command is answered, and every few seconds while
it trains. A run that nobody uses is parked: dropped here and in the worker, and brought back by whoever asks for it
next. Ages are measured on the store's own clock, which nobody can set.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from app.errors import Conflict, InsufficientStorage, Internal, Invalid, NotFound, Problem, TooManyRequests, Unavailable
from app.logs import get_logger
from app.protocol import State
from app.runs import wire
from app.runs.pool import Pool
from app.runs.registry import NOWHERE, Run, place
from app.settings import Settings
from app.storage.models import Kept, StoredRun
from app.storage.store import Store

log = get_logger(__name__)

UNUSED: Final = 3600.0
"""Seconds a run must not have been used before it is given up for the room of somebody else's."""
OWN_UNUSED: Final = 180.0
"""The same where its own owner needs the room."""
TIDY_INTERVAL: Final = 1.0
TOUCH_INTERVAL: Final = 600.0
EXPIRE_INTERVAL: Final = 60.0
RESUMING_AT_ONCE: Final = 4
RESUME_ATTEMPTS: Final = 3
RESUME_PAUSE: Final = 1.0
DAY: Final = 86_400.0


class Keeper:
    """Keeps `runs` in `store`; `end` takes one out of the server."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        runs: dict[str, Run],
        pool: Pool,
        end: Callable[[Run, str], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._runs = runs
        self._pool = pool
        self._end = end
        self._waking: dict[str, asyncio.Task[None]] = {}
        self._expire_at = 0.0

    async def start(self) -> None:
        """Every run of the database, parked. Raises `CannotStore`."""
        for kept in await self._store.start():
            run = self._runs[kept.id] = Run(kept.id, NOWHERE, kept.used, kept.owner)
            run.born, run.was_watched = kept.born, kept.watched
            brief = msgspec.json.decode(kept.brief)
            run.shape = brief.pop("shape", "")
            run.park(brief)

    async def resume(self) -> None:
        """Wake the runs that were playing when the server ended, a few at a time. Who asks for one has it sooner."""
        playing = iter([run for run in self._runs.values() if run.is_parked and run.state is State.RUNNING])

        async def wake_one_after_the_other() -> None:
            for run in playing:
                if len(self.awake()) >= self._settings.max_runs:
                    return  # nobody else is put aside for it; it is woken when its page comes back
                await self._resume(run)

        await asyncio.gather(*(wake_one_after_the_other() for _ in range(RESUMING_AT_ONCE)))

    async def _resume(self, run: Run) -> None:
        """Wake a run; if its worker dies meanwhile, through whomever, once more."""
        for _ in range(RESUME_ATTEMPTS):
            try:
                return await self.wake(run)
            except NotFound:
                return  # deleted meanwhile
            except Problem as problem:
                log.warning("run not resumed", run=run.id, reason=problem.detail)
                await asyncio.sleep(RESUME_PAUSE)

    async def stop(self, timeout: float) -> None:
        """Write the newest checkpoint of every run and close the database."""
        for task in list(self._waking.values()):
            task.cancel()
        await asyncio.gather(*self._waking.values(), return_exceptions=True)
        for run in self.awake():
            if run.document and (run.content != run.saving.given or run.used > run.saving.given_at):
                self._offer(run)
        if not await self._store.stop(timeout):
            log.error("the database did not take the last checkpoints in time: runs go on from those before")

    # --- what is written ----------------------------------------------------------------------------------------

    def now(self) -> float:
        return self._store.now()

    async def keep(self, run: Run) -> None:
        """Return when the run as it is now is in the database. Raises the store's `Problem`s."""
        if run.id not in self._runs:
            raise NotFound("The run was deleted.")
        saving = run.saving
        if (content := run.content) != saving.committed:
            await self._store.put(self._row(run))
            saving.committed = content

    async def keep_new(self, run: Run) -> None:
        """The same for a run that is being created, and is not if this fails."""
        assert run.checkpoint is not None
        try:
            await self.keep(run)
        except (InsufficientStorage, Unavailable) as problem:
            reason = "The server's disk is full" if problem.status == 507 else "The database takes no writes just now"
            raise type(problem)(
                f"{reason}, so the run was not created. Try again later.", headers=problem.headers
            ) from None

    async def forget(self, run_id: str) -> None:
        """Return when the run is in the database no more. Raises the store's `Problem`s."""
        await self._store.delete(run_id)

    def discard(self, run_id: str) -> None:
        """Take the run out of the database, sooner or later."""
        self._store.discard(run_id)

    def changed(self, run: Run) -> None:
        """The run has changed by itself: it need not wait for its turn."""
        run.saving.due = 0.0

    async def run(self) -> None:
        """Tidy up again and again, until cancelled."""
        while True:
            await asyncio.sleep(min(TIDY_INTERVAL, self._settings.save_interval / 4, self._settings.park_after / 4))
            self.tidy()
            await self.park_idle()

    def tidy(self) -> None:
        """Write the checkpoints that are due, and give up what nobody has used for very long."""
        now = self.now()
        for run in self.awake():
            if run.document and now >= run.saving.due and self._is_news(run, now):
                self._offer(run)
        if now >= self._expire_at:
            self._expire_at = now + EXPIRE_INTERVAL
            for run in list(self._runs.values()):
                if run.is_parked and run.id not in self._waking and now - run.used > self._settings.keep_days * DAY:
                    log.info("run expired", run=run.id)
                    self._end(run, "Nobody used this run for a long time.")

    def _is_news(self, run: Run, now: float) -> bool:
        is_used = bool(run.attachments) or run.used > run.saving.given_at
        return run.content != run.saving.given or (is_used and now - run.saving.given_at > TOUCH_INTERVAL)

    def _offer(self, run: Run) -> None:
        self._store.offer(self._row(run))

    def _row(self, run: Run) -> StoredRun:
        """The run as it is written, and noted as given to the database; its next turn is a little by chance."""
        now = self.now()
        if run.attachments:
            run.used = now
        run.saving.given = run.content
        run.saving.given_at = now
        run.saving.due = now + self._settings.save_interval * random.uniform(0.75, 1.25)
        watched = bool(run.attachments) or run.left is not None
        brief = run.summary() | {"state": run.document["state"]}
        line = msgspec.json.encode(brief | {"shape": run.shape})
        kept = Kept(run.id, run.owner, brief["state"], watched, run.born, run.used, line)
        checkpoint, run.checkpoint = run.checkpoint, None
        return StoredRun(kept, checkpoint)

    # --- who is awake -------------------------------------------------------------------------------------------

    def awake(self) -> list[Run]:
        return [run for run in self._runs.values() if run.slot != NOWHERE]

    async def make_room(self) -> None:
        """Park the idle run that was used longest ago unless one more may be awake. Raises `Problem`s."""
        while len(awake := self.awake()) >= self._settings.max_runs:
            idle = [run for run in awake if run.document and run.is_idle]
            if not idle or self._store.trouble:
                raise Unavailable(
                    f"The server runs {self._settings.max_runs} networks at once and all are in use. Try again later.",
                    headers={"Retry-After": "60"},
                )
            with contextlib.suppress(Problem):  # the database has its troubles, of which the log knows
                await self.park(min(idle, key=lambda run: run.used))

    def make_room_in_database(self, owner: str) -> None:
        """See to it that `owner` may have one more run, and the database too. Raises `Problem`s.

        Where there are no accounts the runs of an owner are not counted.
        """
        most, own = self._settings.session_runs, [run for run in self._runs.values() if run.owner == owner]
        if (
            owner
            and len(own) >= most
            and not self._give_up_one(own, OWN_UNUSED, "Its place was needed for a newer run.")
        ):
            raise TooManyRequests(
                f"You have {most} runs on this server, which is as many as one may have, and all are in use. "
                "Close some pages, or delete a run.",
                headers={"Retry-After": "60"},
            )
        most = self._settings.keep_runs
        full = len(self._runs) >= most
        if full and not self._give_up_one(self._runs.values(), UNUSED, "The server needed the room."):
            raise Unavailable(
                f"The server keeps {most} runs and all were used lately. Delete one, or try again later.",
                headers={"Retry-After": "600"},
            )

    def _give_up_one(self, runs: Iterable[Run], unused: float, reason: str) -> bool:
        """End the idle one that was used longest ago, at least `unused` seconds. Returns whether there was any."""
        now = self.now()
        old = [run for run in runs if run.exists and run.is_idle and now - run.used > unused]
        if old:
            self._end(min(old, key=lambda run: run.used), reason)
        return bool(old)

    async def park_idle(self) -> None:
        """Park every run that nobody has used for `park_after` seconds."""
        for run in self.awake():
            is_old = self.now() - run.used > self._settings.park_after
            if is_old and run.document and run.is_idle and not self._store.trouble:
                with contextlib.suppress(Problem):
                    await self.park(run)

    async def park(self, run: Run) -> None:
        """Leave the run to the database, unless somebody takes it up meanwhile. Raises the store's `Problem`s."""
        used = run.used
        await self.keep(run)
        is_same = run.id in self._runs and run.document and run.content == run.saving.committed
        if is_same and run.is_idle and run.used == used:
            self._pool.workers[run.slot].send(wire.Delete(run.id))
            run.park(run.summary())

    async def wake(self, run: Run) -> None:
        """Bring a parked run back into a worker; who comes meanwhile waits for the same. Raises `Problem`s."""
        task = self._waking.get(run.id)
        if task is None:
            task = self._waking[run.id] = asyncio.create_task(self._wake(run))
            task.add_done_callback(lambda done: self._woken(run.id, done))
        await asyncio.shield(task)

    def _woken(self, run_id: str, task: asyncio.Task[None]) -> None:
        del self._waking[run_id]
        if not task.cancelled():
            task.exception()  # somebody who waits hears it, if anybody does

    async def _wake(self, run: Run) -> None:
        data = await self._store.checkpoint(run.id)
        is_left = run.state is State.RUNNING and run.was_watched
        await self.make_room()
        run.slot = place(self.awake(), self._settings.workers, run.shape)
        try:
            worker = await self._pool.worker(run.slot)
            before = run.document
            document = await worker.ask(lambda number: wire.Restore(number, run.id, data))
            if run.id not in self._runs:
                worker.send(wire.Delete(run.id))
                raise NotFound("The run was deleted.")
        except (Conflict, Internal, Invalid) as problem:
            run.slot = NOWHERE
            log.error("run cannot be restored from the database", run=run.id, reason=problem.detail)
            raise Unavailable(
                "The run could not be brought back from the database. The server's log says why."
            ) from None
        except BaseException:
            run.slot = NOWHERE
            raise
        run.awaken(document if run.document is before else run.document)  # the worker may have said more since
        run.used = self.now()
        if is_left:
            run.left = run.used  # if its page does not come back it pauses, as if the page had gone just now
