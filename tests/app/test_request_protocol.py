"""What is hardly HTTP, byte by byte on the real server: bounded, answered in our words, and nobody else's trouble."""

import json
import socket

import pytest

HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
TOO_LONG = "The address and the headers are longer than 65536 bytes. Send less."
NO_HTTP = "This is not a request that HTTP allows."


@pytest.fixture
def connection(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        yield connection


def answer(connection):
    """Status, headers and body of the last answer before the server hangs up."""
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    head, _, body = received.rpartition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


def assert_refused(connection, detail):
    status, headers, body = answer(connection)
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body) == {
        "type": "about:blank",
        "title": "Bad request",
        "status": 400,
        "detail": detail,
        "errors": [],
    }


def flood(connection, part, megabytes=20):
    """Send `part` again and again until the server has had enough; returns how many bytes it took."""
    sent = 0
    try:
        while sent < megabytes * 1_000_000:
            connection.sendall(part)
            sent += len(part)
    except OSError:
        pass
    return sent


@pytest.mark.parametrize(
    "junk",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"hello\r\n\r\n",
        b"BREW / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        HEAD + b"Content-Length: x\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        HEAD + b"No colon here\r\n\r\n",
    ],
)
def test_what_is_no_http_is_a_problem_too(connection, junk):
    connection.sendall(junk)
    assert_refused(connection, NO_HTTP)


@pytest.mark.parametrize(
    ("begin", "part"),
    [
        (b"GET /", b"x" * 50_000),
        (HEAD + b"X: ", b"x" * 50_000),
        (HEAD, b"X: y\r\n" * 10_000),
    ],
    ids=["address", "one header", "many headers"],
)
def test_an_endless_head_is_refused_and_not_kept(server, connection, begin, part):
    before = server.process.memory_info().rss
    connection.sendall(begin)
    assert flood(connection, part) < 10_000_000
    assert server.process.memory_info().rss - before < 5_000_000
    assert server.answers()


def test_the_refusal_of_a_long_head_says_so(connection):
    connection.sendall(HEAD + b"X: " + b"x" * 66_000)
    assert_refused(connection, TOO_LONG)


@pytest.mark.parametrize("part", [b"X: y\r\n" * 10_000, b"x" * 50_000], ids=["trailers", "one trailer"])
def test_an_endless_trailer_is_refused_and_not_kept(server, part):
    """The first one makes a server load what it needs to refuse it: what counts is that the next costs nothing."""

    def send_one():
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(b"POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
            connection.sendall(b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nT: ")
            assert flood(connection, part) < 10_000_000

    send_one()
    before = server.process.memory_info().rss
    send_one()
    assert server.process.memory_info().rss - before < 5_000_000
    assert server.answers()


def test_a_long_head_that_is_allowed_is_served(connection):
    connection.sendall(HEAD + b"X: " + b"x" * 60_000 + b"\r\nConnection: close\r\n\r\n")
    status, _, body = answer(connection)
    assert (status, json.loads(body)["status"]) == (200, "ok")


def test_requests_one_after_the_other_do_not_add_up(connection):
    for _ in range(3):
        connection.sendall(HEAD + b"X: " + b"x" * 40_000 + b"\r\n\r\n")
    connection.sendall(HEAD + b"Connection: close\r\n\r\n")
    received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 4


def handshake(connection, *lines):
    head = [
        "GET /api/v1/stream HTTP/1.1",
        "Host: localhost:8000",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol: neuronpark.v1",
        *lines,
    ]
    connection.sendall("\r\n".join([*head, "", ""]).encode())


def test_frames_are_not_compressed(connection):
    handshake(connection, "Sec-WebSocket-Extensions: permessage-deflate", "Origin: http://localhost:8000")
    head = connection.recv(4096).partition(b"\r\n\r\n")[0].decode().lower()
    assert head.startswith("http/1.1 101 ")
    assert "sec-websocket-protocol: neuronpark.v1" in head
    assert "sec-websocket-extensions" not in head


@pytest.mark.parametrize(
    "line",
    ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Origin: http://localhost:3000"],
)
def test_a_websocket_from_elsewhere_is_403(connection, line):
    handshake(connection, line)
    status, headers, body = answer(connection)
    assert (status, headers["content-type"]) == (403, "application/problem+json")
    detail = "This request comes from a page of another origin. Only pages of this server may send it."
    assert json.loads(body)["detail"] == detail
