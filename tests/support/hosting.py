"""The programs that the files in docs/hosting are for, where this machine has them, and servers behind them."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.server import ROOT

FILES = ROOT / "docs" / "hosting"
UNPACKED = ROOT / ".venv" / "hosting"
"""Where tools/hosting.sh puts what the system does not have."""
NAME = "park.example.org"
TIMEOUT = 15.0


def find_program(name: str) -> str | None:
    """Its path, None if it is not here."""
    folders = [UNPACKED / "usr" / "sbin", UNPACKED / "usr" / "bin", Path("/usr/sbin")]
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, folders)]))


def read(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def trusting() -> ssl.SSLContext:
    """TLS with whoever is there: what is tested is the way through the proxy, not the certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def running(command: list[str], port: int, log: Path, **environment: str) -> Iterator[None]:
    """A program that listens on `port`, ended afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | environment)
    try:
        deadline = time.monotonic() + TIMEOUT
        while not listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} does not listen:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
