"""Without the program a file is for, its tests are not collected, and the report says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.hosting import NAME, find_program
from tests.support.server import ServerProcess, free_port

NEEDED = {"test_nginx.py": ("nginx", "openssl"), "test_caddy.py": ("caddy",), "test_systemd.py": ("systemd-analyze",)}
MISSING = {file: [name for name in names if not find_program(name)] for file, names in NEEDED.items()}
collect_ignore = [file for file, names in MISSING.items() if names]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for file in collect_ignore:
        names = " and ".join(MISSING[file])
        terminalreporter.write_line(f"not run: tests/app/hosting/{file}, because there is no {names} here")


@pytest.fixture(scope="session")
def proxied() -> Iterator[tuple[ServerProcess, int]]:
    """A hosted server as it stands behind a proxy, and the port on which the proxy shall listen."""
    port = free_port()
    settings = {
        "mode": "hosted",
        "secret_key": "for-the-tests-of-hosting-and-nothing-else",
        "public_url": f"https://{NAME}:{port}",
        "trusted_proxies": "127.0.0.1",
    }
    with ServerProcess(log_level="warning", workers=1, **settings) as server:
        yield server, port
