"""Every refusal the server can give, as problem details (RFC 9457).

```
Problem
├── BadRequest            400  not JSON, nested too deep
├── Unauthorized          401  no session yet, or a token that does not hold
├── Forbidden             403  a foreign Host or Origin
├── NotFound              404
├── MethodNotAllowed      405
├── Conflict              409  the run's state does not allow it
├── TooLarge              413
├── UnsupportedMediaType  415
├── Invalid               422  well-formed, but a value is wrong; `errors` says which
├── TooManyRequests       429  more than one session, or one address, may ask for
├── Internal              500  our own mistake; its number is in the log
├── Unavailable           503  no room, or a worker is being replaced, or the database is busy
└── InsufficientStorage   507  the disk is full
```

A problem names places in the input and never repeats the input itself; its JSON is at most `MAX_BYTES` long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol

import msgspec

MEDIA_TYPE = "application/problem+json"
MAX_BYTES = 4096
MAX_POINTER = 200
MAX_MESSAGE = 400


class FieldError(NamedTuple):
    """One wrong value: its JSON pointer ("" is the whole document) and what to do about it."""

    pointer: str
    message: str


class PointedMessage(Protocol):
    """Anything with a pointer and a message, such as the engine's `Issue`."""

    @property
    def pointer(self) -> str: ...
    @property
    def message(self) -> str: ...


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer to a request that cannot be served as asked.

    `detail` says what was wrong and what to do; `errors` lists the wrong values by their place.
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Problem"

    def __init__(
        self,
        detail: str,
        errors: Iterable[PointedMessage] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = [FieldError(shorten(error.pointer, MAX_POINTER), error.message) for error in errors]
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The problem as a JSON-able object whose encoding takes at most `MAX_BYTES`."""
        listed = [
            {"pointer": error.pointer, "message": shorten(error.message, MAX_MESSAGE)} for error in self.errors[:50]
        ]
        while True:
            document = self._document(listed)
            if len(msgspec.json.encode(document)) <= MAX_BYTES:
                return document
            listed.pop()

    def encode(self) -> bytes:
        """The body of the answer, media type `MEDIA_TYPE`."""
        return msgspec.json.encode(self.document())

    def _document(self, listed: list[dict[str, str]]) -> dict[str, Any]:
        detail = shorten(self.detail, 1000)
        if hidden := len(self.errors) - len(listed):
            detail = f"{detail} ({hidden} more not listed.)"
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": detail,
            "errors": listed,
        }


class BadRequest(Problem):
    status = 400
    title = "Bad request"


class Unauthorized(Problem):
    status = 401
    title = "Unauthorized"


class Forbidden(Problem):
    status = 403
    title = "Forbidden"


class NotFound(Problem):
    status = 404
    title = "Not found"


class MethodNotAllowed(Problem):
    status = 405
    title = "Method not allowed"


class Conflict(Problem):
    status = 409
    title = "Conflict"


class TooLarge(Problem):
    status = 413
    title = "Content too large"


class UnsupportedMediaType(Problem):
    status = 415
    title = "Unsupported media type"


class Invalid(Problem):
    status = 422
    title = "Invalid values"


class TooManyRequests(Problem):
    status = 429
    title = "Too many requests"


class Internal(Problem):
    status = 500
    title = "Internal error"


class Unavailable(Problem):
    status = 503
    title = "Temporarily unavailable"


class InsufficientStorage(Problem):
    status = 507
    title = "Insufficient storage"


BY_STATUS: dict[int, type[Problem]] = {kind.status: kind for kind in Problem.__subclasses__()}


def shorten(text: str, limit: int) -> str:
    """`text`, or its beginning and an ellipsis when it is longer than `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
