"""The two middlewares alone, over a recording application: no server, no manager."""

import json

import httpx
import pytest

from app.security import (
    FIXED_HEADERS,
    HOSTED_HEADERS,
    HostAndOrigin,
    SecurityHeaders,
    allowed_names,
    is_same_origin,
    parse_host,
)
from app.settings import Settings

FOREIGN_HOST = {
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
    "detail": "This server is not reached under that Host. Open it as localhost, "
    "or name the host in NEURONPARK_ALLOWED_HOSTS.",
    "errors": [],
}
FOREIGN_ORIGIN = FOREIGN_HOST | {
    "detail": "This request comes from a page of another origin. Only pages of this server may send it."
}


async def echo(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope.get("state", {}).get("nonce", "served").encode()})


async def ask(method="GET", *, url="http://localhost:8000", headers=None, server=("127.0.0.1", 8000), **settings):
    async def app(scope, receive, send):
        guarded = HostAndOrigin(echo, allowed_names(Settings(**settings)))
        await guarded(scope | {"server": server}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url) as client:
        return await client.request(method, "/", headers=headers)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost.", "localhost:1", "127.0.0.1:8000", "[::1]:8000", "[::1]"]
)
async def test_loopback_names_are_served_on_any_port(host):
    answer = await ask(headers={"host": host})
    assert (answer.status_code, answer.text) == (200, "served")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.2",
        "",
        "a b",
        "localhost:x",
        "[::2]",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_foreign_host_is_refused_even_for_reading(method, host):
    answer = await ask(method, headers={"host": host})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == FOREIGN_HOST


async def test_two_hosts_are_refused():
    answer = await ask(headers=[("host", "localhost"), ("host", "localhost")])
    assert answer.json() == FOREIGN_HOST


async def test_configured_hosts_are_served():
    assert (await ask(headers={"host": "lab.example"}, allowed_hosts="lab.example, other")).status_code == 200
    assert (await ask(headers={"host": "lab.example"}, host="lab.example")).status_code == 200


async def test_the_address_of_the_connection_itself_is_served():
    lan = {"headers": {"host": "192.168.1.5:8000"}, "host": "0.0.0.0"}
    assert (await ask(server=("192.168.1.5", 8000), **lan)).status_code == 200
    assert (await ask(server=("192.168.1.6", 8000), **lan)).status_code == 403
    assert (await ask(server=None, **lan)).status_code == 403


async def test_an_address_is_the_same_on_a_socket_for_ipv4_and_ipv6():
    lan = {"headers": {"host": "192.168.1.5:8000"}, "host": "::"}
    assert (await ask(server=("::ffff:192.168.1.5", 8000), **lan)).status_code == 200
    assert (await ask(server=("::ffff:192.168.1.6", 8000), **lan)).status_code == 403
    named = {"headers": {"host": "[fd00::5]:8000"}, "host": "::"}
    assert (await ask(server=("fd00::5", 8000), **named)).status_code == 200
    assert (await ask(server=("fd00::6", 8000), **named)).status_code == 403


def test_a_wildcard_is_no_name():
    assert allowed_names(Settings(host="0.0.0.0")) == {"localhost", "127.0.0.1", "::1"}
    assert allowed_names(Settings(host="::", allowed_hosts="Lab.example,[fe80::1]")) >= {"lab.example", "fe80::1"}


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://localhost:3000"},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "http://localhost:8000.evil.example"},
        {"origin": "http://localhost:8000@evil.example"},
        {"origin": "file://localhost:8000"},
        {"origin": "http://[localhost:8000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://localhost:8000", "sec-fetch-site": "cross-site"},
    ],
)
async def test_a_write_from_elsewhere_is_refused(method, headers):
    answer = await ask(method, headers=headers)
    assert (answer.status_code, answer.json()) == (403, FOREIGN_ORIGIN)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://localhost:8000"},
        {"origin": "https://localhost:8000"},
        {"origin": "http://localhost:8000", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
async def test_our_own_pages_and_scripts_may_write(headers):
    assert (await ask("POST", headers=headers)).status_code == 200


async def test_a_link_from_elsewhere_may_open_the_page():
    assert (await ask(headers={"sec-fetch-site": "cross-site", "origin": "http://evil.example"})).status_code == 200


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost", "localhost:80", True),
        ("https://localhost", "localhost:443", True),
        ("http://LOCALHOST:80", "localhost", True),
        ("https://localhost", "localhost:80", False),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://localhost/", "localhost", False),
    ],
)
def test_default_ports_are_the_same_origin(origin, host, same):
    assert is_same_origin(origin, parse_host(host)) is same


def test_the_public_address_is_a_name_of_ours():
    assert "park.example" in allowed_names(Settings(public_url="https://park.example:8443"))


