"""The examples of docs/rest.md run as they stand, on a real server."""

import json
import re
import shlex
from pathlib import Path

import httpx
import pytest

from app.probe_options import Probes
from app.protocol import COMMANDS
from engine.layers import KINDS

DOCS = Path(__file__).parents[2] / "docs" / "rest.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://localhost:8000"


def blocks(language):
    return [body for kind, body in BLOCK.findall(DOCS.read_text(encoding="utf-8")) if kind == language]


def commands():
    """Every command with the output that is shown below it."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def test_the_docs_have_examples_of_both_kinds():
    assert len(list(commands())) >= 6
    assert len(blocks("python")) >= 3


def curl(words, address):
    """What curl would do with the few options the docs use; a fresh machine need not have it."""
    assert words[:2] == ["curl", "-s"]
    rest = words[2:]
    method, body = "GET", None
    while len(rest) > 1:
        option, value, *rest = rest
        if option == "--json":
            method, body = "POST", value
        else:
            assert option == "-X", option
            method = value
    headers = {"content-type": "application/json"} if body else {}
    return httpx.request(method, rest[0].replace(ADDRESS, address), content=body, headers=headers)


def test_the_commands_of_the_docs_run(server):
    run = None
    for command, output in commands():
        if not command.startswith("curl"):
            continue
        answer = curl(shlex.split(command.replace("$RUN", run or "$RUN")), server.base_url)
        if output:
            assert answer.json() == json.loads(output)
        else:
            assert answer.is_success, (command, answer.text)
        if command.endswith("/api/v1/runs") and answer.status_code == 201:
            run = answer.json()["id"]
    assert run


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_the_programs_of_the_docs_run(server, number):
    source = blocks("python")[number].replace(ADDRESS, server.base_url)
    exec(compile(source, f"docs/rest.md, program {number + 1}", "exec"), {})


def test_every_address_of_the_interface_is_in_the_docs(client):
    text = DOCS.read_text(encoding="utf-8")
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path.replace('run_id', 'id')}" in text


def test_every_command_and_view_is_in_the_docs():
    text = DOCS.read_text(encoding="utf-8")
    for name in (*COMMANDS, *Probes.__struct_fields__):
        assert re.search(rf"^\| .*`{name}`.* \|", text, re.MULTILINE), name


def test_the_table_of_layers_is_the_engines():
    section = DOCS.read_text(encoding="utf-8").split("\n## Layers\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", section, re.MULTILINE)
    told = {name: re.findall(r"`(\w+)`", fields) for name, fields in rows}
    assert told == {name: [field.name for field in kind.KIND.fields] for name, kind in KINDS.items()}
