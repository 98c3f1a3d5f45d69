"""The websocket `/api/v1/stream`: one session a connection, two lanes to the client.

Events are ordered and bounded. Of frames only the newest of each run is kept until it can be sent. A client that
does not read holds up nobody: its session ends after a deadline and its connection is dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine
from functools import partial
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app import __version__, protocol
from app.errors import BadRequest, FieldError, Invalid, NotFound, Problem, TooManyRequests, Unavailable
from app.protocol import MAX_EVENTS, MAX_PENDING, MAX_RUNS_PER_SOCKET, SUBPROTOCOL, Close, Event
from app.routes.owner import runs_of
from app.routes.transport import ABORT, AT_ONCE, HEAR, SHARE
from app.runs.owned import OwnedRuns
from app.runs.registry import Attachment
from app.share import LONGEST_TURN, Share
from app.visitors import visitor_of

router = APIRouter()

Closing = tuple[int, str]
Allowed = Callable[[], Awaitable[None]]
"""Counts one more request; raises `TooManyRequests`."""


@router.websocket("/api/v1/stream")
async def stream(websocket: WebSocket) -> None:
    """Serve one client until it leaves. Host and Origin have been checked before.

    A browser tells its page nothing of a refusal, only how a connection ended: so each is accepted, and closed again.
    """
    offered = SUBPROTOCOL in websocket.scope["subprotocols"]
    await websocket.accept(SUBPROTOCOL if offered else None)
    visitor = visitor_of(websocket)
    if not offered:
        await websocket.close(Close.NO_SUBPROTOCOL, f"Ask for the subprotocol {SUBPROTOCOL}.")
        return
    if not visitor.is_known:
        await websocket.close(Close.NO_SESSION, "There is no session: POST /api/v1/session, then come again.")
        return
    state = websocket.app.state
    allowed = partial(state.rates.require_request, visitor.owner, visitor.address)
    try:
        await allowed()
        with state.rates.socket(visitor.owner, visitor.address) as share:
            if extension := websocket.scope["extensions"].get(SHARE):
                extension["call"](share)
            await Session(websocket, runs_of(websocket), state.settings.send_timeout, allowed, share).serve()
    except TooManyRequests as problem:
        await websocket.close(Close.TOO_MANY, problem.detail)


class Session:
    """One connection: a sink for frames and events of its owner's runs, a reader and a writer."""

    def __init__(
        self, websocket: WebSocket, runs: OwnedRuns, send_timeout: float, allowed: Allowed, share: Share
    ) -> None:
        self._websocket = websocket
        self._runs = runs
        self._send_timeout = send_timeout
        self._allowed = allowed
        self._share = share
        self._events: deque[bytes] = deque()
        self._frames: dict[str, bytes] = {}
        self._attachments: dict[str, Attachment] = {}
        self._opening: dict[
            str, protocol.Subscribe | None
        ] = {}  # with the probes subscribed to before the run was opened
        self._hidden = False
        self._sending = False
        self._closing: Closing | None = None
        self._send_at_once: Callable[[bytes], bool] = self._extension(AT_ONCE) or (lambda data: False)
        self._wake = asyncio.Event()
        self._requests: set[asyncio.Task[None]] = set()
        self._steps: set[asyncio.Task[None]] = set()  # counted apart: however many wait, pause is heard

    async def serve(self) -> None:
        """Read and write until one of both ends."""
        self.event({"type": "welcome", "server": self._runs.server, "version": __version__})
        self._runs.connect(self)
        hear = self._extension(HEAR) or (lambda listener: None)
        hear(self._acknowledged)
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._write())
        try:
            done, _ = await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # a mistake of ours is not hidden
        finally:
            hear(None)
            self._runs.disconnect(self)
            self._attachments.clear()
            tasks = (reader, writer, *self._requests, *self._steps)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # --- what the manager calls ---------------------------------------------------------------------------------

    def frame(self, run: str, data: bytes) -> bool:
        waits = self._sending or self._frames or self._events or self._opening or self._closing
        if not waits and self._send_at_once(data):
            return False
        replaced = run in self._frames
        self._frames[run] = data
        self._wake.set()
        return replaced

    def drop(self, run: str) -> None:
        self._frames.pop(run, None)

    def event(self, event: Event) -> None:
        if len(self._events) >= MAX_EVENTS:
            self.shut(Close.SLOW_READER, "slow reader")
            return
        self._events.append(msgspec.json.encode(event))
        self._wake.set()

    def left(self, run: str) -> None:
        self._attachments.pop(run, None)
        self.drop(run)

    def shut(self, code: int, reason: str) -> None:
        self._closing = self._closing or (code, reason)
        self._wake.set()

    # --- to the client ------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        """Events first, then the newest frame of each run in turn. Every send has a deadline."""
        try:
            while not self._closing:
                await self._wake.wait()
                self._wake.clear()
                while message := self._next():
                    self._sending = True
                    async with asyncio.timeout(self._send_timeout):
                        await self._websocket.send(message)
                    self._sending = False
            async with asyncio.timeout(self._send_timeout):
                await self._websocket.close(*self._closing)
        except TimeoutError:
            self._hang_up()
        except WebSocketDisconnect:
            pass  # the client has left while something was on its way: nothing of ours is wrong

    def _next(self) -> dict[str, Any] | None:
        """The next message to send. Frames of a run wait until its `opened` is on the way."""
        if self._closing:
            return None
        if self._events:
            return {"type": "websocket.send", "text": self._events.popleft().decode()}
        run = next((run for run in self._frames if run not in self._opening), None)
        return None if run is None else {"type": "websocket.send", "bytes": self._frames.pop(run)}

    def _hang_up(self) -> None:
        """Drop the connection with everything the client did not read."""
        if hang_up := self._extension(ABORT):
            hang_up()

    def _extension(self, name: str) -> Callable[..., Any] | None:
        """What our own transport can do beside ASGI; another one cannot."""
        found: Callable[..., Any] | None = self._websocket.scope.get("extensions", {}).get(name, {}).get("call")
        return found

    # --- from the client ----------------------------------------------------------------------------------------

    async def _read(self) -> None:
        """Handle messages until the client leaves, as fast as its share of the event loop allows."""
        turn = 0.0
        with contextlib.suppress(WebSocketDisconnect):
            while self._websocket.application_state is WebSocketState.CONNECTED:
                received = await self._websocket.receive()
                if received["type"] == "websocket.disconnect":
                    return
                begun = time.perf_counter()
                await self._take(received.get("text"))
                seconds = time.perf_counter() - begun
                turn += seconds
                if (wait := self._share.spend(seconds)) or turn > LONGEST_TURN:
                    turn = 0.0
                    await asyncio.sleep(wait)

    def _acknowledged(self, data: bytes) -> bool:
        """Take a message if it is an acknowledgement. The transport counts the time."""
        message = protocol.parse_ack(data)
        if message is not None:
            self._handle(message)
        return message is not None

    async def _take(self, text: str | None) -> None:
        """Act on a message. One that makes no sense is answered and that is all."""
        if text is None:
            self._complain(BadRequest("Messages are text in JSON, not bytes."), None)
            return
        try:
            message = protocol.parse_message(text)
            if isinstance(message, protocol.Open | protocol.RunCommand):
                await self._allowed()
            self._handle(message)
        except Problem as problem:
            self._complain(problem, protocol.request_id(text))

    def _complain(self, problem: Problem, request: int | str | None, run: str | None = None) -> None:
        self.event(protocol.error_event(problem, request, run))

    def _handle(self, message: protocol.ClientMessage) -> None:
        """Act on `message` at once, or begin a task that answers it."""
        match message:
            case protocol.Open():
                require_place(self._requests)
                self._admit(message.run)
                self._begin(self._requests, message, self._open(message))
            case protocol.RunCommand():
                waiting = self._steps if isinstance(message.command, protocol.Step) else self._requests
                require_place(waiting)
                self._begin(waiting, message, self._command(message))
            case protocol.Subscribe():
                self._subscribe(message)
            case protocol.Ack():
                if message.run in self._attachments:  # else on its way while the run was closed
                    self._runs.acknowledge(self._attachments[message.run], message.seq)
            case protocol.Hidden():
                self._hidden = message.hidden
                for attachment in self._attachments.values():
                    self._runs.hide(attachment, message.hidden)
            case protocol.CloseRun():
                self._close(message.run)
            case protocol.Ping():
                self.event({"type": "pong", "id": message.id})

    def _attached(self, run: str) -> Attachment:
        if run not in self._attachments:
            raise NotFound("This connection does not show that run. Send open first.")
        return self._attachments[run]

    def _admit(self, run: str) -> None:
        """Note that `run` is being opened, if it may be; showing it anew ends the old stream."""
        if run in self._opening:
            raise Invalid("That run is being opened.", [FieldError("/run", "Wait for the answer to open.")])
        if len({*self._attachments, *self._opening, run}) > MAX_RUNS_PER_SOCKET:
            limit = f"A connection shows at most {MAX_RUNS_PER_SOCKET} runs. Close one first."
            raise Invalid("Too many runs.", [FieldError("/run", limit)])
        self._close(run)
        self._opening[run] = None

    def _begin(
        self,
        waiting: set[asyncio.Task[None]],
        message: protocol.Open | protocol.RunCommand,
        work: Coroutine[Any, Any, None],
    ) -> None:
        """Start `work`. Requests reach the worker in the order they came."""
        task = asyncio.create_task(self._answering(message.id, message.run, work))
        waiting.add(task)
        task.add_done_callback(waiting.discard)

    async def _answering(self, request: int | str, run: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Problem as problem:
            self._complain(problem, request, run)

    async def _open(self, message: protocol.Open) -> None:
        try:
            attachment, document = await self._runs.attach(
                message.run,
                message.probes,
                self,
                after_step=message.after_step,
                generation=message.generation,
                hidden=self._hidden,
            )
            self._attachments[message.run] = attachment
            self.event({"type": "opened", "id": message.id, "run": document})
            if (asked := self._opening[message.run]) is not None:
                self._runs.subscribe(attachment, asked.probes, asked.at)
        finally:
            del self._opening[message.run]
            self._wake.set()

    def _subscribe(self, message: protocol.Subscribe) -> None:
        """A client need not wait for `opened`: what it asks for meanwhile holds as soon as the run is attached."""
        if message.run in self._opening:
            self._opening[message.run] = message
        else:
            self._runs.subscribe(self._attached(message.run), message.probes, message.at)

    async def _command(self, message: protocol.RunCommand) -> None:
        document = await self._runs.execute(message.run, message.command)
        self.event({"type": "done", "id": message.id, "run": message.run, "result": document})

    def _close(self, run: str) -> None:
        self._frames.pop(run, None)
        attachment = self._attachments.pop(run, None)
        if attachment:
            self._runs.detach(attachment)


def require_place(waiting: Collection[object]) -> None:
    """Raise `Unavailable` if as many requests wait as may."""
    if len(waiting) >= MAX_PENDING:
        raise Unavailable(f"{MAX_PENDING} requests wait already. Send the next one when one is answered.")