def refusal(origin, *, public_origin="https://park.example", method="POST", host="127.0.0.1:8000", **headers):
    """What a server behind a proxy, which requires an Origin, says of a write that the proxy passes on."""
    given = {"host": host, **({} if origin is None else {"origin": origin}), **headers}
    scope = {
        "type": "http",
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    guard = HostAndOrigin(echo, {"127.0.0.1", "park.example"}, public_origin, requires_origin=True)
    problem = guard.refusal(scope)
    return problem and problem.detail


def test_the_public_origin_is_the_only_one():
    assert refusal("https://park.example") is None
    assert refusal("https://park.example", host="park.example") is None
    for origin in ("http://park.example", "https://park.example:443", "http://127.0.0.1:8000", "null", ""):
        assert refusal(origin) == FOREIGN_ORIGIN["detail"], origin


def test_without_a_public_address_it_is_the_hosts():
    assert refusal("https://127.0.0.1:8000", public_origin="") is None
    assert refusal("https://park.example", public_origin="") == FOREIGN_ORIGIN["detail"]


def test_where_an_origin_is_required_only_a_token_or_reading_does_without():
    assert refusal(None).startswith("This request names no Origin.")
    assert refusal(None, authorization="Basic YTpi").startswith("This request names no Origin.")
    assert refusal(None, authorization="Bearer t") is None
    assert refusal("https://evil.example", authorization="Bearer t") == FOREIGN_ORIGIN["detail"]
    assert refusal(None, method="GET") is None


async def handshake(headers, extensions):
    sent = []
    served = []

    async def app(scope, receive, send):
        served.append(scope["path"])

    scope = {
        "type": "websocket",
        "path": "/api/v1/stream",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "extensions": extensions,
        "server": ("127.0.0.1", 8000),
    }

    async def send(message):
        sent.append(message)

    await HostAndOrigin(app, {"localhost"})(scope, None, send)
    return sent, served


@pytest.mark.parametrize(
    ("headers", "document"),
    [
        ({"host": "evil.example"}, FOREIGN_HOST),
        ({"host": "localhost:8000", "origin": "http://evil.example"}, FOREIGN_ORIGIN),
        ({"host": "localhost:8000", "origin": "null"}, FOREIGN_ORIGIN),
        ({"host": "localhost:8000", "sec-fetch-site": "cross-site"}, FOREIGN_ORIGIN),
    ],
)
async def test_a_websocket_from_elsewhere_is_refused_before_it_is_accepted(headers, document):
    sent, served = await handshake(headers, {"websocket.http.response": {}})
    assert served == []
    assert [message["type"] for message in sent] == ["websocket.http.response.start", "websocket.http.response.body"]
    assert sent[0]["status"] == 403
    assert json.loads(sent[1]["body"]) == document
    sent, served = await handshake(headers, {})
    assert (sent, served) == ([{"type": "websocket.close", "code": 4403, "reason": "Forbidden"}], [])


async def test_our_own_websocket_passes():
    sent, served = await handshake({"host": "localhost:8000", "origin": "http://localhost:8000"}, {})
    assert (sent, served) == ([], ["/api/v1/stream"])


async def page(host="localhost:8000", fixed=FIXED_HEADERS, **options):
    transport = httpx.ASGITransport(SecurityHeaders(echo, fixed, **options))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        return await client.get("/", headers={"host": host})


async def test_every_answer_carries_the_security_headers():
    answer = await page()
    assert answer.headers["content-security-policy"] == (
        f"default-src 'none'; script-src 'self' 'nonce-{answer.text}'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self' ws://localhost:8000 wss://localhost:8000; manifest-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_hosted_server_adds_that_it_is_to_be_reached_by_https():
    answer = await page(fixed=HOSTED_HEADERS)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in (await page()).headers
    assert FIXED_HEADERS.items() < HOSTED_HEADERS.items()


async def test_behind_a_proxy_the_policy_names_the_public_host():
    answer = await page(host="127.0.0.1:8000", public_host="park.example")
    assert "connect-src 'self' ws://park.example wss://park.example;" in answer.headers["content-security-policy"]


async def test_the_nonce_is_new_for_every_answer():
    assert len({(await page()).text for _ in range(20)}) == 20


async def test_a_host_cannot_write_into_the_policy():
    answer = await page(host="x; script-src *")
    assert "connect-src 'self';" in answer.headers["content-security-policy"]
    assert "script-src *" not in answer.headers["content-security-policy"]


async def test_a_websocket_passes_untouched():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)

    await SecurityHeaders(app, FIXED_HEADERS)({"type": "websocket"}, None, None)
    assert seen == [{"type": "websocket"}]
