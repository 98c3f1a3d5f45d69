"""The labs as data and as pages: every entry holds together, and the guide's example is a lab by two additions."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.assembly import assemble_script
from app.labs import LABS, Choice, Done, Lab, Reach, Typed, find_lab
from app.probe_options import Probes
from app.routes.pages import lab_sheets, static, templates
from engine.merging import merge_patch
from tests.app.test_pages import Loads
from tests.support.server import ROOT, ServerProcess
from tests.support.toylab import NAME, blocks, copy_with_toy_lab

MOST_BYTES_BEYOND_THE_SHARED = 40_000
SCALARS = {"train_loss", "test_loss", "train_accuracy", "test_accuracy", "steps_per_second"}
STEPS = [(lab, place) for lab in LABS for place in range(len(lab.steps))]


def documents(page: str) -> list[dict[str, Any]]:
    """What a page hands its script."""
    [text] = re.findall(r'data-labs="([^"]*)"', page)
    found: list[dict[str, Any]] = json.loads(html.unescape(text))
    return found


# --- The catalog ----------------------------------------------------------------------------------------------------


def test_names_and_numbers_are_each_labs_own() -> None:
    assert [lab.number for lab in LABS] == list(range(1, len(LABS) + 1))
    assert len({lab.name for lab in LABS}) == len(LABS)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", lab.name) for lab in LABS)


def test_a_lab_is_found_by_its_name() -> None:
    assert find_lab("digits") is LABS[0]
    assert find_lab("Digits") is None


@pytest.mark.parametrize(("lab", "place"), STEPS, ids=[f"{lab.name}, {place + 1}" for lab, place in STEPS])
def test_every_setup_can_be_run(client: httpx.Client, lab: Lab, place: int) -> None:
    spec = merge_patch(dict(lab.preset), lab.steps[place].preset or {})
    answer = client.post("/api/v1/validate", json={"spec": spec}).json()
    assert (answer["valid"], answer["errors"]) == (True, [])


@pytest.mark.parametrize("lab", LABS, ids=[lab.name for lab in LABS])
def test_every_probe_is_one_and_every_question_can_be_answered(lab: Lab) -> None:
    assert set(lab.probes) <= set(Probes.__struct_fields__)
    told = "\n".join(path.read_text(encoding="utf-8") for path in (static / "js" / "labs").rglob("*.js"))
    for step in lab.steps:
        question = step.question
        if isinstance(question, Choice):
            assert 0 <= question.answer < len(question.options) == len(set(question.options))
        elif isinstance(question, Reach):
            assert question.least is not None or question.most is not None
            assert question.value in SCALARS or f'setFact("{question.value}"' in told
        elif isinstance(question, Done):
            assert f'setFact("{question.fact}"' in told
        else:
            assert question is None or isinstance(question, Typed)


@pytest.mark.parametrize("lab", LABS, ids=[lab.name for lab in LABS])
def test_every_stage_is_known_to_the_page(lab: Lab) -> None:
    stages = (static / "js" / "labs" / "stages.js").read_text(encoding="utf-8")
    assert re.search(rf"^  {lab.stage}: ", stages, re.MULTILINE)


# --- The pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lab", LABS, ids=[lab.name for lab in LABS])
def test_a_lab_has_a_text_for_each_step_and_none_beyond(client: httpx.Client, lab: Lab) -> None:
    answer = client.get(f"/labs/{lab.name}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    texts = re.findall(r'<section class="guide-text" data-step="(\d+)"[^>]*>(.*?)</section>', answer.text, re.DOTALL)
    assert [int(place) for place, _ in texts] == list(range(1, len(lab.steps) + 1))
    assert all("<p>" in text and 'class="guide-do"' in text and 'class="guide-see"' in text for _, text in texts)
    source = Path(templates.get_template(f"labs/{lab.name}.html").filename or "").read_text(encoding="utf-8")
    assert len(re.findall(r"{% block step_\d+ %}", source)) == len(lab.steps)
    assert documents(answer.text) == [json.loads(json.dumps(lab.document()))]


def test_the_index_lists_every_lab(client: httpx.Client) -> None:
    answer = client.get("/labs")
    assert answer.status_code == 200
    assert [entry["name"] for entry in documents(answer.text)] == [lab.name for lab in LABS]
    for lab in LABS:
        assert f'href="/labs/{lab.name}"' in answer.text
        assert html.escape(lab.title) in answer.text


@pytest.mark.parametrize("path", ["/labs/none", "/labs/lab", "/labs/shell", "/labs/Digits"])
def test_what_is_no_lab_leads_to_those_there_are(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'href="/labs"' in answer.text
    assert "none" not in re.sub(r"<head>.*</head>", "", answer.text, flags=re.DOTALL)


@pytest.mark.parametrize("path", ["/labs", "/labs/digits"])
def test_pages_load_our_own_files_only_and_run_nothing_inline(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    loads = Loads(answer.text)
    for address in loads.addresses:
        assert address.startswith("/static/")
        assert client.get(address).status_code == 200, address
    nonce = re.search(r"'nonce-([\w-]+)'", answer.headers["content-security-policy"])
    assert nonce is not None
    assert loads.inline == [("script", nonce[1])]
    assert client.head(path).content == b""


# --- What they weigh ------------------------------------------------------------------------------------------------


def parts_of(entry: str) -> dict[str, str]:
    """A joined script's modules as they stand in it, by their paths."""
    code, _, index = assemble_script(static, entry).rpartition("modules=")
    names = {name: path for path, name in re.findall(r'"(js/[^"]+\.js)":(\w+)', index)}
    pieces = re.split(rf"\b({'|'.join(names)})=(?=\(\(\)=>)", code)
    return {names[name]: text for name, text in zip(pieces[1::2], pieces[2::2], strict=True)}


