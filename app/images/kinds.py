"""What a file is, by its first bytes: its name proves nothing."""

from __future__ import annotations

from typing import Final, NamedTuple

MOST_IMAGES: Final = 20
"""Files that are read at once."""
LEAST_SIDE: Final = 4
MOST_SIDE: Final = 64
"""Pixels along each side that an image may be brought to."""
SAVE_AS: Final = "Save it as PNG or JPEG and choose that."
PROLOGUE: Final = 1024


class ImageRefused(ValueError):  # noqa: N818 - reads as the sentence it is
    """A file that cannot be used; the message says what is wrong with it and what to do."""


class Kind(NamedTuple):
    """A kind of file: `remedy` is what to do where it is not read, None where it is."""

    name: str
    remedy: str | None = None
    may_move: bool = False


PNG = Kind("PNG", may_move=True)
JPEG = Kind("JPEG")
GIF = Kind("GIF", may_move=True)
WEBP = Kind("WEBP", may_move=True)
BMP = Kind("BMP")
EMPTY = Kind("empty file", "The file is empty. Choose another.")
SVG = Kind("SVG", f"An SVG is a drawing's recipe, which is not carried out here. {SAVE_AS}")
ZIP = Kind("zip archive", "This is a zip archive, whatever its name says. Unpack it and choose the images in it.")
PDF = Kind("PDF", f"This is a PDF, not an image. {SAVE_AS}")
HEIF = Kind("HEIF", f"HEIC and AVIF images are not read. {SAVE_AS}")
TIFF = Kind("TIFF", f"TIFF images are not read. {SAVE_AS}")
UNKNOWN = Kind("unknown file", f"This is no PNG, JPEG, GIF, WebP or BMP image, whatever its name says. {SAVE_AS}")

BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"BM", BMP),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"%PDF", PDF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)


def kind_of(data: bytes) -> Kind:
    if not data:
        return EMPTY
    for beginning, kind in BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return HEIF
    return SVG if b"<svg" in data[:PROLOGUE].lower() else UNKNOWN


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as a WebP's first chunk says; no size at all where it says nothing that is known."""
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if chunk == b"VP8L" and len(data) >= 25:
        bits = _little(data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and len(data) >= 30:
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return 0, 0


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
