"""Who asks, and which runs are theirs."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from app.runs.owned import OwnedRuns
from app.visitors import visitor_of


def runs_of(connection: HTTPConnection) -> OwnedRuns:
    """The runs of whoever sent the request or opened the websocket."""
    return OwnedRuns(connection.app.state.manager, visitor_of(connection).owner)
