"""Worker processes: started, listened to, replaced when they die or hang, and ended with the server.

Each child is joined by a socketpair that is read as bytes come, so a worker that stops in the middle of a message
never stops the web process. Its death is seen through the process sentinel. A worker ends by itself when its socket
closes, so even a server that was killed leaves none behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.sharedctypes import RawArray
from typing import Any, Final

from app.errors import BY_STATUS, FieldError, Internal, Problem, Unavailable
from app.logs import get_logger
from app.runs import wire
from app.runs.line import Line
from app.runs.promptness import Promptness
from app.runs.pulse import Pulse, vitals
from app.runs.wire import Marker, Options

log = get_logger(__name__)

START_TIMEOUT: Final = 60.0
REQUEST_TIMEOUT: Final = 60.0
PING_INTERVAL: Final = 1.0
RESPAWN_PAUSE: Final = 0.5
RUN_ID_BYTES: Final = 64
NICENESS: Final = 5
"""By how much a worker stands back: a click is answered though training takes every core."""
ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


Target = Callable[[socket.socket, Marker, Options], None]
OnMessage = Callable[["Worker", wire.FromWorker], None]
OnDeath = Callable[["Worker", str | None], None]


@contextlib.contextmanager
def sigint_held() -> Iterator[None]:
    """A process started meanwhile never hears Ctrl-C, not even while it is still importing; we hear it afterwards."""
    resource_tracker.ensure_running()  # else the first process started would start it, which lets signals in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def main_module_hidden() -> Iterator[None]:
    """A process started meanwhile imports what its work needs, and not the command line besides.

    Else multiprocessing runs our main script in it once more, for what may be defined there. The web half of the
    server that this loads is two thirds of what a worker would import, and the time it takes is missed after a death.
    """
    main = vars(sys.modules["__main__"])
    script = main.pop("__file__", None)
    try:
        yield
    finally:
        if script is not None:
            main["__file__"] = script


def give_way(pid: int) -> None:
    """Let the process `pid` stand back behind this one, where the system has priorities."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):  # it may have died at once, or the system not allow it: no harm
            os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


def worker_died() -> Unavailable:
    return Unavailable(
        "The process that trains this run is being replaced. Send the request again.", headers={"Retry-After": "1"}
    )


