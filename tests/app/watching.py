"""A client without a socket: what a page does with events and frames, for tests of the manager and the worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from app import protocol
from app.probe_options import Probes
from app.protocol import Event
from app.runs.frames import Array, decode_frame
from app.runs.manager import RunManager
from app.runs.registry import Attachment
from app.settings import Settings

Frame = tuple[dict[str, Any], dict[str, Array]]
COLUMNS = ("step", "epoch", "train", "test")
SIX_OF_EIGHT = {
    "dataset": {"kind": "spiral"},
    "layers": [{"kind": "dense", "units": 8, "activation": "tanh"}] * 6,
}


class Curve:
    """The loss curve a page holds: cleared by another generation, extended by points that are new to it,
    the last one replaced by one of the same step."""

    def __init__(self) -> None:
        self.generation = 0
        self.points: list[tuple[float, ...]] = []

    @property
    def last_step(self) -> int:
        return int(self.points[-1][0]) if self.points else -1

    def cut(self, step: int) -> None:
        """Forget the points after `step`."""
        while self.last_step > step:
            self.points.pop()

    def take(self, frame: Frame) -> None:
        header, arrays = frame
        if header["generation"] != self.generation:
            self.generation, self.points = header["generation"], []
        new = zip(*(arrays[f"curve/{name}"].tolist() for name in COLUMNS), strict=True)
        for point in new:
            if point[0] == self.last_step:
                self.points[-1] = point
            elif point[0] > self.last_step:
                self.points.append(point)


class Watcher:
    """A sink that keeps everything. It acknowledges each frame unless `acknowledges` is turned off."""

    def __init__(self, manager: RunManager, *, acknowledges: bool = True) -> None:
        self.manager = manager
        self.acknowledges = acknowledges
        self.frames: list[Frame] = []
        self.events: list[Event] = []
        self.curve = Curve()
        self.closed: tuple[int, str] | None = None
        self.attachment: Attachment | None = None
        manager.connect(self)

    def frame(self, run: str, data: bytes) -> bool:
        frame = decode_frame(data)
        self.frames.append(frame)
        self.curve.take(frame)
        if self.acknowledges and self.attachment:
            self.acknowledge()
        return False

    def drop(self, run: str) -> None:
        pass  # nothing waits here

    def event(self, event: Event) -> None:
        self.events.append(event)
        if event["type"] == "recovered":
            self.curve.cut(event["run"]["step"])

    def left(self, run: str) -> None:
        self.attachment = None

    def shut(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def acknowledge(self) -> None:
        """All frames so far have been drawn."""
        assert self.attachment is not None
        self.manager.acknowledge(self.attachment, self.frames[-1][0]["seq"])

    async def watch(self, run: str, probes: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """Attach to a run; returns its document."""
        wanted = protocol.convert(probes or {"losses": {}}, Probes)
        self.attachment, document = await self.manager.attach(run, wanted, self, **options)
        if self.acknowledges and self.frames:
            self.acknowledge()
        return document

    def subscribe(self, probes: dict[str, Any]) -> None:
        assert self.attachment is not None
        self.manager.subscribe(self.attachment, protocol.convert(probes, Probes))

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    async def showing(self, document: dict[str, Any]) -> Frame:
        """The first frame that shows the change after which the run was as in `document`."""
        await until(lambda: self.frames[-1][0]["revision"] >= document["revision"])
        return next(frame for frame in self.frames if frame[0]["revision"] >= document["revision"])

    async def next_frame(self, condition: Callable[[dict[str, Any]], bool] = lambda header: True) -> Frame:
        """The first frame from now on whose header meets `condition`."""
        seen = len(self.frames)
        async with asyncio.timeout(10):
            while True:
                for frame in self.frames[seen:]:
                    if condition(frame[0]):
                        return frame
                seen = len(self.frames)
                await asyncio.sleep(0.001)


async def until(condition: Callable[[], bool], timeout: float = 10.0) -> None:
    """Wait until `condition` holds."""
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def measuring_lag() -> AsyncIterator[list[float]]:
    """By how many seconds the event loop was late, time after time, while the block lasts."""
    lags: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            lags.append(time.perf_counter() - before - 0.001)

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    try:
        yield lags
    finally:
        watching.cancel()


@asynccontextmanager
async def managing(**settings: Any) -> AsyncIterator[RunManager]:
    """A manager with one worker and its runs in memory, unless `settings` say otherwise."""
    manager = RunManager(Settings(**{"workers": 1, "database": "", **settings}))
    await manager.start()
    try:
        yield manager
    finally:
        await manager.stop()


async def command(manager: RunManager, run: str, name: str, **arguments: Any) -> dict[str, Any]:
    return await manager.command(run, name, arguments)


def worker_pid(manager: RunManager, run: str) -> int:
    """The process that trains a run."""
    return manager._pool.workers[manager._find(run).slot].pid
