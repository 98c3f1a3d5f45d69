"""The reference of the websocket protocol: its example runs, and it leaves nothing out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import protocol
from app.probe_options import Probes
from tests.support.server import ServerProcess

TEXT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()


def first_cells(heading: str) -> set[str]:
    """The names in the first column of the table under `heading`."""
    section = TEXT.split(f"{heading}\n", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_the_example_runs(server: ServerProcess) -> None:
    match = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert match
    host = server.base_url.removeprefix("http://")
    done = subprocess.run([sys.executable, "-c", match[1], host], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["welcome", "opened"]
    assert re.fullmatch(r"epoch 10.0 train loss 0\.\d+", lines[-2])
    assert re.fullmatch(r"in the middle: [01]\.\d+", lines[-1])


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("## From the client", set(protocol.MESSAGE_TYPES)),
        ("### Commands", set(protocol.COMMANDS)),
        ("### Probes", set(Probes.__struct_fields__)),
        (
            "### Events",
            {"welcome", "opened", "done", "error", "run", "recovering", "recovered", "closed", "pong"},
        ),
    ],
)
def test_every_name_of_the_protocol_is_explained(heading: str, names: set[str]) -> None:
    assert first_cells(heading) == names


@pytest.mark.parametrize(
    "number",
    [
        protocol.MAX_RUNS_PER_SOCKET,
        protocol.MAX_PENDING,
        f"{protocol.MAX_MESSAGE // 1024} KiB",
        f"{round(1 / protocol.FRAME_INTERVAL)} a second",
        protocol.Close.SLOW_READER,
        protocol.Close.NO_SESSION,
        protocol.Close.TOO_MANY,
        protocol.Close.NO_SUBPROTOCOL,
        protocol.Close.GOING_AWAY,
    ],
)
def test_every_bound_is_named_as_it_is(number: object) -> None:
    assert str(number) in TEXT


def test_every_state_is_named() -> None:
    for state in protocol.State:
        assert f"`{state.value}`" in TEXT