class Worker:
    """One child process and the socket to it. A worker is never reused: its replacement is another `Worker`."""

    def __init__(self, slot: int, target: Target, options: Options, on_message: OnMessage) -> None:
        self.slot = slot
        self.alive = False
        self.pulse = Pulse()
        self.promptness = Promptness()
        self.cohorts: list[int] = []
        self._on_message = on_message
        self._requests: dict[int, asyncio.Future[Any]] = {}
        self._next_request = 0
        self._outgoing: list[bytes] = []
        context = multiprocessing.get_context("spawn")
        self._marker: Marker = RawArray(ctypes.c_char, RUN_ID_BYTES)
        self._socket, self._child_socket = socket.socketpair()
        self.process = context.Process(
            target=target,
            args=(self._child_socket, self._marker, options),
            name=f"neuronpark-worker-{slot}",
            daemon=True,
        )

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    @property
    def working_on(self) -> str | None:
        """The run the worker was busy with when it last said so."""
        return self._marker.value.decode() or None

    async def start(self) -> None:
        """Start the process and wait until it listens. Its socket's other end is then the child's alone."""
        for name in ONE_THREAD:
            os.environ.setdefault(name, "1")
        with sigint_held(), main_module_hidden():
            self.process.start()
        give_way(self.pid)
        self._child_socket.close()
        loop = asyncio.get_running_loop()
        self._greeted = loop.create_future()
        self._line = line = Line(self._hear)
        await loop.create_unix_connection(lambda: line, sock=self._socket)
        async with asyncio.timeout(START_TIMEOUT):
            await asyncio.wait((self._greeted, line.ended), return_when=asyncio.FIRST_COMPLETED)
        if not self._greeted.done():
            line.ended.result()
            raise RuntimeError("the worker ended before it listened")
        self.alive = True

    @property
    def silent(self) -> asyncio.Future[None]:
        """Done when it says no more, with an exception if that is for what it said last."""
        return self._line.ended

    def _hear(self, message: wire.FromWorker) -> None:
        """What it says: first that it is there."""
        if not self._greeted.done():
            if not isinstance(message, wire.Ready):
                raise RuntimeError(f"the worker began with {type(message).__name__}")
            self._greeted.set_result(None)
            return
        self.pulse.heard()
        if isinstance(message, wire.Reply | wire.Refusal):
            self._settle(message)
        elif isinstance(message, wire.Pong):
            self.cohorts = message.cohorts
            self.promptness.answered(asyncio.get_running_loop().time())
        else:
            self._on_message(self, message)

    def send(self, message: wire.ToWorker) -> None:
        """Hand `message` over without waiting. What is sent to a dead worker is dropped: its runs are restored."""
        if self.alive:
            if not self._outgoing:
                asyncio.get_running_loop().call_soon(self._flush)
            self._outgoing.append(wire.pack(message))

    def _flush(self) -> None:
        """Write what was said in this turn of the loop, in one piece: acknowledgements come by the hundred."""
        if self.alive:
            self._line.write(b"".join(self._outgoing))
        self._outgoing.clear()

    def ping(self) -> None:
        """Ask whether it is there, and see how long it takes to say so."""
        if self.alive:
            self.promptness.asked(asyncio.get_running_loop().time())
            self.send(wire.Ping())

    async def ask(self, build: Callable[[int], wire.Request], deadline: float | None = REQUEST_TIMEOUT) -> Any:
        """Send the request that `build` makes from a number and wait for its answer. Raises its `Problem`."""
        if not self.alive:
            raise worker_died()
        self._next_request += 1
        number = self._next_request
        answer = asyncio.get_running_loop().create_future()
        self._requests[number] = answer
        try:
            self.send(build(number))
            async with asyncio.timeout(deadline):
                return await answer
        except TimeoutError:
            raise Unavailable("The run did not answer in time. Try again.", headers={"Retry-After": "5"}) from None
        finally:
            self._requests.pop(number, None)

    def _settle(self, message: wire.Reply | wire.Refusal) -> None:
        """Give a waiting request its answer."""
        answer = self._requests.pop(message.request, None)
        if answer is None or answer.done():
            return
        if isinstance(message, wire.Reply):
            answer.set_result(message.value)
        else:
            answer.set_exception(problem_of(message))

    def bury(self) -> None:
        """The process has ended: nothing more is sent, and whoever waits is told."""
        self.alive = False
        for answer in self._requests.values():
            if not answer.done():
                answer.set_exception(worker_died())
        self._requests.clear()
        self.close()

    def close(self) -> None:
        """Close the socket, upon which the worker ends by itself."""
        self.alive = False
        if hasattr(self, "_line"):
            self._line.close()
        else:
            self._socket.close()

    async def ended(self, deadline: float) -> bool:
        """Wait for the process to end."""
        end = asyncio.get_running_loop().time() + deadline
        while self.process.is_alive():
            if asyncio.get_running_loop().time() > end:
                return False
            await asyncio.sleep(0.02)
        return True

    def kill(self) -> None:
        with contextlib.suppress(ValueError, AttributeError):
            self.process.kill()


def problem_of(refusal: wire.Refusal) -> Problem:
    """The exception a worker's refusal stands for."""
    kind = BY_STATUS.get(refusal.status, Internal)
    return kind(refusal.detail, [FieldError(pointer, message) for pointer, message in refusal.errors])


