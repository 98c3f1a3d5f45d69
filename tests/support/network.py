"""A line to a server that can be cut and mended, as the cable of a computer can."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class Network:
    """Hands every connection on to a port of this machine, unless it is cut. Pages go through it by its `base_url`."""

    def __init__(self, port: int) -> None:
        self.refused = 0
        self._port = port
        self._cut = False
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """End what is connected, without a word of goodbye, and refuse what comes."""
        self._cut = True
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        self._cut = False

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            self.refused += 1
            writer.transport.abort()
            return
        beyond, onward = await asyncio.open_connection("127.0.0.1", self._port)
        ends = {writer, onward}
        self._ends |= ends
        await asyncio.gather(_hand_on(reader, onward), _hand_on(beyond, writer))
        self._ends -= ends


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort() if reader.exception() else writer.close()
