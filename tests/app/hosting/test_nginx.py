"""The site for nginx: valid, and a class comes through it, over TLS with a certificate made here."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.app.hosting.behind import own_address, status_of, visit
from tests.support.hosting import NAME, find_program, read, running
from tests.support.server import ServerProcess, free_port

NGINX = find_program("nginx") or ""
OPENSSL = find_program("openssl") or ""
LETSENCRYPT = f"/etc/letsencrypt/live/{NAME}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a certificate for our name."""
    folder = tmp_path_factory.mktemp("nginx")
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subject = ["-subj", f"/CN={NAME}", "-days", "2"]
    make = [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *files, *subject]
    subprocess.run(make, check=True, capture_output=True, timeout=30)
    return folder


def configuration(folder: Path, site: str) -> Path:
    """The site within as much of a main file as nginx needs, as a user who is not root can start it."""
    (folder / "site.conf").write_text(site)
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{\n    worker_connections 512;\n}}\n"
        f"http {{\n    access_log off;\n{temporary}    include {folder}/site.conf;\n}}\n"
    )
    return main


def checked(main: Path) -> subprocess.CompletedProcess[str]:
    command = [NGINX, "-t", "-e", "stderr", "-p", str(main.parent), "-c", str(main)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_nginx_takes_the_site_as_it_is(folder: Path) -> None:
    """But for the place of the certificate, and for ports that root alone may take."""
    site = read("nginx.conf").replace(LETSENCRYPT, str(folder))
    site = re.sub(r"(?<=listen )(\[::\]:)?(80|443)\b", lambda found: f"{found[1] or ''}{free_port()}", site)
    done = checked(configuration(folder, site))
    assert done.returncode == 0, done.stderr
    assert "test is successful" in done.stderr
    assert "warn" not in done.stderr


def test_a_mistake_in_it_would_be_found(folder: Path) -> None:
    assert checked(configuration(folder, read("nginx.conf").replace("proxy_pass", "proxy_past"))).returncode != 0


@pytest.fixture(scope="module")
def ports(proxied: tuple[ServerProcess, int], folder: Path) -> Iterator[tuple[int, int]]:
    """Where nginx listens for TLS, and for plain HTTP."""
    server, secure = proxied
    plain = free_port()
    site = read("nginx.conf").replace(LETSENCRYPT, str(folder)).replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    lines = [line for line in site.splitlines() if "[::]" not in line]
    site = "\n".join(lines).replace("listen 443", f"listen {secure}").replace("listen 80", f"listen {plain}")
    site = site.replace("Host $host;", "Host $http_host;")  # with the port, which is no other than 443 elsewhere
    main = configuration(folder, site)
    with running([NGINX, "-e", "stderr", "-p", str(folder), "-c", str(main)], secure, folder / "log"):
        yield secure, plain


async def test_a_page_works_through_it(ports: tuple[int, int]) -> None:
    await visit(ports[0])


def test_plain_http_leads_to_tls(ports: tuple[int, int]) -> None:
    answer = httpx.get(f"http://127.0.0.1:{ports[1]}/x?y=1", headers={"Host": NAME})
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{NAME}/x?y=1")


@pytest.mark.parametrize("path", ["/metrics", "/ready", "/api/v1/metrics", "/api/v1/ready"])
async def test_numbers_are_for_this_machine_alone(ports: tuple[int, int], path: str) -> None:
    assert await status_of(ports[0], path) == 200
    address = own_address()
    assert address == "127.0.0.1" or await status_of(ports[0], path, address) == 403


async def test_health_is_for_everybody(ports: tuple[int, int]) -> None:
    assert await status_of(ports[0], "/health", own_address()) == 200
