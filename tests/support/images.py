"""Image files for the tests: good ones, broken ones, and some that are no images."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any, Final

from PIL import Image, ImageDraw

SIDE: Final = 240
THREE: Final = [(70, 50), (110, 30), (150, 45), (160, 80), (110, 115), (165, 140), (170, 180), (130, 210), (70, 195)]
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def drawn(paper: Any = 255, ink: Any = 0, mode: str = "L", width: int = 26, side: int = SIDE) -> Image.Image:
    """A three, as somebody may draw it."""
    image = Image.new(mode, (side, side), paper)
    points = [(x * side / SIDE, y * side / SIDE) for x, y in THREE]
    ImageDraw.Draw(image).line(points, fill=ink, width=width, joint="curve")
    return image


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes whose header says that it is large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def gif_that_claims(width: int, height: int) -> bytes:
    """A GIF whose screen is small and whose first frame is not."""
    screen = struct.pack("<HHBBB", 10, 10, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + screen + frame + b";"


def bmp_that_claims(width: int, height: int) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(info), 0, 0, 14 + len(info)) + info + bytes(100)


def webp_that_claims(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is large."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x00\x00\x00\x00" + canvas
    lossless = saved(drawn(side=16), "WEBP", lossless=True)[12:]
    body = b"WEBP" + extended + lossless
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_that_claims(width: int, height: int) -> bytes:
    """A JPEG whose frame header says that it is large."""
    data = bytearray(saved(drawn(), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def animated(kind: str, **options: Any) -> bytes:
    """A three, then pictures of nothing."""
    others = [Image.new("L", (SIDE, SIDE), shade) for shade in (10, 200)]
    return saved(drawn(), kind, save_all=True, append_images=others, duration=100, **options)


def deep(brightest: int = 65_535) -> bytes:
    """The three in 16 bits a pixel."""
    shades = [brightest if value else 0 for value in drawn().tobytes()]
    image = Image.frombytes("I;16", (SIDE, SIDE), struct.pack(f"<{len(shades)}H", *shades))
    return saved(image)


def deep_colour() -> bytes:
    """The three in 16 bits of each colour, which Pillow itself does not write."""
    shades = drawn().tobytes()
    rows = [shades[at : at + SIDE] for at in range(0, len(shades), SIDE)]
    pixels = b"".join(b"\0" + bytes(byte for shade in row for byte in [shade] * 6) for row in rows)
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 16, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("three.png", saved(drawn()))
    return file.getvalue()


SVG: Final = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="alert(1)">
<script>document.title = "run"</script><image href="file:///etc/passwd"/></svg>
"""
