"""Every run of this server: created, found, commanded, watched, recovered after a crash, put away when forgotten."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from app import protocol
from app.errors import FieldError, Invalid, NotFound, Problem, Unavailable
from app.logs import get_logger
from app.probe_options import Probes
from app.protocol import Close, State
from app.runs import wire
from app.runs.counts import Counts
from app.runs.keeping import Keeper
from app.runs.pool import REQUEST_TIMEOUT, Pool, Worker
from app.runs.recovery import Recovery, attach_message
from app.runs.registry import NOWHERE, Attachment, Run, Sink, place, shape_asked_for, timestamp
from app.runs.wire import Options
from app.runs.worker import main
from app.settings import Settings
from app.storage.location import locate
from app.storage.store import Store

log = get_logger(__name__)

TIDY_INTERVAL: Final = 1.0
RECOVERY_TIMEOUT: Final = 15.0
PARKED: Final = "parked"
Document: TypeAlias = dict[str, Any]


class RunManager:
    """Owns the worker pool and all runs. Every method raises `Problem`s only."""

    def __init__(self, settings: Settings) -> None:
        self.server = secrets.token_hex(8)
        self.settings = settings
        self._runs: dict[str, Run] = {}
        self._attachments: dict[int, Attachment] = {}
        self._sinks: set[Sink] = set()
        self._next_attachment = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.counts = Counts()
        self._stopping = False
        self._store = Store(locate(settings.database, settings.port), settings.database_timeout)
        self._recovery = Recovery(self._runs, self._store.checkpoint, self._end)
        options = Options(settings.checkpoint_interval, settings.cohorts)
        self._pool = Pool(settings.workers, main, options, self._hear, self._mourn)
        self.delay = self._pool.delay  # seconds that a command waits in the most prompt worker
        self._keeper = Keeper(settings, self._store, self._runs, self._pool, self._end)
        self._is_open = False

    async def open(self) -> None:
        """Open the database, unless it is open. Raises `CannotStore`."""
        if not self._is_open:
            await self._keeper.start()
            self._is_open = True

    async def start(self) -> None:
        """Open the database and start the workers; returns when all listen. Runs that were playing follow."""
        await self.open()
        try:
            await self._pool.start()
        except BaseException:
            await self._store.stop(0.0)
            raise
        for work in (self._tidy(), self._keeper.run(), self._keeper.resume()):
            self._spawn(work)

    async def stop(self) -> None:
        """Close every connection, end every worker. No process is left behind."""
        self.close_connections()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._pool.stop(self.settings.shutdown_timeout)
        await self._keeper.stop(self.settings.shutdown_timeout / 2)

    def unready(self) -> str | None:
        """Why new work cannot be taken just now; None if it can."""
        if self._stopping:
            return "The server is shutting down."
        if not any(worker.alive for worker in self._pool.workers):
            return "No process that trains is alive; they are being started."
        return "The database takes no writes." if self._store.trouble else None

    def stats(self) -> dict[str, Any]:
        """For health and metrics."""
        return {
            "runs": dict.fromkeys((*State, PARKED), 0)
            | Counter(PARKED if run.is_parked else run.state.value for run in self._runs.values()),
            "workers": sum(worker.alive for worker in self._pool.workers),
            "restarts": self._pool.restarts,
            "cohorts": [size for worker in self._pool.workers if worker.alive for size in worker.cohorts],
            "connections": len(self._sinks),
            "streams": len(self._attachments),
            "delay": self.delay(),
            "counts": self.counts,
        }

    # --- runs ---------------------------------------------------------------------------------------------------

    async def create(self, spec: object, epochs_per_second: object = None, *, owner: str = "") -> Document:
        """A new run of `owner`, paused at step 0. Raises `Invalid` with pointers into `spec`, `Unavailable` if full."""
        rate: float | None = protocol.convert(epochs_per_second, protocol.EpochsPerSecond | None)
        document = protocol.convert(spec, dict[str, Any])
        shape, now = shape_asked_for(document), timestamp()
        return await self._begin(owner, shape, lambda number, run: wire.Create(number, run, document, rate, now))

    async def fork(self, run_id: str, step: int) -> Document:
        """Another run of the same owner, paused at a past step of this one, from which it goes on as this one did."""
        parent = self._find(run_id)
        data: bytes = await self._ask(run_id, lambda number: wire.Fork(number, run_id, step, timestamp()))
        return await self._begin(parent.owner, parent.shape, lambda number, run: wire.Restore(number, run, data))

    async def _begin(self, owner: str, shape: str, build: Callable[[int, str], wire.Request]) -> Document:
        """A new run, made by the request that `build` makes of a number and the run's id, and stored."""
        self._keeper.make_room_in_database(owner)
        await self._keeper.make_room()
        slot = place(self._keeper.awake(), self.settings.workers, shape)
        run = Run(secrets.token_urlsafe(9), slot, self._now(), owner, shape)
        self._runs[run.id] = run
        try:
            worker = await self._worker(run)
            run.awaken(await worker.ask(lambda number: build(number, run.id)))
            await self._keeper.keep_new(run)
        except BaseException:
            self._end(run, "The run could not be created.")
            raise
        return run.shown()

    def get(self, run_id: str) -> Document:
        """The run's document as last heard, at most a second old while it trains. Raises `NotFound`."""
        return self._find(run_id).shown()

    def list(self, owner: str = "") -> builtins.list[Document]:
        """Every run of `owner` in short as last heard, oldest first."""
        return [run.summary() for run in self._runs.values() if run.exists and run.owner == owner]

    def require_owned(self, run_id: str, owner: str) -> None:
        """Raise `NotFound` unless there is such a run and it is `owner`'s: that it is another's is not told."""
        self._find(run_id, owner)

    async def read(self, run_id: str) -> Document:
        """The run's document as it is now."""
        run = self._find(run_id)
        if not run.is_parked and not run.ready.is_set():
            return run.shown()
        return await self._document(run, lambda number: wire.ReadDocument(number, run_id))

    async def delete(self, run_id: str) -> None:
        """End a run for everybody."""
        self._end(self._find(run_id), "The run was deleted.")
        await self._keeper.forget(run_id)

    async def update(self, run_id: str, patch: dict[str, Any]) -> Document:
        """Change the specification by a merge patch; pointers of errors are into the specification."""
        return await self._execute(run_id, protocol.Update(patch))

    async def command(self, run_id: str, name: object, arguments: dict[str, Any]) -> Document:
        """Do what REST or a websocket asked for by name."""
        self._find(run_id)
        return await self.execute(run_id, protocol.parse_command(name, arguments))

    async def execute(self, run_id: str, command: protocol.Command) -> Document:
        """Do `command`; a step is answered when it has been done. Pointers of errors are into the command."""
        try:
            return await self._execute(run_id, command)
        except Invalid as error:
            if not isinstance(command, protocol.Update | protocol.Back):
                raise
            faults = [FieldError(f"/patch{fault.pointer}", fault.message) for fault in error.errors]
            raise Invalid(error.detail, faults) from None

    async def _execute(self, run_id: str, command: protocol.Command) -> Document:
        deadline = None if isinstance(command, protocol.Step) else REQUEST_TIMEOUT
        run = self._find(run_id)
        answer = await self._document(run, lambda number: wire.Execute(number, run_id, command), deadline=deadline)
        await self._keeper.keep(run)
        return answer

    async def probe(self, run_id: str, name: str, options: dict[str, Any], step: int | None = None) -> Document:
        """A view as numbers, as it is or as it was at a past step. Pointers of errors begin with `/<name>`."""
        self._find(run_id)
        protocol.parse_probe(name, options)
        answer: Document = await self._ask(run_id, lambda number: wire.ReadProbe(number, run_id, name, options, step))
        return answer

    async def metrics(self, run_id: str) -> Document:
        """The loss curve as columns."""
        answer: Document = await self._ask(run_id, lambda number: wire.ReadMetrics(number, run_id))
        return answer

    async def export(self, run_id: str) -> Document:
        """Specification, parameters and curve."""
        answer: Document = await self._ask(run_id, lambda number: wire.ReadExport(number, run_id))
        return answer

    async def predict(self, run_id: str, points: object) -> Document:
        """The network's outputs at `points`."""
        self._find(run_id)
        try:
            checked: builtins.list[tuple[float, float]] = protocol.convert(points, protocol.Points)
        except Invalid as error:
            faults = [FieldError(f"/points{fault.pointer}", fault.message) for fault in error.errors]
            raise Invalid(error.detail, faults) from None
        answer: Document = await self._ask(run_id, lambda number: wire.Predict(number, run_id, checked))
        return answer

    # --- streams ------------------------------------------------------------------------------------------------

    def connect(self, sink: Sink) -> None:
        """A client has come. It is told when the server goes."""
        if self._stopping:
            sink.shut(Close.GOING_AWAY, "The server is shutting down.")
        self._sinks.add(sink)

    def disconnect(self, sink: Sink) -> None:
        """A client has gone, and its streams with it."""
        self._sinks.discard(sink)
        for attachment in [held for held in self._attachments.values() if held.sink is sink]:
            self.detach(attachment)

    def close_connections(self) -> None:
        """Ask every client to come again later."""
        self._stopping = True
        for sink in list(self._sinks):
            sink.shut(Close.GOING_AWAY, "The server is shutting down.")

    async def attach(
        self,
        run_id: str,
        probes: Probes,
        sink: Sink,
        *,
        after_step: int = -1,
        generation: int = 0,
        hidden: bool = False,
    ) -> tuple[Attachment, Document]:
        """Begin a stream of frames of a run. `sink` may get events and frames before this returns."""
        run = self._find(run_id)
        await self._worker(run)
        self._next_attachment += 1
        attachment = Attachment(self._next_attachment, run, sink, probes, hidden)
        attachment.after_step, attachment.generation = after_step, generation
        self._attachments[attachment.number] = run.attachments[attachment.number] = attachment
        run.left = None
        try:
            document = await self._document(run, lambda number: attach_message(number, attachment))
        except BaseException:
            self.detach(attachment)
            raise
        return attachment, document

    def detach(self, attachment: Attachment) -> None:
        """End a stream; the run goes on for `abandon_after` seconds."""
        if self._attachments.pop(attachment.number, None) is None:
            return
        run = attachment.run
        run.attachments.pop(attachment.number, None)
        self._tell_worker(run, wire.Detach(attachment.number))
        if not run.attachments:
            run.left = run.used = self._now()

    def subscribe(self, attachment: Attachment, probes: Probes, at: int | None = None) -> None:
        """Show other probes, or the run as it was at a past step."""
        attachment.probes, attachment.at = probes, at
        self._tell_worker(attachment.run, wire.Subscribe(attachment.number, probes, at))

    def acknowledge(self, attachment: Attachment, seq: int) -> None:
        """A client has drawn frame `seq`."""
        attachment.acknowledge(seq)
        self._tell_worker(attachment.run, wire.Ack(attachment.number, seq))

    def hide(self, attachment: Attachment, hidden: bool) -> None:
        """A client's page went to the background, or came back."""
        attachment.hidden = hidden
        self._tell_worker(attachment.run, wire.Hide(attachment.number, hidden))

    # --- inside -------------------------------------------------------------------------------------------------

    def _now(self) -> float:
        return self._keeper.now()

    def _find(self, run_id: str, owner: str | None = None) -> Run:
        """The run, whoever's it is if no `owner` is named."""
        run = self._runs.get(run_id)
        if run is None or not run.exists or owner not in (None, run.owner):
            raise NotFound(
                "There is no such run on this server. It may have been deleted, or nobody used it for a long time."
            )
        return run

    async def _worker(self, run: Run) -> Worker:
        """The worker a run is in, waited for while it is being replaced."""
        try:
            async with asyncio.timeout(RECOVERY_TIMEOUT):
                if run.is_parked:
                    await self._keeper.wake(run)
                elif run.document:
                    await run.ready.wait()
                return await self._pool.worker(run.slot)
        except TimeoutError:
            raise Unavailable("The run is being recovered. Try again.", headers={"Retry-After": "2"}) from None

    async def _ask(
        self, run_id: str, build: Callable[[int], wire.Request], deadline: float | None = REQUEST_TIMEOUT
    ) -> Any:
        run = self._find(run_id)
        run.use(self._now())
        run.requests += 1
        try:
            worker = await self._worker(run)
            self._find(run_id)
            return await worker.ask(build, deadline)
        finally:
            run.requests -= 1

    async def _document(
        self, run: Run, build: Callable[[int], wire.Request], deadline: float | None = REQUEST_TIMEOUT
    ) -> Document:
        """The run as an answer says. What is kept of it comes with the worker's events: an answer may be read late."""
        answer: Document = await self._ask(run.id, build, deadline)
        return answer if run.ready.is_set() else {**answer, "state": State.RECOVERING.value}

    def _tell_worker(self, run: Run, message: wire.ToWorker) -> None:
        """Say something that needs no answer. A worker that does not know the run or stream yet will be told all."""
        if run.slot != NOWHERE:
            self._pool.workers[run.slot].send(message)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _hear(self, worker: Worker, message: wire.FromWorker) -> None:
        """What a worker says without being asked."""
        if isinstance(message, wire.Frame):
            attachment = self._attachments.get(message.stream)
            if attachment:
                attachment.sent(message.seq, message.generation, message.curve_step)
                replaced = attachment.sink.frame(attachment.run.id, message.data)
                self.counts.frame(self._now() - message.sent, replaced)
            return
        if not isinstance(message, wire.Saved | wire.Document | wire.Ended):
            return
        run = self._runs.get(message.run)
        if run is None or run.slot != worker.slot:
            return
        match message:
            case wire.Saved(checkpoint=data, progress=progress):
                run.save(data)
                if run.document:
                    self.counts.progress(run.document, progress)
                    run.document |= progress
            case wire.Document(document=document):
                run.document = document
                self._keeper.changed(run)
                run.tell({"type": "run", "run": run.shown()})
            case wire.Ended(reason=reason):
                self._end(run, reason)

    def _mourn(self, worker: Worker, culprit: str | None) -> None:
        self._recovery.mourn(worker, culprit)
        self._spawn(self._recovery.recover(self._pool, worker.slot))

    def _end(self, run: Run, reason: str) -> None:
        """Take a run out of the server and tell everybody who watches."""
        if self._runs.pop(run.id, None) is None:
            return
        for attachment in list(run.attachments.values()):
            self._attachments.pop(attachment.number, None)
            attachment.sink.left(run.id)
        run.tell({"type": "closed", "run": run.id, "reason": reason})
        self._tell_worker(run, wire.Delete(run.id))
        if run.is_parked or run.saving.given:
            self._keeper.discard(run.id)
        run.ready.set()  # whoever waits for it finds it gone

    async def _tidy(self) -> None:
        """Pause runs that nobody watches any more."""
        while True:
            await asyncio.sleep(min(TIDY_INTERVAL, self.settings.abandon_after / 4))
            now = self._now()
            for run in list(self._runs.values()):
                is_abandoned = run.left is not None and now - run.left > self.settings.abandon_after
                if is_abandoned and run.state is State.RUNNING:
                    log.info("run abandoned", run=run.id)
                    run.left = None
                    self._spawn(self._pause(run))

    async def _pause(self, run: Run) -> None:
        with contextlib.suppress(Problem):
            await self.execute(run.id, protocol.Pause())
