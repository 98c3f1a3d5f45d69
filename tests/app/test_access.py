"""Who may ask a hosted server: sessions and tokens, good and bad, and the Origin that goes with a cookie."""

import re
import time
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from app.protocol import SUBPROTOCOL
from app.visitors import COOKIE, NO_SESSION, NO_TOKEN, RENEW_AFTER
from tests.app.problems import assert_problem
from tests.app.streaming import Client
from tests.support.hosted import LIFETIME, browser, browser_headers, cookie, script, script_headers, signatures
from tests.support.server import ServerProcess

RUNS = "/api/v1/runs"
NO_ORIGIN = (
    "This request names no Origin. A page of this server sends its own; a script sends a token: Authorization: Bearer …"
)
FOREIGN_ORIGIN = "This request comes from a page of another origin. Only pages of this server may send it."
OTHER_SERVER = "the secret of another server, quite as long"


def seconds_ago(seconds: float) -> Any:
    return signatures(clock=lambda: time.time() - seconds)


BAD_SESSIONS = {
    "none": {},
    "empty": cookie(""),
    "nonsense": cookie("nonsense"),
    "forged": cookie(signatures().session("ann")[:-1] + "!"),
    "unsigned": cookie(signatures().session("ann").rpartition(".")[0]),
    "expired": cookie(seconds_ago(LIFETIME + 5).session("ann")),
    "of another server": cookie(signatures(OTHER_SERVER).session("ann")),
    "a token": cookie(signatures().token("ann", 3600)),
    "under another name": {"Cookie": f"neuronpark={signatures().session('ann')}"},
    "very long": cookie("x" * 8000),
}
BAD_TOKENS = {
    "empty": "",
    "nonsense": "nonsense",
    "forged": signatures().token("ann", 3600)[:-1] + "!",
    "another owner's signature": "WyJib2IiLDM2MDBd." + signatures().token("ann", 3600).partition(".")[2],
    "expired": seconds_ago(3700).token("ann", 3600),
    "of another server": signatures(OTHER_SERVER).token("ann", 3600),
    "a session": signatures().session("ann"),
    "very long": "x" * 8000,
}


@pytest.fixture(scope="module")
def anns_run(hosted: ServerProcess) -> str:
    with browser(hosted, "ann") as ann:
        run: str = ann.post(RUNS, json={}).json()["id"]
    return run


# --- sessions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", BAD_SESSIONS)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_session_that_does_not_hold_is_answered_401(
    hosted: ServerProcess, anns_run: str, bad: str, method: str
) -> None:
    headers = {**BAD_SESSIONS[bad], "Origin": hosted.base_url}
    address = RUNS if method == "POST" else f"{RUNS}/{anns_run}"
    answer = httpx.request(method, hosted.base_url + address, headers=headers)
    assert_problem(answer, 401, detail=NO_SESSION)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("bad", BAD_SESSIONS)
async def test_a_websocket_without_a_session_is_closed_with_4401(hosted: ServerProcess, bad: str) -> None:
    headers = {**BAD_SESSIONS[bad], "Origin": hosted.base_url}
    async with connect(hosted.stream_url, subprotocols=[SUBPROTOCOL], additional_headers=headers, proxy=None) as socket:
        with pytest.raises(ConnectionClosedError) as caught:
            await socket.recv()
    assert caught.value.rcvd is not None
    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (
        4401,
        "There is no session: POST /api/v1/session, then come again.",
    )


