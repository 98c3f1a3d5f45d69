"""Reading the files of a form, without the rest of the application: bounds over one request and over all."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from app import answers, upload
from app.answers import JsonResponse
from app.upload import Room, files_of
from tests.app.problems import assert_problem

MOST_FILES = 3
MOST_BYTES = 4000
ROOM = 6000
HEADERS = {"Content-Type": "multipart/form-data; boundary=x"}
HEAD = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
TAIL = b"\r\n--x--\r\n"


class Reader:
    """An application that reads forms, and the room that it has for them."""

    def __init__(self) -> None:
        self.room = Room(ROOM)
        self.held: asyncio.Event | None = None
        app = FastAPI()
        answers.install(app)

        @app.post("/")
        async def read(request: Request) -> JsonResponse:
            async with files_of(request, "files", MOST_FILES, MOST_BYTES, self.room) as files:
                if self.held is not None:
                    await self.held.wait()
                return JsonResponse([len(data) for data in files])

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")

    async def post(self, *sizes: int) -> httpx.Response:
        return await self.client.post("/", files=[("files", ("a", bytes(size))) for size in sizes])

    async def trickle(self, *parts: bytes, pause: float = 0.0) -> httpx.Response:
        async def body() -> AsyncIterator[bytes]:
            for part in parts:
                yield part
                await asyncio.sleep(pause)

        return await self.client.post("/", content=body(), headers=HEADERS)


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    reader = Reader()
    async with reader.client:
        yield reader
        assert reader.room.left == ROOM, "whatever became of a request, its room is free again"


async def test_files_come_in_order_however_they_are_cut(reader: Reader) -> None:
    answer = await reader.post(5, 0, 3)
    assert (answer.status_code, answer.json()) == (200, [5, 0, 3])
    whole = HEAD + b"words" + TAIL
    answer = await reader.trickle(*(whole[at : at + 1] for at in range(len(whole))))
    assert (answer.status_code, answer.json()) == (200, [5])


async def test_no_file_is_written_to_a_disk(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(sys.modules[__name__], "MOST_BYTES", 4_000_000)
    reader.room.give_back(4_000_000)
    assert (await reader.post(3_000_000)).json() == [3_000_000]
    reader.room.take(4_000_000)


async def test_too_many_bytes_are_refused_as_soon_as_they_have_come(reader: Reader) -> None:
    too_long = "The files together are longer than 4000 bytes. Send fewer at once, or smaller ones."
    assert_problem(await reader.post(MOST_BYTES), 413, detail=too_long)
    answer = await reader.trickle(HEAD, *[bytes(500)] * 9)
    assert_problem(answer, 413, detail=too_long)
    assert answer.headers["connection"] == "close"


async def test_all_requests_share_the_room(reader: Reader) -> None:
    reader.held = asyncio.Event()
    first = asyncio.create_task(reader.post(3000))
    while reader.room.left == ROOM:
        await asyncio.sleep(0)
    refused = await reader.post(3000)
    assert_problem(refused, 503, detail="Many files are being sent just now. Send them again in a moment.")
    assert refused.headers["retry-after"] == "2"
    reader.held.set()
    assert (await first).json() == [3000]
    assert (await reader.post(3000)).json() == [3000]


async def test_a_form_that_does_not_end_is_given_up(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "LONGEST_UPLOAD", 0.1)
    answer = await reader.trickle(HEAD, *[b"a"] * 100, pause=0.02)
    assert_problem(answer, 400, detail="The files took too long to come. Send fewer at once.")


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (b"--x--\r\n", [("/files", "Send 1 to 3 files.")]),
        (HEAD.replace(b'"files"', b'"others"') + TAIL, [("", "Send files under the name files alone.")]),
        (HEAD.replace(b'; filename="a"', b"") + TAIL, [("", "Send files under the name files alone.")]),
    ],
    ids=["none", "other names", "a field"],
)
async def test_what_is_in_a_form_is_files_and_nothing_else(
    reader: Reader, body: bytes, errors: list[tuple[str, str]]
) -> None:
    assert_problem(await reader.trickle(body), 422, *errors)


async def test_one_file_more_than_is_read_is_refused(reader: Reader) -> None:
    assert_problem(await reader.post(*[1] * (MOST_FILES + 1)), 422, ("/files", "Send 1 to 3 files."))


@pytest.mark.parametrize("body", [HEAD + b"half", b"words", HEAD[:20], b""], ids=["a file", "words", "a head", "none"])
async def test_a_form_that_is_cut_short_is_refused(reader: Reader, body: bytes) -> None:
    cut = "The form cannot be read: it is cut short, or its parts are not divided as its boundary says."
    assert_problem(await reader.trickle(body), 400, detail=cut)
