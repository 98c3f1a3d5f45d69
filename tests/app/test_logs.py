import io
import json
import logging

import httpx
import pytest

from app import logs
from app.settings import Settings
from tests.app.streaming import Client
from tests.support.hosted import browser_headers, hosted_server


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _restore_logging():
    root = logging.getLogger()
    before = root.handlers, root.level
    yield
    root.handlers, level = before
    root.setLevel(level)
    logs.structlog.reset_defaults()


def written(stream, **settings):
    logs.configure(Settings(**settings), stream)
    logs.get_logger("app.test").info("run created", run="r1")
    return stream.getvalue()


def test_machines_read_json():
    record = json.loads(written(io.StringIO()))
    assert record.pop("timestamp").endswith("Z")
    assert record == {"event": "run created", "run": "r1", "level": "info", "logger": "app.test"}


def test_people_read_lines():
    line = written(Terminal())
    assert "run created" in line
    assert "{" not in line


@pytest.mark.parametrize(("log_format", "stream"), [("json", Terminal()), ("console", io.StringIO())])
def test_the_setting_wins_over_the_terminal(log_format, stream):
    assert written(stream, log_format=log_format).startswith("{") == (log_format == "json")


def test_less_important_messages_are_left_out():
    assert written(io.StringIO(), log_level="warning") == ""


def test_an_exception_is_logged_with_its_traceback():
    stream = io.StringIO()
    logs.configure(Settings(), stream)
    try:
        raise ValueError("out of cheese")
    except ValueError:
        logs.get_logger("app.test").exception("it failed", id="abc")
    record = json.loads(stream.getvalue())
    assert "ValueError: out of cheese" in record["exception"]
    assert (record["event"], record["id"], record["level"]) == ("it failed", "abc", "error")


@pytest.mark.parametrize(("log_level", "lines"), [("error", 0), ("info", 1), ("debug", 2)])
def test_libraries_speak_of_their_ordinary_work_only_when_debugging(log_level, lines):
    stream = io.StringIO()
    logs.configure(Settings(log_level=log_level), stream)
    logging.getLogger("alembic").info("started")
    logging.getLogger("alembic").warning("something is wrong")
    assert len(stream.getvalue().splitlines()) == lines


@pytest.mark.parametrize("name", ["uvicorn.error", "websockets.server", "sqlalchemy.engine", "aiosqlite"])
def test_libraries_that_repeat_what_clients_send_never_do(name):
    stream = io.StringIO()
    logs.configure(Settings(log_level="debug"), stream)
    logging.getLogger(name).debug("< TEXT 'my own data'")
    logging.getLogger(name).info('127.0.0.1:5000 - "WebSocket /" [accepted]')
    assert stream.getvalue() == ""
    logging.getLogger(name).warning("something is wrong")
    assert "something is wrong" in stream.getvalue()


async def test_the_log_says_nothing_of_who_came_and_what_they_did():
    """Not even with everything asked for: no address, no cookie, no data, no specification."""
    with hosted_server(log_level="debug", log_format="json", trusted_proxies="127.0.0.1") as server:
        headers = {**browser_headers(server, "somebody"), "X-Forwarded-For": "203.0.113.77"}
        points = [[1.2345, 2.3456, 0], [3.4567, 4.5678, 1]] * 5
        spec = {"dataset": {"kind": "points", "task": "classification", "train": points, "test": points}}
        async with httpx.AsyncClient(base_url=server.base_url, headers=headers) as browser:
            run = (await browser.post("/api/v1/runs", json={"spec": spec})).json()["id"]
            assert (await browser.post("/api/v1/runs", json={"spec": {"layers": "Zyxxy"}})).status_code == 422
        async with Client(server.stream_url, headers=headers) as page:
            await page.open(run)
            await page.send_text('{"type": "Zyxxy"}')
            await page.command(run, "step")
            page._socket.transport.abort()
            await page.closed()
        server.stop()
        said = server.output
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert any(line["event"] == "request" for line in lines)
    private = ("203.0.113.77", "1.2345", "Zyxxy", headers["Cookie"].split("=", 1)[1], "somebody", "User-Agent")
    assert [word for word in private if word in said] == []
    assert "127.0.0.1:" not in said.replace(server.base_url.removeprefix("http://"), "")
