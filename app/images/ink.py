"""From a grey picture to the network's pixels, as the digits' makers went.

Ink is told from paper whichever is darker, also under uneven light. What is found is brought to one size and, where
the pen was thin, to one thickness, on a bitmap of 4 × 4 points for each pixel, five eighths as wide as it is high; each
pixel counts the ink in its square. (NIST Form-Based Handprint Recognition System, 1994; Alpaydin and Kaynak, Cascading
classifiers, 1998.) The page does the same to strokes in `static/js/labs/digits/raster.js`.
"""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageFilter, ImageOps

from app.images.kinds import ImageRefused
from app.images.picture import FEWEST_SHADES, span_of

FINE: Final = 4
WIDTH: Final = 20 / 32
MOST_STRETCH: Final = 2.0
PEN: Final = 0.132
"""The pen's thickness as a share of the ink's height."""
LOOKING_SIDE: Final = 256
TALL: Final = 96
LIGHT_SIDE: Final = 32
LIGHT_REACH: Final = 17
"""Of 32, the width up to which something dark is ink and not a shadow."""
MARGIN: Final = 16
MOST_INK: Final = 0.8
SPECK: Final = 3
NO_INK: Final = "No ink was found in it. Take a picture with dark ink on light paper, or light ink on a dark ground."
ALL_INK: Final = "It is ink nearly all over. Take a picture with some paper around the ink."


def to_pixels(grey: Image.Image, side: int) -> list[float]:
    """Ink from 0 to 1 in side × side pixels, row by row. Raises `ImageRefused` where there is no ink to be found."""
    mask = find_ink(grey)
    bitmap = _fitted(_thickened(mask), FINE * side)
    counted = bitmap.reduce(FINE)
    return [round(value * FINE * FINE / 255) / (FINE * FINE) for value in counted.tobytes()]


def find_ink(grey: Image.Image) -> Image.Image:
    """255 where there is ink and 0 where there is none, cut to the ink, `TALL` high."""
    scale = LOOKING_SIDE / max(grey.size)
    seen = grey.resize(_scaled(grey.size, scale), Image.Resampling.BILINEAR)
    low, high = span_of(seen)
    if high - low < FEWEST_SHADES:
        raise ImageRefused(NO_INK)
    if _ground_is_dark(seen):
        seen = ImageOps.invert(seen)
    ink = _darkness(seen, _paper(seen))
    counts = ink.histogram()
    if _highest(counts) < FEWEST_SHADES:
        raise ImageRefused(NO_INK)
    mask = _marked(ink, threshold(counts)).filter(ImageFilter.MedianFilter(SPECK))
    box = mask.getbbox()
    if box is None:
        raise ImageRefused(NO_INK)
    if mask.histogram()[255] > MOST_INK * mask.width * mask.height:
        raise ImageRefused(ALL_INK)
    cut = mask.crop(box)
    return _marked(cut.resize(_scaled(cut.size, TALL / max(cut.size)), Image.Resampling.BILINEAR), 128)


def threshold(counts: list[int]) -> int:
    """The shade that divides a histogram so that the two classes differ most from each other (Otsu, 1979)."""
    total, moment = sum(counts), sum(shade * count for shade, count in enumerate(counts))
    best, places = -1.0, [0]
    below = below_moment = 0
    for shade, count in enumerate(counts[:-1]):
        below += count
        below_moment += shade * count
        if not 0 < below < total:
            continue
        between = (moment * below - below_moment * total) ** 2 / (below * (total - below))
        if between > best:
            best, places = between, [shade]
        elif between == best:
            places.append(shade)
    return sum(places) // len(places) + 1


def _ground_is_dark(seen: Image.Image) -> bool:
    """Whether most pixels along the edge are nearer to the darkest shade than to the brightest."""
    low, high = span_of(seen)
    width, height = seen.size
    edges = [(0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height)]
    shades = b"".join(seen.crop(edge).tobytes() for edge in edges)
    return 2 * sorted(shades)[len(shades) // 2] < low + high


def _paper(seen: Image.Image) -> Image.Image:
    """The picture with everything narrow and dark taken out: a morphological closing, coarse and smoothed."""
    small = seen.resize((LIGHT_SIDE, LIGHT_SIDE), Image.Resampling.BOX)
    sheet = _prolonged(small, LIGHT_REACH)
    closed = sheet.filter(ImageFilter.MaxFilter(LIGHT_REACH)).filter(ImageFilter.MinFilter(LIGHT_REACH))
    smooth = ImageOps.crop(closed.filter(ImageFilter.GaussianBlur(2)), LIGHT_REACH)
    return smooth.resize(seen.size, Image.Resampling.BILINEAR)


def _prolonged(small: Image.Image, reach: int) -> Image.Image:
    """The picture with its outermost pixels going on, so that its edges are like its middle."""
    width, height = small.size
    shades = small.tobytes()
    rows = [shades[at : at + width] for at in range(0, width * height, width)]
    longer = [row[:1] * reach + row + row[-1:] * reach for row in rows]
    sheet = b"".join([longer[0]] * reach + longer + [longer[-1]] * reach)
    return Image.frombytes("L", (width + 2 * reach, height + 2 * reach), sheet)


def _darkness(seen: Image.Image, paper: Image.Image) -> Image.Image:
    """The share of the paper's light that is missing, of 255: in the shade as much as in the light."""
    shares = bytes(
        255 - min(255, 255 * shade // max(light, 1))
        for shade, light in zip(seen.tobytes(), paper.tobytes(), strict=True)
    )
    return Image.frombytes("L", seen.size, shares)


def _highest(counts: list[int]) -> int:
    """The shade that all but one in a thousand pixels stay below; a few pixels are no ink."""
    left = sum(counts) // 1000
    for shade in range(len(counts) - 1, -1, -1):
        left -= counts[shade]
        if left < 0:
            return shade
    return 0


def _thickened(mask: Image.Image) -> Image.Image:
    """The ink with a thin pen's lines as broad as the digits' are.

    A line of length L and breadth w covers L·w and has 2·L pixels along its sides, so that w is twice their ratio.
    """
    sheet = ImageOps.expand(mask, MARGIN)
    area = sheet.histogram()[255]
    rim = area - sheet.filter(ImageFilter.MinFilter(3)).histogram()[255]
    missing = PEN * max(mask.height, mask.width / 2) - 2 * area / max(rim, 1)
    if missing >= 2:
        sheet = sheet.filter(ImageFilter.MaxFilter(2 * min(round(missing / 2), MARGIN - 1) + 1))
    return sheet.crop(sheet.getbbox())


def _fitted(mask: Image.Image, fine: int) -> Image.Image:
    """The ink in the middle of a bitmap, as high as it and as wide as the digits are."""
    width, height = mask.size
    tall = max(height, width / 2)
    stretch = min(MOST_STRETCH, WIDTH * tall / width)
    size = (max(1, round(fine * width * stretch / tall)), max(1, round(fine * height / tall)))
    sheet = Image.new("L", (fine, fine))
    drawn = _marked(mask.resize(size, Image.Resampling.BOX), 128)
    sheet.paste(drawn, ((fine - size[0]) // 2, (fine - size[1]) // 2))
    return sheet


def _marked(image: Image.Image, from_shade: int) -> Image.Image:
    """255 from a shade on, 0 below it."""
    return image.point([0] * from_shade + [255] * (256 - from_shade))


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
