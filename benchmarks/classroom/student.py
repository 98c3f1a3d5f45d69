"""One student: comes, trains at full speed, turns the controls, reloads, drops out and returns."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from benchmarks.classroom import lesson
from benchmarks.classroom.connection import Connection, Header, connect
from benchmarks.classroom.tally import Tally

PAUSE = (2.0, 6.0)
"""Seconds between two deeds."""
ANSWER = 10.0
WAITED_FOR = ("opened", "done", "error")


class Outcome(Struct):
    """The part of a run document that is looked at."""

    revision: int = 0
    state: str = ""


class Event(Struct):
    type: str
    id: int | None = None
    run: Any = None
    result: Outcome | None = None
    status: int = 0
    detail: str = ""


_event = msgspec.json.Decoder(Event)


class Refused(Exception):  # noqa: N818 - reads as the sentence it is
    """The server did not do what was asked; the text says why, without names, so that like errors count together."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


class Student:
    """A page and the person before it. Counts into `tally()`, which may be another after a while."""

    def __init__(self, number: int, seed: int, base_url: str, tally: Callable[[], Tally]) -> None:
        self.number = number
        self._random = Random(seed * 1_000_003 + number)
        self._base_url = base_url
        self._tally = tally
        self._spec = lesson.spec_of(number, self._random)
        self._connection: Connection | None = None
        self._cookie = ""
        self._run = ""
        self._next_id = 0
        self._asked: dict[int, asyncio.Future[Event]] = {}
        self._commands: dict[int, float] = {}
        self._shown: deque[tuple[int, float]] = deque(maxlen=16)
        self._awaited: list[tuple[int, float]] = []
        self._generation = 0
        self._last_step = -1
        self._before: tuple[Header, float] | None = None
        self._recovered = False

    # --- the day --------------------------------------------------------------------------------------------------

    async def attend(self, transport: httpx.AsyncBaseTransport, arrives: float, leaves: float) -> None:
        """Come `arrives` seconds from now and work until `leaves`, whatever goes wrong meanwhile."""
        loop = asyncio.get_running_loop()
        end = loop.time() + leaves
        await asyncio.sleep(arrives)
        if not await self.begin(transport):
            return
        while (left := end - loop.time()) > 0:
            await asyncio.sleep(min(left, self._random.uniform(*PAUSE)))
            if loop.time() >= end:
                break
            try:
                await self._do("mend" if self._has_diverged() else lesson.next_deed(self._random))
            except (Refused, OSError) as error:
                self._excuse(error)
                await asyncio.sleep(1.0)
                await self._come_back()
        self.leave()

    async def begin(self, transport: httpx.AsyncBaseTransport) -> bool:
        """Come, open the page and train; False, and an error noted, if that cannot be done."""
        try:
            await self._enter(transport)
            await self._open()
            await self._command("start")
        except (Refused, OSError, httpx.TransportError) as error:
            self._note(f"cannot begin: {_named(error)}")
            return False
        return True

    async def clear_up(self, transport: httpx.AsyncBaseTransport) -> None:
        """Delete the run, in case the server lives on."""
        with contextlib.suppress(Refused, OSError, httpx.TransportError):
            await self._request(transport, "DELETE", f"/api/v1/runs/{self._run}")

    def leave(self) -> None:
        """Close the page; what was watched so far counts."""
        if self._connection:
            self._stop_watching()
            self._connection.close()
            self._connection = None

    def vanish(self) -> None:
        """Leave without a word."""
        if self._connection:
            self._stop_watching()
            self._connection.abort()
            self._connection = None

    @property
    def is_there(self) -> bool:
        return self._connection is not None

    def split(self) -> None:
        """A new tally begins: what was watched up to now belongs to the present one."""
        self._count_time(time.monotonic())

    async def _do(self, deed: str) -> None:
        match deed:
            case "mend":
                patch = {"optimizer": {"learning_rate": 0.01}}
                await self._command("update", patch=patch)
                self._spec = lesson.merged(self._spec, patch)
                await self._command("start")
            case "pause":
                await self._command("pause")
                await asyncio.sleep(self._random.uniform(0.5, 2.0))
                await self._command("start")
            case "reset":
                await self._command("reset")
                await self._command("start")
            case "reload":
                self.leave()
                await self._open()
            case "drop":
                await self._drop()
            case _:
                patch = lesson.CHANGES[deed](self._spec, self._random)
                await self._command("update", patch=patch)
                self._spec = lesson.merged(self._spec, patch)

    async def _drop(self) -> None:
        """The network goes without a word and comes back."""
        self.vanish()
        await asyncio.sleep(self._random.uniform(1.0, 5.0))
        await self._open()

    async def _come_back(self) -> None:
        if self._connection is None:
            try:
                await self._open()
            except (Refused, OSError) as error:
                self._note(f"cannot return: {_named(error)}")

    # --- asking ---------------------------------------------------------------------------------------------------

    async def _enter(self, transport: httpx.AsyncBaseTransport) -> None:
        """Load the page, begin a session as it does, and create the run it shows."""
        await self._request(transport, "GET", "/")
        await self._request(transport, "POST", "/api/v1/session")
        body = msgspec.json.encode({"spec": self._spec, "speed": None})
        self._run = msgspec.json.decode(await self._request(transport, "POST", "/api/v1/runs", body))["id"]

    async def _request(
        self, transport: httpx.AsyncBaseTransport, method: str, path: str, content: bytes | None = None
    ) -> bytes:
        """An answer's body. What a browser says of itself goes with it, the cookie it was given too."""
        headers = {"Origin": self._base_url, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
        if self._cookie:
            headers["Cookie"] = self._cookie
        timeout = {"timeout": httpx.Timeout(30.0).as_dict()}
        request = httpx.Request(method, self._base_url + path, headers=headers, content=content, extensions=timeout)
        answer = await transport.handle_async_request(request)
        body = await answer.aread()
        await answer.aclose()
        cookies = [text.split(";", 1)[0] for text in answer.headers.get_list("set-cookie")]
        self._cookie = "; ".join(cookies) or self._cookie
        if not answer.is_success:
            raise Refused(f"{method} answered {answer.status_code}", answer.status_code)
        return body

    async def _open(self) -> None:
        """Show the run from where its curve ends."""
        url = self._base_url.replace("http", "ws", 1) + "/api/v1/stream"
        self._connection = await connect(url, self, self._cookie)
        known = {"after_step": self._last_step, "generation": self._generation}
        try:
            await self._ask(type="open", run=self._run, probes=lesson.PROBES, **known)
        except Refused:
            self.leave()
            raise

    async def _command(self, name: str, **arguments: Any) -> None:
        """Do something to the run; the time until it shows is counted when it does."""
        await self._ask(type="command", run=self._run, command=name, **arguments)

    async def _ask(self, **message: Any) -> Event:
        if self._connection is None:
            raise Refused("not connected")
        self._next_id += 1
        number = self._next_id
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        if message["type"] == "command":
            self._commands[number] = time.monotonic()
        self._connection.send(msgspec.json.encode({"id": number, **message}))
        try:
            async with asyncio.timeout(ANSWER):
                event: Event = await answer
        except TimeoutError:
            raise Refused(f"no answer to {message['type']} in {ANSWER:g} s") from None
        finally:
            self._asked.pop(number, None)
            self._commands.pop(number, None)
        if event.type == "error":
            what = message.get("command", message["type"])
            raise Refused(f"{what} answered {event.status} {event.detail}", event.status)
        return event

    def acknowledge(self, seq: int) -> None:
        if self._connection:
            self._connection.send(b'{"type":"ack","run":"%s","seq":%d}' % (self._run.encode(), seq))

    # --- hearing --------------------------------------------------------------------------------------------------

    def frame(self, header: Header, first: int, last: int, now: float) -> None:
        self.acknowledge(header.seq)
        tally = self._tally()
        tally.ages.append(now - header.sent)
        tally.events["diverged"] += header.state == "diverged" and not self._has_diverged()
        if self._recovered:
            self._recovered = False
            tally.returns.append(now)
        self._follow_curve(header, first, last)
        self._count(header, now)
        if not self._shown or self._shown[-1][0] != header.revision:
            self._shown.append((header.revision, now))
            for waiting in [waiting for waiting in self._awaited if waiting[0] <= header.revision]:
                self._awaited.remove(waiting)
                tally.controls.append(now - waiting[1])

    def event(self, text: bytes, now: float) -> None:
        event = _event.decode(text)
        if event.type in WAITED_FOR:
            answer = self._asked.get(event.id or 0)
            if event.type == "done" and event.result and event.id in self._commands:
                self._await_revision(event.result.revision, self._commands[event.id])
            if answer and not answer.done():
                answer.set_result(event)
            elif event.type == "error":
                self._note(f"error {event.status} {event.detail}")
        elif event.type == "closed":
            self._note("the run was closed")
        elif event.type in ("recovering", "recovered"):
            self._tally().events[event.type] += 1
            self._recovered = event.type == "recovered"

    def lost(self, code: int) -> None:
        """The server has hung up, which it has no reason to."""
        self._stop_watching()
        self._connection = None
        self._note(f"lost with {code}")
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(Refused("lost while waiting for an answer"))

    # --- counting -------------------------------------------------------------------------------------------------

    def _await_revision(self, revision: int, asked: float) -> None:
        """Count the time from `asked` to the first frame with `revision`, which may have come already."""
        come = next((at for shown, at in self._shown if shown >= revision and at >= asked), None)
        if come is None:
            self._awaited.append((revision, asked))
        else:
            self._tally().controls.append(come - asked)

    def _follow_curve(self, header: Header, first: int, last: int) -> None:
        if header.generation != self._generation:
            self._generation, self._last_step = header.generation, -1
        if first > max(self._last_step, 0):
            self._note("gap in the curve")
        self._last_step = max(self._last_step, last)

    def _count(self, header: Header, now: float) -> None:
        """Time, frames and epochs since the frame before, if the run trained from there to here."""
        before, self._before = self._before, (header, now)
        if before is None or before[0].state != "running":
            return
        stretch = self._tally().stretches[self.number]
        stretch.seconds += now - before[1]
        stretch.frames += 1
        if before[0].generation == header.generation:
            stretch.epochs += header.epoch - before[0].epoch
        else:
            stretch.epochs += header.epoch

    def _count_time(self, now: float) -> None:
        """The time since the last frame counts too: who waits in vain sees fewer frames a second."""
        if self._before and self._before[0].state == "running":
            self._tally().stretches[self.number].seconds += now - self._before[1]
        if self._before:
            self._before = (self._before[0], now)

    def _stop_watching(self) -> None:
        """What the run does while nobody looks is not counted, nor is the time."""
        self._count_time(time.monotonic())
        self._before = None
        self._awaited.clear()

    def _has_diverged(self) -> bool:
        return self._before is not None and self._before[0].state == "diverged"

    def _excuse(self, error: Exception) -> None:
        """A run that diverges just before it is started again may refuse, and one whose worker has just died.

        That a worker dies is counted apart: it is an error unless it was struck.
        """
        if isinstance(error, Refused) and error.status == httpx.codes.CONFLICT:
            self._tally().events["diverged before a command"] += 1
        elif "is being replaced" in str(error):
            self._tally().events["asked a worker that had died"] += 1
        else:
            self._note(_named(error))

    def _note(self, error: str) -> None:
        self._tally().errors[error] += 1


def _named(error: Exception) -> str:
    return str(error) or type(error).__name__