class Pool:
    """`size` workers. `on_message` hears what they say on their own; `on_death` learns of a death and its run."""

    def __init__(self, size: int, target: Target, options: Options, on_message: OnMessage, on_death: OnDeath) -> None:
        self._size = size
        self._target = target
        self._options = options
        self._on_message = on_message
        self._on_death = on_death
        self._tasks: list[asyncio.Task[None]] = []
        self._ready = [asyncio.Event() for _ in range(size)]
        self._stopping = False
        self.workers: list[Worker] = []
        self.restarts = 0

    async def start(self) -> None:
        """Start every worker and wait until all listen."""
        self.workers = [self._new(slot) for slot in range(self._size)]
        try:
            await asyncio.gather(*(worker.start() for worker in self.workers))
        except BaseException:
            await self.stop()
            raise
        for worker in self.workers:
            self._ready[worker.slot].set()
            self._tasks.append(asyncio.create_task(self._keep(worker)))
        self._tasks.append(asyncio.create_task(self._watch_for_hangs()))

    async def stop(self, deadline: float = 5.0) -> None:
        """End every worker: politely by closing its socket, after `deadline` seconds by force."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self.workers:
            worker.bury()
        await asyncio.gather(*(self._end(worker, deadline) for worker in self.workers))

    def delay(self) -> float:
        """Seconds that the most prompt worker takes to answer."""
        now = asyncio.get_running_loop().time()
        return min((worker.promptness.seconds(now) for worker in self.workers), default=0.0)

    async def worker(self, slot: int) -> Worker:
        """The living worker of `slot`, waited for while it is being replaced."""
        while not self.workers[slot].alive:
            await self._ready[slot].wait()
        return self.workers[slot]

    def _new(self, slot: int) -> Worker:
        return Worker(slot, self._target, self._options, self._on_message)

    async def _end(self, worker: Worker, deadline: float) -> None:
        if not await worker.ended(deadline):
            worker.kill()
            await worker.ended(deadline)

    async def _keep(self, worker: Worker) -> None:
        """Listen to a slot's worker; when it dies, put another in its place. Ends with the pool alone."""
        while True:
            await self._until_silent(worker)
            self._ready[worker.slot].clear()
            culprit = worker.working_on
            worker.bury()
            worker.kill()
            self.restarts += 1
            self._on_death(worker, culprit)  # at once: else the next worker is asked for runs that it lacks
            await worker.ended(START_TIMEOUT)
            log.warning("worker died", slot=worker.slot, pid=worker.pid, code=worker.process.exitcode, run=culprit)
            worker = await self._replace(worker.slot)

    async def _replace(self, slot: int) -> Worker:
        while True:
            worker = self._new(slot)
            self.workers[slot] = worker
            try:
                await worker.start()
            except (OSError, TimeoutError, RuntimeError, ValueError):
                log.exception("worker did not start", slot=slot)
                worker.bury()
                worker.kill()
                await asyncio.sleep(RESPAWN_PAUSE)
            else:
                self._ready[slot].set()
                log.info("worker started", slot=slot, pid=worker.pid)
                return worker

    async def _until_silent(self, worker: Worker) -> None:
        """Wait for the end of a worker's process or its socket."""
        loop = asyncio.get_running_loop()
        dead = asyncio.Event()
        loop.add_reader(worker.process.sentinel, dead.set)
        dying = asyncio.create_task(dead.wait())
        try:
            await asyncio.wait((worker.silent, dying), return_when=asyncio.FIRST_COMPLETED)
            if not worker.silent.done():  # dead, but what it said before is still in the socket
                await asyncio.wait((worker.silent,), timeout=1.0)
            if worker.silent.done() and (error := worker.silent.exception()):
                log.error("a worker's message could not be handled", slot=worker.slot, exc_info=error)
        finally:
            loop.remove_reader(worker.process.sentinel)
            dying.cancel()

    async def _watch_for_hangs(self) -> None:
        """Kill a worker that was stopped or hangs; its death is then seen like any other."""
        while True:
            await asyncio.sleep(PING_INTERVAL)
            for worker in self.workers:
                if worker.alive and (trouble := worker.pulse.look(vitals(worker.pid), PING_INTERVAL)):
                    log.error("worker hangs", slot=worker.slot, pid=worker.pid, run=worker.working_on, why=trouble)
                    worker.kill()
                worker.ping()
