"""What a browser does to a server behind a proxy: over TLS, under its public name."""

from __future__ import annotations

import json
import socket

import httpx
from websockets.asyncio.client import connect

from app.protocol import SUBPROTOCOL
from app.runs.frames import decode_frame
from tests.support.hosting import NAME, trusting


async def visit(port: int) -> None:
    """Open the page, begin a session, create a run, train it and see it; nothing of it goes over plain HTTP."""
    origin = f"https://{NAME}:{port}"
    headers = {"Host": f"{NAME}:{port}", "Origin": origin, "Sec-Fetch-Site": "same-origin"}
    base = f"https://127.0.0.1:{port}"
    async with httpx.AsyncClient(verify=trusting(), base_url=base, headers=headers, timeout=20) as browser:
        page = await browser.get("/", extensions={"sni_hostname": NAME})
        assert page.status_code == 200
        assert "max-age" in page.headers["strict-transport-security"]
        session = await browser.post("/api/v1/session", extensions={"sni_hostname": NAME})
        assert session.status_code == 204
        cookie = session.headers["set-cookie"].split(";")[0]
        made = await browser.post(
            "/api/v1/runs", json={}, headers={"Cookie": cookie}, extensions={"sni_hostname": NAME}
        )
        assert made.status_code == 201, made.text
        await watch(port, origin, cookie, made.json()["id"])


async def watch(port: int, origin: str, cookie: str, run: str) -> None:
    """Command a run over a websocket, until a frame shows that it was done."""
    async with connect(
        f"wss://{NAME}:{port}/api/v1/stream",
        host="127.0.0.1",
        port=port,
        ssl=trusting(),
        server_hostname=NAME,
        origin=origin,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
        compression=None,
        proxy=None,
    ) as page:
        for message in (
            {"type": "open", "id": 1, "run": run, "probes": {"decision": {"resolution": 100}}},
            {"type": "command", "id": 2, "run": run, "command": "step", "count": 5},
        ):
            await page.send(json.dumps(message))
        epoch = 0.0
        while epoch < 5:
            received = await page.recv()
            if isinstance(received, bytes):
                header, arrays = decode_frame(received)
                await page.send(json.dumps({"type": "ack", "run": run, "seq": header["seq"]}))
                epoch = header["epoch"]
        assert arrays["decision/grid"].shape == (100, 100)


async def status_of(port: int, path: str, address: str = "127.0.0.1") -> int:
    """How the proxy answers a stranger at one of its addresses."""
    url = f"https://{address}:{port}{path}"
    async with httpx.AsyncClient(verify=trusting(), headers={"Host": f"{NAME}:{port}"}, timeout=20) as stranger:
        return (await stranger.get(url, extensions={"sni_hostname": NAME})).status_code


def own_address() -> str:
    """An address of this machine that is not the loopback's, 127.0.0.1 where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
            address: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
        return address