def test_a_session_begins_where_the_page_asks_for_it(hosted: ServerProcess) -> None:
    answer = httpx.post(f"{hosted.base_url}/api/v1/session", headers={"Origin": hosted.base_url})
    assert (answer.status_code, answer.content) == (204, b"")
    (given,) = answer.headers.get_list("set-cookie")
    text, *attributes = given.split("; ")
    name, _, value = text.partition("=")
    assert name == COOKIE == "__Host-neuronpark"
    assert attributes == [f"Max-Age={LIFETIME:.0f}", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"]
    signed = signatures().read_session(value)
    assert signed is not None
    assert re.fullmatch(r"[\w-]{22}", signed.owner)
    run = httpx.post(hosted.base_url + RUNS, json={}, headers={**cookie(value), "Origin": hosted.base_url})
    assert run.status_code == 201
    other = httpx.post(f"{hosted.base_url}/api/v1/session", headers={"Origin": hosted.base_url})
    assert other.headers["set-cookie"] != given


def test_a_good_session_stays_as_it_is(hosted: ServerProcess) -> None:
    with browser(hosted, "ann") as ann:
        answer = ann.post("/api/v1/session")
        assert (answer.status_code, answer.headers.get("set-cookie")) == (204, None)
        assert "set-cookie" not in ann.get(RUNS).headers


@pytest.mark.parametrize(("method", "address"), [("GET", RUNS), ("POST", "/api/v1/session"), ("GET", f"{RUNS}/none")])
def test_a_session_is_renewed_unasked_once_a_day(hosted: ServerProcess, method: str, address: str) -> None:
    old = seconds_ago(RENEW_AFTER + 60).session("ann")
    headers = {**cookie(old), "Origin": hosted.base_url}
    answer = httpx.request(method, hosted.base_url + address, headers=headers)
    renewed = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    signed = signatures().read_session(renewed)
    assert signed is not None
    assert (signed.owner, signed.age < 60) == ("ann", True)


@pytest.mark.parametrize(
    "path", ["/", "/static/assembled/page.js", "/health", "/api/v1/catalog", "/api/v1/openapi.json"]
)
def test_what_is_open_to_all_gives_no_session_and_needs_none(hosted: ServerProcess, path: str) -> None:
    """The page is opened by links from elsewhere too, without the cookie: it must not be given another one."""
    answer = httpx.get(hosted.base_url + path, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)


def test_answers_about_runs_are_kept_by_no_cache(hosted: ServerProcess) -> None:
    with browser(hosted, "ann") as ann:
        assert ann.get(RUNS).headers["cache-control"] == "no-store"
        assert ann.get("/api/v1/catalog").headers["cache-control"] == "no-cache"


# --- tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", BAD_TOKENS)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_token_that_does_not_hold_is_answered_401_even_beside_a_good_session(
    hosted: ServerProcess, anns_run: str, bad: str, method: str
) -> None:
    headers = {**browser_headers(hosted, "ann"), "Authorization": f"Bearer {BAD_TOKENS[bad]}".strip()}
    answer = httpx.request(method, f"{hosted.base_url}{RUNS}/{anns_run}", headers=headers)
    assert_problem(answer, 401, detail=NO_TOKEN)
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("bad", BAD_TOKENS)
async def test_a_websocket_with_a_token_that_does_not_hold_is_refused(hosted: ServerProcess, bad: str) -> None:
    headers = {"Authorization": f"Bearer {BAD_TOKENS[bad]}".strip()}
    with pytest.raises(InvalidStatus) as caught:
        async with connect(hosted.stream_url, subprotocols=[SUBPROTOCOL], additional_headers=headers, proxy=None):
            pass
    assert caught.value.response.status_code == 401


def test_a_page_makes_a_token_with_which_a_script_finds_its_runs(hosted: ServerProcess, anns_run: str) -> None:
    with browser(hosted, "ann") as ann:
        made = ann.post("/api/v1/tokens", json={"lifetime": 600})
    assert (made.status_code, made.json()["lifetime"], made.headers["cache-control"]) == (201, 600, "no-store")
    headers = {"Authorization": f"bearer {made.json()['token']}"}
    assert httpx.get(f"{hosted.base_url}{RUNS}/{anns_run}", headers=headers).status_code == 200
    created = httpx.post(hosted.base_url + RUNS, json={}, headers=headers)
    assert created.status_code == 201
    with browser(hosted, "ann") as ann:
        assert ann.delete(created.headers["location"]).status_code == 204


def test_a_token_lasts_twelve_hours_unless_it_is_told(hosted: ServerProcess) -> None:
    with browser(hosted, "ann") as ann:
        assert ann.post("/api/v1/tokens", json={}).json()["lifetime"] == 43_200
        for lifetime in (59, 2_678_401, 1.5, "600", True):
            answer = ann.post("/api/v1/tokens", json={"lifetime": lifetime})
            assert_problem(answer, 422, ("/lifetime", "Give a whole number from 60 to 2678400."))


def test_a_token_makes_no_tokens(hosted: ServerProcess) -> None:
    with script(hosted, "ann") as ann:
        detail = "A token makes no tokens, so that each of them ends. Ask from a page of this server."
        assert_problem(ann.post("/api/v1/tokens", json={}), 403, detail=detail)
        assert ann.post("/api/v1/session").headers.get("set-cookie") is None


def test_another_way_to_authenticate_is_the_proxys_business(hosted: ServerProcess) -> None:
    headers = {**browser_headers(hosted, "ann"), "Authorization": "Basic YW5uOnNlY3JldA=="}
    assert httpx.get(hosted.base_url + RUNS, headers=headers).status_code == 200


