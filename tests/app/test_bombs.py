"""What is small as it is sent and huge when it is unpacked: nothing that the server is sent is ever unpacked."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import httpx
import psutil
import pytest

from app.body import JSON, MERGE_PATCH
from app.upload import MULTIPART
from tests.app.problems import assert_problem
from tests.support.server import ServerProcess

HUGE = 500_000_000
ALLOWED = 8_000_000


@cache
def deflated(wbits: int) -> bytes:
    """Half a gigabyte of zeros in half a megabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    block = b"0" * 1_000_000
    return b"".join(packer.compress(block) for _ in range(HUGE // len(block))) + packer.flush()


@cache
def zipped() -> bytes:
    """An NPZ archive whose array unfolds to as much."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as member:
        block = b"\0" * 1_000_000
        for _ in range(100):
            member.write(block)
    return buffer.getvalue()


BODIES: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: deflated(31),
    "deflate": lambda: deflated(15),
    "gzip, gzip": lambda: gzip.compress(deflated(31)),
}


@pytest.fixture(scope="module")
def process(server: ServerProcess) -> psutil.Process:
    """The web process, warmed up, so that what a first request needs is not taken for growth."""
    httpx.post(f"{server.base_url}/api/v1/validate", json={"spec": {}})
    httpx.post(f"{server.base_url}/api/v1/validate", content=b"0" * 1_000_000, headers={"Content-Type": JSON})
    return server.process


@pytest.mark.parametrize("coding", BODIES)
def test_a_body_that_says_it_is_packed_is_read_as_it_is(
    server: ServerProcess, process: psutil.Process, coding: str
) -> None:
    body = BODIES[coding]()
    assert len(body) < 1_000_000
    before, spent = server.peak(), sum(process.cpu_times()[:2])
    answer = httpx.post(
        f"{server.base_url}/api/v1/validate", content=body, headers={"Content-Type": JSON, "Content-Encoding": coding}
    )
    assert_problem(answer, 400, detail=answer.json()["detail"])
    assert answer.json()["detail"].startswith("The body is not UTF-8 text: byte ")
    assert sum(process.cpu_times()[:2]) - spent < 5
    assert server.peak() - before <= ALLOWED


@pytest.mark.parametrize(
    "kind", ["application/zip", "application/gzip", "application/octet-stream", "multipart/form-data"]
)
def test_an_archive_is_taken_nowhere(server: ServerProcess, process: psutil.Process, kind: str) -> None:
    document = httpx.get(f"{server.base_url}/api/v1/openapi.json").json()
    before = server.peak()
    tried = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            taken = set(operation.get("requestBody", {}).get("content", {}))
            assert taken <= {JSON, MERGE_PATCH, MULTIPART}
            if taken and "{" not in path:
                headers = {"Content-Type": kind}
                answer = httpx.request(method, server.base_url + path, content=zipped(), headers=headers)
                no_form = 400 if kind in taken else 415
                assert answer.status_code in (404, no_form), path  # a local server makes no tokens
                tried += 1
    assert tried >= 3
    assert server.peak() - before <= ALLOWED
