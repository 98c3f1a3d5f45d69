"""A real PostgreSQL of the tests' own: made in a temporary directory, reached over 127.0.0.1, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.server import free_port

ACCOUNT = "postgres"


def find_programs() -> Path | None:
    """The directory of `initdb` and `postgres`, of the newest version if there are several."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda home: int(home.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    homes += [Path(on_path).resolve().parent] if on_path else []
    return next((home for home in homes if (home / "initdb").is_file() and (home / "postgres").is_file()), None)


KINDS = ["sqlite", "postgresql"] if find_programs() else ["sqlite"]
"""The databases that tests can be run on here."""


class PostgresServer:
    """A context manager; `create()` makes an empty database and gives its address."""

    def __init__(self) -> None:
        programs = find_programs()
        assert programs is not None
        self._programs = programs
        self._port = free_port()
        self._databases = 0
        self._directory = tempfile.TemporaryDirectory(prefix="neuronpark-postgresql-")
        self._data = Path(self._directory.name) / "data"
        # PostgreSQL refuses to run as root: it has an account of its own.
        self._account = ACCOUNT if os.geteuid() == 0 else None

    def __enter__(self) -> Self:
        if self._account:
            entry = pwd.getpwnam(self._account)
            os.chown(self._directory.name, entry.pw_uid, entry.pw_gid)
        words = ["--auth=trust", f"--username={ACCOUNT}", "--encoding=UTF8", "--no-locale", "--no-sync"]
        self._run("initdb", *words, f"--pgdata={self._data}")
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self._directory.cleanup()

    def start(self) -> None:
        """Start on the same port, with what was in it, and wait until it answers."""
        settings = {
            "port": self._port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self._directory.name,
            "fsync": "off",
            "logging_collector": "off",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self._data, *words],
            user=self._account,
            cwd=self._directory.name,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while not self._answers():
            assert self._process.poll() is None, "PostgreSQL did not start"
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it at once, with every connection."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)

    def create(self) -> str:
        """The address of a new, empty database."""
        self._databases += 1
        name = f"park{self._databases}"
        self.query(f"CREATE DATABASE {name}")
        return f"postgresql://{ACCOUNT}@127.0.0.1:{self._port}/{name}"

    def query(self, statement: str, database: str = "postgres") -> str:
        """What `psql` answers to a statement."""
        host = ["--host=127.0.0.1", f"--port={self._port}", f"--username={ACCOUNT}", f"--dbname={database}"]
        return self._run(
            "psql", *host, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", f"--command={statement}"
        )

    def _answers(self) -> bool:
        words = ["--host=127.0.0.1", f"--port={self._port}", "--quiet"]
        return subprocess.run([self._programs / "pg_isready", *words], check=False).returncode == 0

    def _run(self, program: str, *words: str) -> str:
        done = subprocess.run(
            [self._programs / program, *words],
            user=self._account,
            cwd=self._directory.name,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"
        return done.stdout.strip()
