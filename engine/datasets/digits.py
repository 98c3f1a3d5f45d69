"""Handwritten digits: the 1,797 images of 8×8 pixels that the UCI repository keeps for testing optical recognition.

E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998 (licence and
attribution stand beside the file in ``data``). A pixel counts the ink in a square of 4×4 points, from 0 to 16.
"""

from functools import cache
from pathlib import Path

import numpy as np

from engine.datasets.kind import DatasetKind, Draws, Made, between
from engine.limits import Bounds
from engine.parts import DatasetSpec
from engine.types import ByteArray, Float64Array, IntArray

FILE = Path(__file__).parent / "data" / "digits.npz"
COUNT = 1797
MOST_INK = 16
SMALL, LARGE = 8, 16
INK = 0.5
LABELS = tuple(map(float, range(10)))
COUNTS = Bounds(10, COUNT, COUNT)
SHARES = Bounds(0.1, 0.9, 0.8)


@cache
def read_digits() -> tuple[ByteArray, ByteArray]:
    """Images (1797, 8, 8) of numbers from 0 to 16, and which digit each is (1797,); read once, not to be written to."""
    with np.load(FILE, allow_pickle=False) as file:
        images, labels = file["images"], file["labels"]
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


@cache
def ink_images() -> Float64Array:
    """The images (1797, 256) at twice their size, 1 where there is ink and 0 where there is none.

    Between the centres of the small pixels the ink is interpolated linearly; half of the most counts as ink.
    """
    stretch = _stretch(SMALL, LARGE)
    large = stretch @ (read_digits()[0] / MOST_INK) @ stretch.T
    ink: Float64Array = (large >= INK).reshape(COUNT, -1).astype(np.float64)
    ink.flags.writeable = False
    return ink


def _stretch(small: int, large: int) -> Float64Array:
    """The matrix (large, small) of linear interpolation between pixel centres, the outermost pixels going on."""
    places = np.clip((np.arange(large) + 0.5) * small / large - 0.5, 0.0, small - 1.0)
    weights: Float64Array = np.maximum(0.0, 1.0 - np.abs(places[:, None] - np.arange(small)))
    return weights


def _chosen(spec: DatasetSpec) -> IntArray:
    """Which images are taken, in the order their seed deals them."""
    order: IntArray = np.random.Generator(np.random.PCG64([spec.seed, 1])).permutation(COUNT)
    return order[: spec.samples]


def digits(draws: Draws, spec: DatasetSpec) -> Made:
    """Ink from 0 to 1; each pixel changed by U(−1, 1)·s and kept between 0 and 1."""
    images, labels = read_digits()
    chosen = _chosen(spec)
    pixels = images[chosen].reshape(len(chosen), -1) / MOST_INK
    return np.clip(pixels + between(draws, -spec.noise, spec.noise), 0.0, 1.0), labels[chosen].astype(np.float64)


def digits_ink(draws: Draws, spec: DatasetSpec) -> Made:
    """Ink 1, no ink 0; each pixel is turned over with probability s."""
    chosen = _chosen(spec)
    pixels = ink_images()[chosen]
    return np.where(draws < spec.noise, 1.0 - pixels, pixels), read_digits()[1][chosen].astype(np.float64)


KINDS = (
    DatasetKind(
        "digits",
        "Digits",
        "classification",
        LABELS,
        COUNT,
        "Handwritten digits of 8 × 8 pixels, in shades of grey: ten outputs, a certainty for each digit.",
        "pixels from 0 to 1",
        "The more noise, the further each pixel is from its true shade.",
        digits,
        "image",
        (1, SMALL, SMALL),
        sample_counts=COUNTS,
        train_fractions=SHARES,
        draws=SMALL * SMALL,
    ),
    DatasetKind(
        "digits_ink",
        "Digits in ink",
        "classification",
        LABELS,
        COUNT,
        "The same digits with 16 × 16 pixels in black and white: 256 inputs, each ink or no ink.",
        "ink 1, no ink 0",
        "The more noise, the more pixels are turned from ink to paper or back.",
        digits_ink,
        "image",
        (1, LARGE, LARGE),
        sample_counts=COUNTS,
        train_fractions=SHARES,
        draws=LARGE * LARGE,
    ),
)
