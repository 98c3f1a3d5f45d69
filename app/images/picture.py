"""A file from a stranger as a small grey picture, or the reason why it is refused.

A file can claim any size, unfold to anything, or be something else than its name says. So its first bytes say what it
is, its header says how large it is, and only what is within bounds is decoded, by Pillow's decoders of five formats and
no others. What comes out is grey and at most `WORKING_SIDE` pixels wide or high: colours, profiles, comments, places
and names stay behind.
"""

from __future__ import annotations

import io
from typing import Final, NamedTuple

from PIL import Image
from PIL import WebPImagePlugin as _  # noqa: F401 - the one kind that Pillow does not know from the start

from app.images.kinds import ImageRefused, Kind, kind_of, webp_size

MOST_PIXELS: Final = 16_000_000
"""As a telephone takes them; in colour and with transparency they fill 64 MB for a moment."""
LONGEST_SIDE: Final = 16_384
WORKING_SIDE: Final = 512
MOST_SCANS: Final = 64
"""A progressive JPEG draws its whole picture once for each scan; cameras write about ten."""
SCAN: Final = b"\xff\xda"
FEWEST_SHADES: Final = 24
"""Shades of 256 by which ink must differ from paper."""
ORIENTATION: Final = 0x0112
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by the orientation that its metadata name."""

Image.MAX_IMAGE_PIXELS = None  # `require_size` is stricter, asks before anything is decoded, and names its bound


class Picture(NamedTuple):
    """A grey picture, what the file was, how large, and what of it was passed over."""

    grey: Image.Image
    kind: str
    width: int
    height: int
    notes: tuple[str, ...] = ()


def read_picture(data: bytes) -> Picture:
    """The picture in a file. Raises `ImageRefused`."""
    kind = kind_of(data)
    if kind.remedy is not None:
        raise ImageRefused(kind.remedy)
    if kind.name == "WEBP":
        require_size(*webp_size(data))  # libwebp takes memory for the whole picture as soon as it opens one
    if kind.name == "JPEG" and data.count(SCAN) > MOST_SCANS:
        raise ImageRefused(f"This JPEG is drawn in more than {MOST_SCANS} layers. Save it again as PNG.")
    try:
        with Image.open(io.BytesIO(data), formats=(kind.name,)) as image:
            return _decode(image, kind)
    except ImageRefused:
        raise
    except MemoryError:
        raise ImageRefused("This image takes more memory than there is. Make it smaller and choose it again.") from None
    except Exception:  # decoders of broken files raise whatever they stumble over
        raise ImageRefused(
            f"This {kind.name} is cut short or damaged. Save it again, or take another copy of it."
        ) from None


def require_size(width: int, height: int) -> None:
    """Raise `ImageRefused` for a picture that is not to be decoded."""
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise ImageRefused(
            f"It says it is {width} × {height} pixels large; {MOST_PIXELS // 1_000_000} million are read, none of its "
            f"sides longer than {LONGEST_SIDE}. Make it smaller and choose it again."
        )
    if width < 1 or height < 1:
        raise ImageRefused("It has no pixels. Choose another image.")


def _decode(image: Image.Image, kind: Kind) -> Picture:
    width, height = image.size
    require_size(width, height)
    notes = []
    if kind.may_move and getattr(image, "is_animated", False):
        notes.append("It moves: its first picture was read.")
        image.seek(0)
    image.draft(None, (WORKING_SIDE, WORKING_SIDE))  # a JPEG is decoded at an eighth of its size where that is enough
    turn = _turn(image)
    grey = _grey(image)
    return Picture(grey if turn is None else grey.transpose(turn), kind.name, width, height, tuple(notes))


def _turn(image: Image.Image) -> Image.Transpose | None:
    """How the camera was held, which is said in the metadata that are dropped; nothing where they cannot be read."""
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # whatever a parser of damaged metadata stumbles over: the pixels may be good
        return None


def span_of(grey: Image.Image) -> tuple[float, float]:
    """The darkest and the brightest shade of a picture that has one band."""
    low, high = grey.getextrema()
    assert not isinstance(low, tuple)
    assert not isinstance(high, tuple)
    return low, high


def _grey(image: Image.Image) -> Image.Image:
    """The picture in 256 shades, small, on paper where it is transparent."""
    if image.mode == "1":
        image = image.convert("L")
    if image.mode.startswith("I"):
        return _shades(_reduced(image.convert("I")))
    if image.has_transparency_data:
        return _on_paper(_reduced(image.convert("RGBA")))
    colours = image if image.mode in ("L", "RGB") else image.convert("RGB")
    return _small(_reduced(colours).convert("L"))


def _shades(deep: Image.Image) -> Image.Image:
    """16 bits a pixel as 256 shades from the darkest to the brightest that there is."""
    low, high = span_of(deep)
    scale = 255.0 / max(high - low, 1.0)
    return _small(deep.point(lambda value: value * scale - low * scale).convert("L"))


def _on_paper(image: Image.Image) -> Image.Image:
    """A transparent picture on white paper; on black, where white ink would not be seen on white."""
    for paper in ("white", "black"):
        ground = Image.new("RGBA", image.size, paper)
        ground.alpha_composite(image)
        grey = _small(ground.convert("L"))
        low, high = span_of(grey)
        if high - low >= FEWEST_SHADES:
            break
    return grey


def _reduced(image: Image.Image) -> Image.Image:
    """The same picture by whole blocks of pixels, nearly as small as it will be: what follows is cheap."""
    factor = max(1, max(image.size) // WORKING_SIDE)
    return image.reduce((min(factor, image.width), min(factor, image.height))) if factor > 1 else image


def _small(grey: Image.Image) -> Image.Image:
    """A copy that holds nothing but its pixels, none of its sides too long."""
    grey.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return Image.frombytes("L", grey.size, grey.tobytes())
