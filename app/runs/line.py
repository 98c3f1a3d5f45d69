"""The web process's end of the socket to a worker: bytes go out, whole messages come in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from app.runs import wire


class Line(asyncio.Protocol):
    """Calls `hear` with each message as it arrives, until `ended` is done: with an exception if one made no sense, or
    could not be handled.

    A stream and its reader would do, at twice the cost: frames come by the thousand.
    """

    def __init__(self, hear: Callable[[wire.FromWorker], None]) -> None:
        self._hear = hear
        self._unpacker = wire.Unpacker(wire.from_worker)
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self.ended.done():
            return
        try:
            for message in self._unpacker.feed(data):
                self._hear(message)
        except Exception as error:  # whatever it is, the worker is replaced for it
            self.ended.set_exception(error)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def write(self, data: bytes) -> None:
        """Send `data`, if somebody is still there: the worker's death may not have been noticed yet."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Hear and say no more."""
        self.connection_lost(None)
        if self._transport is not None:
            self._transport.close()
