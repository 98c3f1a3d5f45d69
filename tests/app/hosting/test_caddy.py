"""The Caddyfile: valid, and a class comes through it. The certificate is one of Caddy's own making."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.hosting.behind import status_of, visit
from tests.support.hosting import FILES, NAME, find_program, read, running
from tests.support.server import ServerProcess

CADDY = find_program("caddy") or ""


def test_caddy_takes_the_file_as_it_is(tmp_path: Path) -> None:
    command = [CADDY, "validate", "--config", str(FILES / "Caddyfile"), "--adapter", "caddyfile"]
    environment = os.environ | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "Valid configuration" in done.stdout + done.stderr
    formatted = subprocess.run([CADDY, "fmt", str(FILES / "Caddyfile")], capture_output=True, text=True, check=False)
    assert formatted.stdout == read("Caddyfile")


@pytest.fixture(scope="module")
def port(proxied: tuple[ServerProcess, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where Caddy listens: with the file as it is, but for the ports and a certificate it makes itself."""
    server, port = proxied
    folder = tmp_path_factory.mktemp("caddy")
    text = read("Caddyfile").replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    text = re.sub(rf"^{re.escape(NAME)} {{", f"{NAME}:{port} {{\n\ttls internal", text, flags=re.MULTILINE)
    (folder / "Caddyfile").write_text(
        "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n" + text
    )
    command = [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with running(command, port, folder / "log", **home):
        yield port


async def test_a_page_works_through_it(port: int) -> None:
    await visit(port)


@pytest.mark.parametrize("path", ["/metrics", "/ready", "/api/v1/metrics", "/api/v1/ready"])
async def test_numbers_are_not_for_everybody(port: int, path: str) -> None:
    assert await status_of(port, path) == 403


async def test_health_is_for_everybody(port: int) -> None:
    assert await status_of(port, "/health") == 200


def test_it_hands_on_the_clients_address_alone() -> None:
    """Caddy believes no address that a client sends, unless it is told to."""
    done = subprocess.run(
        [CADDY, "adapt", "--config", str(FILES / "Caddyfile")], capture_output=True, text=True, check=True
    )
    assert "trusted_proxies" not in json.dumps(json.loads(done.stdout))
