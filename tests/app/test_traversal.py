"""No address leads out of the folder of the page's files, however it is written; none is a server error."""

import json
import socket
from pathlib import Path

import pytest
from starlette.routing import Mount

from app.main import create_app
from app.settings import Settings
from tests.support.server import ServerProcess

ROOT = Path(__file__).parents[2]
FOLDERS = ("/static/", "/static/assembled/", "/static/js/core/", "/")
UP = (
    "..",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%252e%252e",
    "%c0%ae%c0%ae",
    "%e0%80%ae%e0%80%ae",
    "%uff0e%uff0e",
    "...",
    "....",
    "..;",
    "..%00",
)
SLASH = ("/", "%2f", "%5c", "\\", "%252f", "//", "/./", "%c0%af")
TARGETS = ("pyproject.toml", "app/settings.py", "etc/passwd")
ABSOLUTE = (
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/file:///etc/passwd",
    "/static/C:%5cWindows%5cwin.ini",
    "/static/~root/.bashrc",
    "/static/%00",
    "/static/index.html%00.css",
    "/static/" + "a" * 5000,
    "/static/" + "a/" * 3000,
    "/static/%ff%fe",
    "/static",
    "/static/",
    "/static/.",
    "/static/..",
    "/static/js",
    "/static/js/",
    "/static/assembled/",
    "/static/assembled/../assembled/page.js",
    "/static/css/../../templates/base.html",
    "/templates/base.html",
    "/.git/config",
    "/.env",
)


class Connection:
    """Requests over one connection, with addresses that no client library would leave as they are."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=15)
        self.file = self.socket.makefile("rb")

    def get(self, target: str) -> tuple[int, bytes]:
        head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n"
        self.socket.sendall(head.encode("latin-1"))
        status = int(self.file.readline().split(b" ", 2)[1])
        length = 0
        while line := self.file.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, self.file.read(length)

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def assert_nothing_found(connection: Connection, target: str) -> None:
    status, body = connection.get(target)
    assert status == 404, (target, status)
    document = json.loads(body)
    assert (document["status"], document["detail"]) == (404, "There is nothing at this address."), target


def test_the_folders_tried_here_are_all_that_are_served_from_disk() -> None:
    routes = create_app(Settings()).routes
    assert [route.path for route in routes if isinstance(route, Mount)] == ["/static"]
    assert all("{" not in path for path in map(str, (getattr(r, "path", "") for r in routes)) if "/api/" not in path)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_way_leads_up_and_out(server: ServerProcess, folder: str) -> None:
    connection = Connection(server.port)
    try:
        for up in UP:
            for slash in SLASH:
                for target in TARGETS:
                    for depth in (1, 4, 12):
                        assert_nothing_found(connection, folder + (up + slash) * depth + target)
    finally:
        connection.close()


@pytest.mark.parametrize("target", ABSOLUTE, ids=lambda target: repr(target[:40]))
def test_nothing_else_is_a_file_of_the_page(server: ServerProcess, target: str) -> None:
    connection = Connection(server.port)
    try:
        assert_nothing_found(connection, target)
        assert connection.get("/static/icons/mark.svg")[0] == 200
    finally:
        connection.close()


def test_a_runs_name_is_never_a_path(server: ServerProcess) -> None:
    connection = Connection(server.port)
    try:
        for name in ("..", "..%2f..%2fetc%2fpasswd", "%00", "a" * 5000):
            status, body = connection.get(f"/api/v1/runs/{name}")
            assert (status, json.loads(body)["status"]) == (404, 404), name
    finally:
        connection.close()
