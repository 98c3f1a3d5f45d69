"""Reading files that a form sends: their number, their length, never more of them in memory than there is room for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from app.body import bounded
from app.errors import BadRequest, FieldError, Invalid, TooLarge, Unavailable, UnsupportedMediaType

MULTIPART: Final = "multipart/form-data"
LONGEST_UPLOAD: Final = 60.0
RETRY_AFTER: Final = "2"
NOT_A_FORM: Final = f"Send the files as a form, with Content-Type: {MULTIPART} and its boundary."
CLOSE: Final = {"Connection": "close"}


class Room:
    """How many bytes of uploads the server holds at once, over all requests."""

    def __init__(self, size: int) -> None:
        self.left = size

    def take(self, count: int) -> None:
        """Hold that many more bytes. Raises `Unavailable`."""
        if count > self.left:
            raise Unavailable(
                "Many files are being sent just now. Send them again in a moment.",
                headers={"Retry-After": RETRY_AFTER, **CLOSE},
            )
        self.left -= count

    def give_back(self, count: int) -> None:
        self.left += count


@contextlib.asynccontextmanager
async def files_of(
    request: Request, field: str, most_files: int, most_bytes: int, room: Room
) -> AsyncIterator[list[bytes]]:
    """The contents of the files that a form has under a name, in order; they hold their room while the block runs.

    Raises `UnsupportedMediaType` for what is no form, `TooLarge` as soon as more than `most_bytes` have come or were
    announced, `BadRequest` for a form that cannot be read or takes a minute to come, `Invalid` for no files, too many,
    or anything else in the form.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0]
    if media_type.strip().lower() != MULTIPART:
        raise UnsupportedMediaType(NOT_A_FORM)
    body = _Held(request, most_bytes, room)
    try:
        yield await _read(request, body, field, most_files)
    finally:
        room.give_back(body.received)


class _Held:
    """A request's body that breaks off where it grows too long, and the room it has taken."""

    def __init__(self, request: Request, most: int, room: Room) -> None:
        problem = TooLarge(
            f"The files together are longer than {most} bytes. Send fewer at once, or smaller ones.", headers=CLOSE
        )
        self._chunks = bounded(request, most, problem)
        self._room = room
        self.received = 0

    async def stream(self) -> AsyncGenerator[bytes, None]:
        async for chunk in self._chunks:
            self._room.take(len(chunk))
            self.received += len(chunk)
            yield chunk


class _WholeForm(MultiPartParser):
    """Starlette's parser, but a form that breaks off is an error, and no file of it is left open."""

    spool_max_size = 0
    """Files stay in memory, however long: what may come is bounded, and nothing of it belongs on a disk."""
    has_ended = False

    def on_end(self) -> None:
        self.has_ended = True

    async def parse(self) -> FormData:
        form = await super().parse()
        if not self.has_ended:
            for file in self._files_to_close_on_error:
                file.close()
            raise MultiPartException("The form breaks off.")
        return form


async def _read(request: Request, body: _Held, field: str, most_files: int) -> list[bytes]:
    parser = _WholeForm(request.headers, body.stream(), max_files=most_files, max_fields=0)
    try:
        async with asyncio.timeout(LONGEST_UPLOAD):
            form = await parser.parse()
    except MultiPartException as error:
        raise _unreadable(error, field, most_files) from None
    except TimeoutError:
        raise BadRequest("The files took too long to come. Send fewer at once.", headers=CLOSE) from None
    try:
        return await _contents(form.multi_items(), field, most_files)
    finally:
        await form.close()


async def _contents(items: list[tuple[str, UploadFile | str]], field: str, most_files: int) -> list[bytes]:
    contents = []
    for name, item in items:
        if name != field or isinstance(item, str):
            raise _more_than_files(field)
        contents.append(await item.read())
    if not contents:
        raise _wrong_number(field, most_files)
    return contents


def _wrong_number(field: str, most_files: int) -> Invalid:
    return Invalid("The form cannot be used.", [FieldError(f"/{field}", f"Send 1 to {most_files} files.")])


def _more_than_files(field: str) -> Invalid:
    return Invalid("The form cannot be used.", [FieldError("", f"Send files under the name {field} alone.")])


def _unreadable(error: MultiPartException, field: str, most_files: int) -> Invalid | BadRequest:
    """Starlette's word for every form that it does not read, in ours."""
    if error.message.startswith("Too many files"):
        return _wrong_number(field, most_files)
    if error.message.startswith("Too many fields"):
        return _more_than_files(field)
    return BadRequest("The form cannot be read: it is cut short, or its parts are not divided as its boundary says.")
