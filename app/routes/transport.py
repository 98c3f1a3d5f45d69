"""Uvicorn's websocket protocol with manners added: it can hang up at once, it takes leave and its goodbye arrives."""

from __future__ import annotations

import logging
import socket
import struct
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

ABORT: Final = "neuronpark.abort"
"""Name of the ASGI extension whose `call` drops the connection without waiting for what was not read."""
GOODBYE: Final = 5.0
NO_LINGER: Final = struct.pack("ii", 1, 0)


class Conversation(ServerProtocol):
    """The library's, which takes it for a mistake that a client leaves within a message of several frames.

    Control frames may stand there (RFC 6455, section 5.4), and a close is one.
    """

    def recv_frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)


class StreamProtocol(WebSocketsSansIOProtocol):
    """One websocket connection."""

    _is_refused = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn = Conversation(max_size=self.config.ws_max_size, logger=logging.getLogger("uvicorn.error"))

    async def run_asgi(self) -> None:
        self.scope["extensions"][ABORT] = {"call": self.hang_up}
        await super().run_asgi()

    def hang_up(self) -> None:
        """End at once. What the client did not read is thrown away, in the kernel too, which would go on trying."""
        connection = self.transport.get_extra_info("socket")
        if connection is not None and not self.transport.is_closing():
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.app_state["counts"].hung_up += 1
        self.transport.abort()

    def keepalive_timeout(self) -> None:
        """Who does not even answer a ping reads nothing, so a goodbye would wait for ever."""
        self.stop_keepalive()
        self.hang_up()

    def data_received(self, data: bytes) -> None:
        """After a refusal, read on and throw away: closing with unread bytes would reset the connection (1006)."""
        if not self._is_refused:
            super().data_received(data)

    def handle_parser_exception(self) -> None:
        """Say why (1009 for a message that is too long) and that no more will come, then wait for the client's end."""
        refusal = self.conn.close_sent
        assert refusal is not None
        self._is_refused = True
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": refusal.code, "reason": refusal.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.write_eof()
        self.transport.resume_reading()
        self.close_timer = self.loop.call_later(GOODBYE, self.transport.abort)
