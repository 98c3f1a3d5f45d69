"""The guide for hosting: what it names exists, and its steps do what they say, as far as one machine allows."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from app import cli
from app.settings import PREFIX, Settings
from app.storage.location import read_url
from app.storage.store import Store
from tests.app.storage.conftest import stored
from tests.support.hosting import FILES, read
from tests.support.server import ROOT, ServerProcess

GUIDE = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
BACKUP = FILES / "backup.py"


def commands() -> list[str]:
    """Every command of the guide."""
    blocks = re.findall(r"^```console\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines()]


def settings_of(text: str) -> dict[str, str]:
    """What a file for the environment sets."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name.removeprefix(PREFIX).lower(): value for name, _, value in (line.partition("=") for line in lines)}


def test_every_setting_that_is_named_exists() -> None:
    texts = [GUIDE, *(path.read_text(encoding="utf-8") for path in sorted(FILES.iterdir()) if path.is_file())]
    named = {name.lower() for text in texts for name in re.findall(rf"{PREFIX}([A-Z_]+)", text)}
    assert len(named) > 8
    assert named <= set(Settings.model_fields)


def test_the_settings_start_a_hosted_server() -> None:
    given = settings_of(read("neuronpark.env"))
    settings = Settings(**{**given, "secret_key": "s" * 43})
    assert settings.is_hosted
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "https://park.example.org")
    assert settings.max_runs == 1000


def test_without_a_secret_of_ones_own_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings_of(read("neuronpark.env")).items():
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)
    done = CliRunner().invoke(cli.app, ["serve"])
    assert done.exit_code == cli.BAD_INPUT
    assert f"{PREFIX}SECRET_KEY" in done.output


def test_every_file_is_explained_and_every_file_that_is_named_is_here() -> None:
    named = set(re.findall(r"docs/hosting/([\w.-]+)", GUIDE))
    assert named == {path.name for path in FILES.iterdir() if path.is_file()}


def test_every_command_can_be_read_by_a_shell() -> None:
    assert len(commands()) > 30
    for command in commands():
        subprocess.run(["sh", "-n", "-c", command], check=True)
        assert shlex.split(command)


def test_every_call_of_the_server_is_one_it_understands() -> None:
    texts = [read(name) for name in ("neuronpark.service", "Containerfile")]
    calls = [call.split() for text in texts for call in re.findall(r"bin/neuronpark\"?,? \"?(\w[^\"\n]*)", text)]
    assert calls == [["serve"], ["serve"]]
    for call in calls:
        assert CliRunner().invoke(cli.app, [*call, "--help"]).exit_code == 0


def test_every_file_that_a_step_uses_is_here() -> None:
    steps = "\n".join([*commands(), read("Containerfile")])
    used = set(re.findall(r"(?<![\w/])((?:requirements|docs)/[\w./-]+)", steps))
    assert {"requirements/run.lock", "requirements/build.lock"} <= used
    assert [name for name in used if not (ROOT / name).exists()] == []


def test_every_metric_that_is_named_is_one(server: ServerProcess, client: httpx.Client) -> None:
    there = {
        sample.name
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }
    named = set(re.findall(r"`(neuronpark_\w+)`", GUIDE))
    assert len(named) > 10
    assert {name for name in named if name not in there and f"{name}_bucket" not in there} == set()


def test_every_word_of_the_log_that_is_named_is_said() -> None:
    section = GUIDE.split("| in the log |")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py"))
    words = [word for row in rows for word in re.findall(r"`([^`]+)`", row)]
    assert len(words) >= 4
    assert [word for word in words if f'"{word}"' not in sources] == []


def test_the_containers_health_check_asks_the_server(server: ServerProcess) -> None:
    [check] = re.findall(r"HEALTHCHECK.*?CMD \[(.*?)\]\n", read("Containerfile"), flags=re.DOTALL)
    _, option, program = re.findall(r'"([^"]*)"', check)
    ready = program.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    assert subprocess.run([sys.executable, option, ready], timeout=30, check=False).returncode == 0
    nobody = program.replace("127.0.0.1:8000", "127.0.0.1:9")
    assert subprocess.run([sys.executable, option, nobody], timeout=30, stderr=-3, check=False).returncode != 0


def back_up(database: Path, folder: Path, *keep: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BACKUP), str(database), str(folder), *keep]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


async def test_a_copy_made_while_it_is_written_holds_every_run_and_can_be_gone_back_to(tmp_path: Path) -> None:
    database, copies = tmp_path / "runs-8000.db", tmp_path / "copies"
    copies.mkdir()
    store = Store(read_url(f"sqlite:///{database}"))
    await store.start()
    for number in range(20):
        await store.put(stored(f"r{number}", b"state" * 100))
    done = back_up(database, copies)
    assert done.returncode == 0, done.stderr
    copy = Path(done.stdout.strip())
    assert copy.parent == copies
    assert copy.stat().st_mode & 0o777 == 0o600
    await store.put(stored("later"))
    await store.stop(5.0)

    for suffix in ("-wal", "-shm"):  # the steps of the guide
        Path(f"{database}{suffix}").unlink(missing_ok=True)
    database.write_bytes(copy.read_bytes())
    again = Store(read_url(f"sqlite:///{database}"))
    found = await again.start()
    assert {run.id for run in found} == {f"r{number}" for number in range(20)}
    assert await again.checkpoint("r7") == b"state" * 100
    await again.stop(5.0)


def test_only_the_newest_copies_are_kept(tmp_path: Path) -> None:
    database = tmp_path / "runs-8000.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE runs (id TEXT)")
    for day in range(1, 6):
        (tmp_path / f"runs-2020-01-0{day}T000000Z.db").touch()
    assert back_up(database, tmp_path, "3").returncode == 0
    kept = sorted(path.name for path in tmp_path.glob("runs-2*.db"))
    assert kept[0] == "runs-2020-01-04T000000Z.db"
    assert len(kept) == 3


def test_what_is_no_database_is_not_copied(tmp_path: Path) -> None:
    done = back_up(tmp_path / "nothing.db", tmp_path)
    assert done.returncode != 0
    assert "There is no database" in done.stderr
    (tmp_path / "noise.db").write_bytes(b"noise" * 1000)
    assert back_up(tmp_path / "noise.db", tmp_path).returncode != 0
    assert not list(tmp_path.glob("runs-*.db"))
