"""Uvicorn's websocket protocol with manners added: it can hang up at once, it takes leave and its goodbye arrives."""

from __future__ import annotations

import logging
import socket
import struct
import time
from asyncio import TimerHandle
from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import ProtocolError
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from app.share import Share

ABORT: Final = "neuronpark.abort"
"""Name of the ASGI extension whose `call` drops the connection without waiting for what was not read."""
SHARE: Final = "neuronpark.share"
"""Name of the ASGI extension whose `call` says which share of the event loop this connection uses."""
AT_ONCE: Final = "neuronpark.at_once"
"""Name of the ASGI extension whose `call` sends a binary message without waiting, or says that it would have to."""
HEAR: Final = "neuronpark.hear"
"""Name of the ASGI extension whose `call` says who is offered each text message first, in UTF-8, and may take it."""
GOODBYE: Final = 5.0
PIECE: Final = 4096
"""Bytes that are looked at in one go: of the smallest frames they are a few hundred."""
MOST_FRAGMENTS: Final = 8192
"""Of one message: they may be empty, and would else have no end."""
NO_LINGER: Final = struct.pack("ii", 1, 0)


class Conversation(ServerProtocol):
    """The library's, which takes it for a mistake that a client leaves within a message of several frames.

    Control frames may stand there (RFC 6455, section 5.4), and a close is one. And it would count no empty fragments.
    """

    _fragments = 0

    def recv_frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        self._fragments = self._fragments + 1 if frame.opcode is Opcode.CONT else 0
        if self._fragments > MOST_FRAGMENTS:
            raise ProtocolError("too many fragments")
        super().recv_frame(frame)


class StreamProtocol(WebSocketsSansIOProtocol):
    """One websocket connection."""

    _is_refused = False
    _listener: Callable[[bytes], bool] | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._share = Share()
        self._held = b""
        self._waiting: TimerHandle | None = None
        self.conn.parser.close()
        self.conn = Conversation(max_size=self.config.ws_max_size, logger=logging.getLogger("uvicorn.error"))

    async def run_asgi(self) -> None:
        self.scope["extensions"][ABORT] = {"call": self.hang_up}
        self.scope["extensions"][AT_ONCE] = {"call": self.send_at_once}
        self.scope["extensions"][SHARE] = {"call": self.use}
        self.scope["extensions"][HEAR] = {"call": self.hear}
        await super().run_asgi()
        del self.scope  # it leads back here

    def send_at_once(self, data: bytes) -> bool:
        """Send a binary message if the client takes what it is sent; else it has to wait for its turn.

        The way through ASGI takes twice as long, and a full server sends thousands of frames a second.
        """
        if self.close_sent or self.disconnected or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.conn.send_binary(data)
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

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

    def hear(self, listener: Callable[[bytes], bool] | None) -> None:
        """From now on offer each text message to `listener` before it goes the way through ASGI."""
        self._listener = listener

    def handle_text(self, event: Frame) -> None:
        """Through ASGI a message stops the reading, and lets it go on again: two system calls and a turn of the loop,
        which is long for the thousands of acknowledgements that a full server hears in a second.
        """
        if self._listener and event.fin and not self.close_sent and self._listener(bytes(event.data)):
            return
        super().handle_text(event)

    def use(self, share: Share) -> None:
        """From now on the time that this connection takes is taken from `share`."""
        self._share = share

    def data_received(self, data: bytes) -> None:
        """Take in what has come, a piece at a time, as far as the share of the event loop goes.

        After a refusal, read on and throw away: closing with unread bytes would reset the connection (1006).
        """
        self._held += data
        if self._waiting is None:
            self._take_in()
        elif not self._is_refused:
            self.transport.pause_reading()

    def _take_in(self) -> None:
        while self._held and not self._is_refused:
            piece, self._held = self._held[:PIECE], self._held[PIECE:]
            begun = time.perf_counter()
            super().data_received(piece)
            if wait := self._share.spend(time.perf_counter() - begun):
                self.transport.pause_reading()
                self._waiting = self.loop.call_later(wait, self._go_on)
                return
        if self._is_refused:
            self._held = b""

    def _go_on(self) -> None:
        self._waiting = None
        self._take_in()
        self._read_on()

    def _read_on(self) -> None:
        """Read again, unless there is another reason not to."""
        if (
            self._waiting is None
            and not self.read_paused
            and self.writable.is_set()
            and not self.transport.is_closing()
        ):
            self.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._held = b""
        super().connection_lost(exc)
        self.conn.parser.close()  # it leads back to the conversation, as its mistake does
        self.conn.parser_exc = None

    def pause_writing(self) -> None:
        """Who does not read the answers to its pings is not read either."""
        super().pause_writing()
        if not self._is_refused and not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read_on()

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
