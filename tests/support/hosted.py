"""A hosted server as browsers and scripts meet it: sessions in cookies, Origins, tokens."""

from __future__ import annotations

from typing import Any

import httpx

from app.signing import Signatures
from app.visitors import COOKIE
from tests.support.server import ServerProcess, free_port

SECRET = "a secret of these tests, known to everybody"
LIFETIME = 2_592_000.0


def hosted_server(**settings: Any) -> ServerProcess:
    """A server in hosted mode, opened by browsers under its own address."""
    port = free_port()
    given = {
        "mode": "hosted",
        "secret_key": SECRET,
        "public_url": f"http://127.0.0.1:{port}",
        "log_level": "warning",
        "workers": 1,
    }
    return ServerProcess(port=port, **{**given, **settings})


def signatures(secret: str = SECRET, **options: Any) -> Signatures:
    """What the server signs with, or what another server does."""
    return Signatures(secret, LIFETIME, **options)


def cookie(text: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={text}"}


def browser_headers(server: ServerProcess, owner: str) -> dict[str, str]:
    """What a page of the server sends, in the session of `owner`."""
    return {**cookie(signatures().session(owner)), "Origin": server.base_url, "Sec-Fetch-Site": "same-origin"}


def script_headers(owner: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {signatures().token(owner, 3600)}"}


def browser(server: ServerProcess, owner: str) -> httpx.Client:
    """A page's requests. (The client's own cookie jar sends no secure cookie over http, as browsers do on loopback.)"""
    return httpx.Client(base_url=server.base_url, headers=browser_headers(server, owner), timeout=30)


def script(server: ServerProcess, owner: str) -> httpx.Client:
    return httpx.Client(base_url=server.base_url, headers=script_headers(owner), timeout=30)
