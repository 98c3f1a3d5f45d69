import io
import json
import logging

import pytest

from app import logs
from app.settings import Settings


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
    logging.getLogger("uvicorn.error").info("started")
    logging.getLogger("uvicorn.error").warning("something is wrong")
    assert len(stream.getvalue().splitlines()) == lines
