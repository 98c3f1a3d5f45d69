"""Archives from strangers that unfold to far more than they are: refused, and never more than 8 MB of memory for it."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from engine.datasets.uploads import UploadError, read_npz
from engine.datasets.uploads.upload import MOST_BYTES

ALLOWED = 8_000_000
GIGABYTE = 1_000_000_000


def npy(shape: tuple[int, ...], dtype: str = "|u1") -> bytes:
    """The header of an array, without its numbers."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": dtype, "fortran_order": False, "shape": shape})
    return buffer.getvalue()


def archive(members: dict[str, bytes], zeros: int = 0) -> bytes:
    """A packed archive; so many zeros stand behind each member's content."""
    buffer = io.BytesIO()
    block = b"\0" * 1_000_000
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            with file.open(name, "w", force_zip64=True) as member:
                member.write(content)
                for _ in range(zeros // len(block)):
                    member.write(block)
    return buffer.getvalue()


def lying(data: bytes, size: int) -> bytes:
    """The same archive, which says everywhere that its members unfold to `size` bytes."""
    changed = bytearray(data)
    for marker, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = changed.find(marker)
        while at >= 0:
            struct.pack_into("<I", changed, at + place, size)
            at = changed.find(marker, at + 4)
    return bytes(changed)


def overlapping(count: int) -> bytes:
    """A directory of many members that are all the same packed bytes."""
    data = archive({"x.npy": npy((50_000_000,))}, zeros=50_000_000)
    at, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    entry = data[at:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, at, 0)
    return data[:at] + entry * count + tail


BOMBS = {
    "one array of 300 MB": lambda: archive({"x.npy": npy((300_000_000,)), "y.npy": b""}, zeros=300_000_000),
    "a header that says nothing of it": lambda: archive({"x.npy": npy((10, 2))}, zeros=300_000_000),
    "sizes that lie": lambda: lying(archive({"x.npy": npy((300_000_000,))}, zeros=300_000_000), 1000),
    "sizes and header that lie": lambda: lying(archive({"x.npy": npy((10, 2))}, zeros=300_000_000), 148),
    "a header of a terabyte": lambda: archive({"x.npy": npy((10**12,)), "y.npy": npy((10**12,))}),
    "a shape that overflows": lambda: archive({"x.npy": npy((2**40, 2**40)), "y.npy": npy((2**40,))}),
    "a header without end": lambda: archive({"x.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\x7f{"}, zeros=100_000_000),
    "an archive within": lambda: archive({"x.npy": archive({"x.npy": b""}, zeros=100_000_000)}),
    "sixteen members that are one": lambda: overlapping(16),
    "sixty thousand members that are one": lambda: overlapping(60_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_and_takes_little_memory(name: str) -> None:
    data = BOMBS[name]()
    assert len(data) < MOST_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(UploadError):
            read_npz(data)
        assert tracemalloc.get_traced_memory()[1] <= ALLOWED
    finally:
        tracemalloc.stop()
