"""Uvicorn's HTTP protocol with manners added: bounded heads, problem documents for what is no HTTP, no garbage."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.errors import MEDIA_TYPE, BadRequest, Problem

MAX_HEAD: Final = 64 * 1024
"""Bytes of address and headers, or of whatever else is not a body; uvicorn and its parser would keep any number."""


class RequestProtocol(HttpToolsProtocol):
    """One HTTP connection."""

    _unproductive = 0

    def data_received(self, data: bytes) -> None:
        self._unproductive += len(data)
        super().data_received(data)
        if self._unproductive > MAX_HEAD and not self.transport.is_closing():
            self.refuse(BadRequest(f"The address and the headers are longer than {MAX_HEAD} bytes. Send less."))

    def on_headers_complete(self) -> None:
        self._unproductive = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unproductive = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unproductive = 0
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Nothing is parsed any more. The parser leads back here: both would stay until garbage is searched for."""
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment]

    def send_400_response(self, msg: str) -> None:
        self.refuse(BadRequest("This is not a request that HTTP allows."))

    def refuse(self, problem: Problem) -> None:
        """Answer and hang up, without asking the application."""
        body = problem.encode()
        head = (
            f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
            f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
