"""Which database a server takes, and what is said where it cannot be used."""

import os
from pathlib import Path

import pytest

from app.storage.location import MEMORY, CannotStore, data_directory, default_file, described, file_of, locate, read_url
from app.storage.lock import FileLock
from app.storage.store import Store
from tests.app.storage.conftest import numbered, stored


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("sqlite:////data/runs.db", "sqlite+aiosqlite:////data/runs.db"),
        ("sqlite+aiosqlite:////data/runs.db", "sqlite+aiosqlite:////data/runs.db"),
        ("postgresql://park@db/park", "postgresql+asyncpg://park@db/park"),
        ("postgres://park@db/park", "postgresql+asyncpg://park@db/park"),
        ("", MEMORY.render_as_string()),
        ("sqlite://", MEMORY.render_as_string()),
    ],
)
def test_an_address_is_read_with_the_driver_that_is_used(text: str, rendered: str) -> None:
    assert read_url(text).render_as_string() == rendered


@pytest.mark.parametrize("text", ["runs.db", "mysql://secret@db/park", "://", "sqlite:/runs.db"])
def test_an_address_that_cannot_be_used_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(CannotStore) as caught:
        read_url(text)
    assert "sqlite" in str(caught.value)
    assert "postgresql" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_each_port_has_a_file_of_its_own_and_a_port_of_chance_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setattr("sys.platform", "linux")
    assert locate(None, 8000).database == "/data/neuronpark/runs-8000.db"
    assert file_of(locate(None, 8001)) == Path("/data/neuronpark/runs-8001.db")
    assert locate(None, 0) == MEMORY
    assert locate("", 8000) == MEMORY
    assert locate("sqlite:////elsewhere/x.db", 8000).database == "/elsewhere/x.db"


def test_the_data_directory_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somebody")
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    monkeypatch.setattr("sys.platform", "linux")
    assert data_directory() == Path("/somebody/.local/share/neuronpark")
    monkeypatch.setattr("sys.platform", "darwin")
    assert default_file(80) == Path("/somebody/Library/Application Support/neuronpark/runs-80.db")


def test_a_database_is_named_without_its_password() -> None:
    assert described(read_url("postgresql://park:secret@db/park")) == "postgresql+asyncpg://park:***@db/park"
    assert described(read_url("sqlite:////data/runs.db")) == "/data/runs.db"
    assert described(MEMORY) == "memory"


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "runs.db"), FileLock(tmp_path / "runs.db")
    first.acquire()
    with pytest.raises(CannotStore, match=f"process {os.getpid()}"):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()


async def test_runs_in_memory_are_put_read_and_gone_with_the_store() -> None:
    store = Store(MEMORY)
    assert await store.start() == []
    await store.put(stored("r", b"kept"))
    assert await store.checkpoint("r") == b"kept"
    assert [kept.id for kept in await store.list()] == ["r"]
    assert await store.stop(1)
    another = Store(MEMORY)
    assert await another.start() == []
    await another.stop(1)


@pytest.mark.parametrize(
    "address",
    ["sqlite:///{folder}/a-file/runs.db", "sqlite:///{folder}/a-file", "postgresql://park@127.0.0.1:9/park"],
    ids=["below a file", "not a database", "nobody listens"],
)
async def test_a_database_that_cannot_be_opened_says_which_and_why(tmp_path: Path, address: str) -> None:
    (tmp_path / "a-file").write_text("This is no database. " * 1000)
    with pytest.raises(CannotStore, match=r"The database .* cannot be used: \S+"):
        await Store(read_url(address.format(folder=tmp_path))).start()


async def test_a_damaged_database_is_found_out_after_a_crash(tmp_path: Path) -> None:
    file = tmp_path / "runs.db"
    store = Store(read_url(f"sqlite:///{file}"))
    await store.start()
    for number in range(200):
        store.offer(numbered(number))
    await store.stop(5)
    content = bytearray(file.read_bytes())
    content[8192:20480] = os.urandom(12288)
    file.write_bytes(content)
    file.with_name("runs.db-wal").touch()
    with pytest.raises(CannotStore, match=r"is damaged .*Restore a backup|malformed"):
        await Store(read_url(f"sqlite:///{file}")).start()
