"""Reading bodies, without the rest of the application."""

import threading

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from app import answers, body, strict_json
from app.answers import JsonResponse
from app.body import LONG, MERGE_PATCH, read_json, read_object
from app.settings import Settings

LIMIT = 1000


@pytest.fixture
async def client():
    app = FastAPI()
    app.state.settings = Settings(max_body=LIMIT)
    answers.install(app)

    @app.post("/object")
    async def read_an_object(request: Request):
        return JsonResponse(await read_object(request, ("spec", "speed")))

    @app.post("/patch")
    async def read_a_patch(request: Request):
        return JsonResponse(await read_json(request, MERGE_PATCH))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        yield client


async def post(client, body, content_type="application/json", path="/object"):
    headers = {} if content_type is None else {"content-type": content_type}
    answer = await client.post(path, content=body, headers=headers)
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    return answer


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
async def test_json_is_read(client, content_type):
    answer = await post(client, b'{"speed": 1.5}', content_type)
    assert (answer.status_code, answer.json()) == (200, {"speed": 1.5})


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", MERGE_PATCH],
)
async def test_another_content_type_is_refused(client, content_type):
    answer = await post(client, b"{}", content_type)
    assert answer.status_code == 415
    assert answer.json()["detail"] == "Send the body with Content-Type: application/json, in UTF-8."


async def test_each_route_names_its_own_types(client):
    assert (await post(client, b"[1]", MERGE_PATCH, "/patch")).json() == [1]
    assert (await post(client, b"[1]", path="/patch")).status_code == 415


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null"])
async def test_only_an_object_is_an_object(client, body):
    answer = await post(client, body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "", "message": "Give a JSON object."}]


async def test_unknown_fields_are_all_named(client):
    answer = await post(client, b'{"spec": {}, "a/b": 1, "Speed": 2}')
    assert answer.status_code == 422
    message = "This field is not known. The fields here are spec, speed."
    assert answer.json()["errors"] == [
        {"pointer": "/a~1b", "message": message},
        {"pointer": "/Speed", "message": message},
    ]


@pytest.mark.parametrize(("length", "beside"), [(100, False), (LONG, True)])
async def test_a_long_body_is_read_beside_the_event_loop(monkeypatch, client, length, beside):
    readers = []

    def parse(text):
        readers.append(threading.current_thread())
        return strict_json.parse(text)

    monkeypatch.setattr(body, "parse", parse)
    client._transport.app.state.settings = Settings(max_body=LONG)
    text = b'{"speed": "' + b"x" * (length - 13) + b'"}'
    assert (await post(client, text)).status_code == 200
    assert (readers[0] is not threading.current_thread()) is beside
    broken = await post(client, text[:-1])
    assert (broken.status_code, broken.json()["title"]) == (400, "Bad request")


async def test_a_body_at_the_limit_is_read(client):
    body = b'{"speed": "' + b"x" * (LIMIT - 13) + b'"}'
    assert len(body) == LIMIT
    assert (await post(client, body)).status_code == 200


async def test_an_announced_length_is_refused_unread(client):
    answer = await post(client, b"x" * (LIMIT + 1))
    assert answer.status_code == 413
    assert answer.json()["detail"] == "The body is longer than 1000 bytes. Send fewer points."
    assert answer.headers["connection"] == "close"


async def test_a_stream_is_refused_as_soon_as_it_is_too_long(client):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 100
            yield b"x" * 100

    answer = await post(client, endless())
    assert answer.status_code == 413
    assert sent <= LIMIT + 200


@pytest.mark.parametrize("length", ["-1", "many", "9" * 5000])
async def test_a_false_length_does_no_harm(client, length):
    answer = await client.post(
        "/object", content=b"{}", headers={"content-type": "application/json", "content-length": length}
    )
    assert answer.status_code == (413 if length[0] == "9" else 200)
