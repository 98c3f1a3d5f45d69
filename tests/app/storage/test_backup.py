"""The commands of docs/storage.md: a backup of a database in use, and its restoration."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.app.storage.conftest import numbered, stored, storing

DOCS = Path(__file__).parents[3] / "docs" / "storage.md"
COMMANDS = re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
SQLITE, POSTGRESQL = COMMANDS[::2], COMMANDS[1::2]


def run(command: str, address: str, backup: Path) -> None:
    places = {"NEURONPARK_DATABASE": address, "RUNS": address.removeprefix("sqlite:///"), "BACKUP": str(backup)}
    done = subprocess.run(["sh", "-euc", command], env=os.environ | places, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_a_backup_of_a_running_server_brings_back_what_it_held(address: str, tmp_path: Path) -> None:
    save, restore = SQLITE if address.startswith("sqlite") else POSTGRESQL
    backup = tmp_path / "backup"
    async with storing(address) as store:
        await store.put(stored("r", b"then"))
        for number in range(20):
            store.offer(numbered(number))
        await store.put(stored("s"))
        run(save, address, backup)
        await store.put(stored("r", b"later"))
        await store.delete("s")
    run(restore, address, backup)
    async with storing(address) as store:
        assert await store.checkpoint("r") == b"then"
        assert len(await store.list()) == 22
        assert await store.database.integrity() == "ok"
        await store.put(stored("t"))


def test_every_setting_of_the_storage_is_named() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name in ("save_interval", "park_after", "max_runs", "keep_runs", "keep_days", "database_timeout"):
        assert f"`{name}`" in text
