"""The outermost listener: counts and times every request, and answers for whatever else failed to."""

from __future__ import annotations

import time
import uuid

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.answers import problem_response
from app.errors import Internal
from app.logs import get_logger
from app.metrics import Metrics

KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})

log = get_logger(__name__)


class Observe:
    """Counts requests by method, route and status; turns an unforeseen exception into a 500 with a logged number."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status: int | None = None
        started = time.perf_counter()

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body", False):  # counted before the client can ask for the count
                self.note(scope, status or 500, time.perf_counter() - started)
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception:
            problem = log_failure(scope)
            if status is not None:  # half an answer is out: end the connection rather than pretend
                raise
            await problem_response(problem)(scope, receive, send_and_note)

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
        route = route_name(scope)
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.durations.observe(seconds)
        log.debug("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))


def log_failure(scope: Scope) -> Internal:
    """Log the exception being handled under a new number and say that number to the client."""
    number = uuid.uuid4().hex[:12]
    log.exception("request failed", id=number, method=scope["method"], route=route_name(scope))
    return Internal(f"The server made a mistake. It is in its log under {number}.")


def route_name(scope: Scope) -> str:
    """The path's template, so that the number of distinct names is bounded."""
    if scope["path"].startswith("/static/"):
        return "/static"
    return str(getattr(scope.get("route"), "path", "none"))
