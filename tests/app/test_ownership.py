"""Another session's run is not there: at any address of the OpenAPI document, nor over the websocket."""

import json
from typing import Any

import httpx
import pytest

from app.visitors import OPEN_TO_ALL
from tests.app.problems import assert_problem
from tests.app.streaming import Client
from tests.support.hosted import browser, browser_headers, script, script_headers
from tests.support.server import ServerProcess

RUN = "{run_id}"
NOT_FOUND = "There is no such run on this server. It may have been deleted, or nobody used it for a long time."
EXAMPLES = {"name": "losses"}
"""A value for every other parameter of an address."""


@pytest.fixture(scope="module")
def document(hosted: ServerProcess) -> dict[str, Any]:
    answer = httpx.get(f"{hosted.base_url}/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def anns_run(hosted: ServerProcess) -> str:
    with browser(hosted, "ann") as ann:
        run: str = ann.post("/api/v1/runs", json={"spec": {"dataset": {"kind": "spiral"}}}).json()["id"]
    return run


def operations(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]


def send(client: httpx.Client, method: str, path: str, run: str, operation: dict[str, Any]) -> httpx.Response:
    """A request that would be right if the run were one's own."""
    address = path.replace(RUN, run).format(**EXAMPLES)
    bodies = {
        "/commands": {"command": "start"},
        "/predictions": {"points": [[0, 0]]},
        "/forks": {"step": 0},
    }
    ending = next((body for end, body in bodies.items() if path.endswith(end)), {})
    return client.request(method, address, json=ending if "requestBody" in operation else None)


def test_the_document_names_addresses_of_runs(document: dict[str, Any]) -> None:
    assert len([path for path in document["paths"] if RUN in path]) >= 6
    for path in document["paths"]:
        names = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert names <= {"run_id", *EXAMPLES}, f"{path}: say in EXAMPLES what else stands in an address"


@pytest.mark.parametrize("who", ["another session", "a token of another owner"])
def test_another_owners_run_is_not_found_anywhere(
    hosted: ServerProcess, document: dict[str, Any], anns_run: str, who: str
) -> None:
    stranger = browser(hosted, "bob") if who == "another session" else script(hosted, "bob")
    tried = 0
    before = anns(hosted, anns_run)
    with stranger as bob:
        for method, path in operations(document):
            if RUN not in path:
                continue
            operation = document["paths"][path][method.lower()]
            theirs = send(bob, method, path, anns_run, operation)
            assert_problem(theirs, 404, detail=NOT_FOUND)
            assert theirs.content == send(bob, method, path, "no-such-run", operation).content
            assert "404" in operation["responses"], f"{method} {path}"
            tried += 1
    assert tried >= 8
    assert anns(hosted, anns_run) == before, "nothing has happened to it"


def anns(server: ServerProcess, run: str) -> Any:
    """The run as its owner sees it."""
    with browser(server, "ann") as ann:
        answer = ann.get(f"/api/v1/runs/{run}")
    assert answer.status_code == 200
    return answer.json()


def test_the_owner_finds_it_at_every_address(hosted: ServerProcess, document: dict[str, Any], anns_run: str) -> None:
    """Else the test above would pass for a request that nobody could make."""
    with browser(hosted, "ann") as ann:
        for method, path in operations(document):
            if RUN in path and method != "DELETE":
                answer = send(ann, method, path, anns_run, document["paths"][path][method.lower()])
                assert answer.is_success, (method, path, answer.text)
        ann.post(f"/api/v1/runs/{anns_run}/commands", json={"command": "reset"})


def test_whoever_is_nobody_gets_nothing_at_any_address_that_is_not_open_to_all(
    hosted: ServerProcess, document: dict[str, Any], anns_run: str
) -> None:
    asked = set()
    with httpx.Client(base_url=hosted.base_url, headers={"Origin": hosted.base_url}) as nobody:
        for method, path in operations(document):
            if path in OPEN_TO_ALL or not path.startswith("/api/v1/"):
                continue
            answer = send(nobody, method, path, anns_run, document["paths"][path][method.lower()])
            assert_problem(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "401" in document["paths"][path][method.lower()]["responses"]
            assert document["paths"][path][method.lower()]["security"] == [{"session": []}, {"token": []}]
            asked.add(path)
        assert nobody.get("/api/v1/no-such-address").status_code == 401
    assert len(asked) >= 8


def test_a_list_holds_ones_own_runs(hosted: ServerProcess, anns_run: str) -> None:
    with browser(hosted, "ann") as ann, browser(hosted, "bob") as bob, script(hosted, "ann") as anns_script:
        assert anns_run in {run["id"] for run in ann.get("/api/v1/runs").json()["runs"]}
        assert anns_run in {run["id"] for run in anns_script.get("/api/v1/runs").json()["runs"]}
        assert bob.get("/api/v1/runs").json() == {"runs": []}


@pytest.mark.parametrize("headers", [browser_headers, lambda _, owner: script_headers(owner)], ids=["page", "script"])
async def test_another_owners_run_is_not_found_over_the_websocket(
    hosted: ServerProcess, anns_run: str, headers: Any
) -> None:
    async with Client(hosted.stream_url, headers=headers(hosted, "bob")) as bob:
        theirs = await bob.open(anns_run)
        nobodys = await bob.open("no-such-run")
        assert (theirs["type"], theirs["status"], theirs["detail"]) == ("error", 404, NOT_FOUND)
        assert {**theirs, "id": 0, "run": 0} == {**nobodys, "id": 0, "run": 0}
        for name in ("start", "pause", "reset", "new_start", "step", "back"):
            refused = await bob.command(anns_run, name)
            assert (refused["status"], refused["detail"]) == (404, NOT_FOUND), name
        refused = await bob.command(anns_run, "update", patch={"batch_size": 5})
        assert (refused["status"], refused["detail"]) == (404, NOT_FOUND)
        refused = await bob.request(type="subscribe", run=anns_run, probes={"weights": {}})
        assert refused["status"] == 404
        for message in ({"type": "ack", "run": anns_run, "seq": 1}, {"type": "close", "run": anns_run}):
            await bob.send_text(json.dumps(message))
        assert (await bob.request(type="ping"))["type"] == "pong"
        assert not bob.frames
    async with Client(hosted.stream_url, headers=headers(hosted, "ann")) as ann:
        opened = await ann.open(anns_run)
        assert (opened["type"], opened["run"]["state"]) == ("opened", "paused")
