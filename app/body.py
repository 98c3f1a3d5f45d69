"""Reading a request's JSON body: its type, its length, its syntax, its members."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from typing import Any

from starlette.requests import Request

from app.errors import FieldError, Invalid, Problem, TooLarge, UnsupportedMediaType
from app.strict_json import escape, parse

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
LONG = 65_536
"""From this many bytes on a body is read in a thread: 2 MB take half a second, and nobody else shall wait for it."""


async def read_object(request: Request, members: Collection[str], *types: str) -> dict[str, Any]:
    """The body as a JSON object that has no members but these (see `read_json`)."""
    body = await read_json(request, *types)
    if not isinstance(body, dict):
        raise Invalid("The body cannot be used.", [FieldError("", "Give a JSON object.")])
    known = ", ".join(members)
    if errors := [
        FieldError(f"/{escape(name)}", f"This field is not known. The fields here are {known}.")
        for name in body
        if name not in members
    ]:
        raise Invalid("Some fields are not known.", errors)
    return body


async def read_json(request: Request, *types: str) -> Any:
    """The body's JSON value.

    Raises `UnsupportedMediaType` unless the content type is one of `types` (JSON if none is named), `TooLarge` as soon
    as more than `max_body` bytes have come or were announced, and what `strict_json.parse` raises.
    """
    types = types or (JSON,)
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower()
    if media_type.strip().lower() not in types or charset not in ("", "charset=utf-8", 'charset="utf-8"'):
        raise UnsupportedMediaType(f"Send the body with Content-Type: {' or '.join(types)}, in UTF-8.")
    limit = request.app.state.settings.max_body
    problem = TooLarge(f"The body is longer than {limit} bytes. Send fewer points.", headers={"Connection": "close"})
    body = bytearray()
    async for chunk in bounded(request, limit, problem):
        body += chunk
    return parse(bytes(body)) if len(body) < LONG else await asyncio.to_thread(parse, bytes(body))


async def bounded(request: Request, limit: int, problem: Problem) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises `problem` as soon as more than `limit` bytes have come or were announced."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise problem
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise problem
        yield chunk