@pytest.mark.parametrize("stage", sorted({lab.stage for lab in LABS} - {"views"}))
def test_a_labs_own_javascript_is_small(stage: str) -> None:
    """Beyond what it shares with the playground, and the frame it shares with the other labs."""
    parts = parts_of("js/labs/main.js")
    assert {"js/core/session.js", "js/labs/shell.js", f"js/labs/{stage}/stage.js"} <= set(parts)
    own = "".join(text for path, text in parts.items() if path.startswith(f"js/labs/{stage}/"))
    assert len(gzip.compress(own.encode())) <= MOST_BYTES_BEYOND_THE_SHARED


def test_the_playground_loads_no_style_of_the_labs(client: httpx.Client) -> None:
    assert "css/labs.css" in lab_sheets(static)
    assert ".guide-step" not in client.get("/static/assembled/page.css").text
    assert ".guide-step" in client.get("/static/assembled/labs.css").text


@pytest.mark.parametrize("name", ["labs.js", "labs.css"])
def test_joined_files_are_asked_for_with_their_etag(client: httpx.Client, name: str) -> None:
    first = client.get(f"/static/assembled/{name}")
    assert first.status_code == 200
    again = client.get(f"/static/assembled/{name}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


# --- The guide's example --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_with_toy_lab(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def toy(checkout: Path) -> Iterator[httpx.Client]:
    """A server of a copy that has the example as one lab more."""
    with (
        ServerProcess(checkout=checkout, workers=1, log_level="warning") as server,
        httpx.Client(base_url=server.base_url, timeout=30) as client,
    ):
        yield client


def test_one_entry_and_one_template_are_all_it_takes(checkout: Path) -> None:
    def texts(folder: Path) -> dict[str, bytes]:
        paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    for name in ("app", "engine", "static", "templates"):
        before, after = texts(ROOT / name), texts(checkout / name)
        changed = {path for path in after if before.get(path) != after[path]}
        assert changed == {"app": {"labs.py"}, "templates": {f"labs/{NAME}.html"}}.get(name, set())


def test_the_example_is_a_lab_like_every_other(toy: httpx.Client) -> None:
    assert f'href="/labs/{NAME}"' in toy.get("/labs").text
    page = toy.get(f"/labs/{NAME}")
    assert page.status_code == 200
    [lab] = documents(page.text)
    assert (lab["stage"], lab["number"]) == ("views", len(LABS) + 1)
    [template] = blocks("html")
    for text in re.findall(r"<p>(.*?)</p>", template):
        assert text in page.text
    for step in lab["steps"]:
        answer = toy.post("/api/v1/validate", json={"spec": merge_patch(lab["preset"], step["preset"] or {})}).json()
        assert answer["errors"] == []