def test_a_local_server_has_neither_sessions_nor_tokens(client: httpx.Client) -> None:
    begun = client.post("/api/v1/session")
    assert (begun.status_code, begun.headers.get("set-cookie")) == (204, None)
    detail = "This server is a local one: everything is open to you without a token."
    assert_problem(client.post("/api/v1/tokens", json={}), 404, detail=detail)
    assert client.get(RUNS, headers={"Authorization": "Bearer nonsense", **cookie("nonsense")}).status_code == 200
    assert "security" not in client.get("/api/v1/openapi.json").json()["paths"][RUNS]["get"]


# --- Origin -----------------------------------------------------------------------------------------------------------


def foreign_origins(server: ServerProcess) -> list[str]:
    port = server.port
    return [
        "https://evil.example",
        "null",
        "",
        f"https://127.0.0.1:{port}",
        f"http://localhost:{port}",
        "http://127.0.0.1",
        f"http://127.0.0.1:{port}.evil.example",
        f"http://127.0.0.1:{port}/",
        f"HTTP://127.0.0.1:{port}",
    ]


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_cookie_from_a_foreign_or_unnamed_origin_writes_nothing(
    hosted: ServerProcess, anns_run: str, method: str
) -> None:
    address = RUNS if method == "POST" else f"{RUNS}/{anns_run}"
    session = cookie(signatures().session("ann"))
    for origin in foreign_origins(hosted):
        answer = httpx.request(method, hosted.base_url + address, headers={**session, "Origin": origin})
        assert_problem(answer, 403, detail=FOREIGN_ORIGIN)
    missing = httpx.request(method, hosted.base_url + address, headers=session)
    assert_problem(missing, 403, detail=NO_ORIGIN)
    sites = {**session, "Origin": hosted.base_url, "Sec-Fetch-Site": "same-site"}
    assert_problem(httpx.request(method, hosted.base_url + address, headers=sites), 403, detail=FOREIGN_ORIGIN)
    both = [*session.items(), ("Origin", hosted.base_url), ("Origin", "null")]
    assert_problem(httpx.request(method, hosted.base_url + address, headers=both), 403, detail=FOREIGN_ORIGIN)


def test_a_session_is_not_begun_by_a_foreign_page(hosted: ServerProcess) -> None:
    address = f"{hosted.base_url}/api/v1/session"
    assert_problem(httpx.post(address), 403, detail=NO_ORIGIN)
    assert_problem(httpx.post(address, headers={"Origin": "https://evil.example"}), 403, detail=FOREIGN_ORIGIN)


def test_a_script_with_a_token_needs_no_origin_and_no_foreign_page_uses_one(hosted: ServerProcess) -> None:
    with script(hosted, "ann") as ann:
        created = ann.post(RUNS, json={})
        assert created.status_code == 201
        foreign = ann.delete(created.headers["location"], headers={"Origin": "https://evil.example"})
        assert_problem(foreign, 403, detail=FOREIGN_ORIGIN)
        assert ann.delete(created.headers["location"]).status_code == 204


@pytest.mark.parametrize("what", ["foreign", "missing"])
async def test_a_websocket_with_a_cookie_needs_our_origin(hosted: ServerProcess, what: str) -> None:
    session = cookie(signatures().session("ann"))
    for origin in foreign_origins(hosted) if what == "foreign" else [None]:
        headers = session if origin is None else {**session, "Origin": origin}
        with pytest.raises(InvalidStatus) as caught:
            async with connect(hosted.stream_url, subprotocols=[SUBPROTOCOL], additional_headers=headers, proxy=None):
                pass
        answer = caught.value.response
        assert answer.status_code == 403
        assert (NO_ORIGIN if origin is None else FOREIGN_ORIGIN).encode()[:60] in answer.body


@pytest.mark.parametrize("headers", [browser_headers, lambda _, owner: script_headers(owner)], ids=["page", "script"])
async def test_a_websocket_of_a_page_or_of_a_script_is_served(
    hosted: ServerProcess, anns_run: str, headers: Any
) -> None:
    async with Client(hosted.stream_url, headers=headers(hosted, "ann")) as ann:
        assert (await ann.open(anns_run))["type"] == "opened"


def test_every_answer_asks_for_https_from_now_on(hosted: ServerProcess, client: httpx.Client) -> None:
    for path in ("/", RUNS, "/static/none"):
        assert httpx.get(hosted.base_url + path).headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in client.get("/").headers
