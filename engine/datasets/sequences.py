"""Sequences that need a memory: what matters at the end was said at the beginning. T is the length, s the noise."""

import numpy as np

from engine.datasets.kind import DatasetKind, Draws, Made, alternate, between
from engine.limits import LENGTH, Bounds
from engine.parts import DatasetSpec
from engine.types import Float64Array

SYMBOLS = tuple("ABCDEFGH")
FILLERS = tuple("stuvwxyz")
VOCABULARY = ("", *SYMBOLS, *FILLERS)
SHORT = Bounds(LENGTH.minimum, LENGTH.maximum, 10)


def copy(draws: Draws, spec: DatasetSpec) -> Made:
    """The first of T tokens is one of eight symbols and the answer; each other is a filler, or a symbol with chance s.

    After Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9(8), 1997, section 5.2: a time lag
    with nothing of use in it.
    """
    choice, misleading = np.hsplit(draws, 2)
    labels = alternate(draws, len(SYMBOLS))
    tokens = 1.0 + np.floor(choice * len(SYMBOLS)) + np.where(misleading < spec.noise, 0.0, float(len(SYMBOLS)))
    tokens[:, 0] = 1.0 + labels
    return tokens, labels


def _bits(draws: Draws, spec: DatasetSpec) -> tuple[Float64Array, Float64Array]:
    """Bits (N, T), and as they are shown: each off by U(−1, 1)·s, which leaves it on its side of a half."""
    choice, blur = np.hsplit(draws, 2)
    bits = (choice >= 0.5).astype(np.float64)
    return bits, bits + between(blur, -spec.noise, spec.noise)


def parity(draws: Draws, spec: DatasetSpec) -> Made:
    """Whether the number of ones among T bits is odd."""
    bits, shown = _bits(draws, spec)
    return shown, bits.sum(axis=1) % 2.0


def running_parity(draws: Draws, spec: DatasetSpec) -> Made:
    """At each step, whether the number of ones so far is odd."""
    bits, shown = _bits(draws, spec)
    return shown, np.cumsum(bits, axis=1) % 2.0


def adding(draws: Draws, spec: DatasetSpec) -> Made:
    """Steps (number from U(0, 1), mark); the sum of the two marked numbers, off by U(−1, 1)·s.

    One mark stands in the first half and one in the second. After Hochreiter and Schmidhuber, 1997, section 5.4.
    """
    numbers = draws[:, 3:]
    count, length = numbers.shape
    half = length // 2
    first = np.floor(draws[:, 0] * half).astype(np.int64)
    second = half + np.floor(draws[:, 1] * (length - half)).astype(np.int64)
    rows = np.arange(count)
    steps = np.zeros((count, length, 2))
    steps[..., 0] = numbers
    steps[rows, first, 1] = steps[rows, second, 1] = 1.0
    sums = numbers[rows, first] + numbers[rows, second] + between(draws[:, 2], -spec.noise, spec.noise)
    return steps.reshape(count, -1), sums


def continuation(draws: Draws, spec: DatasetSpec) -> Made:
    """sin(ωt + φ) at t = 0 … T − 1, each value off by U(−1, 1)·s; the value at t = T. ω from 0.2 to 0.8."""
    length = draws.shape[1] - 2
    speed, phase = between(draws[:, 0], 0.2, 0.8)[:, None], 2.0 * np.pi * draws[:, 1:2]
    wave = np.sin(speed * np.arange(length + 1) + phase)
    return wave[:, :-1] + between(draws[:, 2:], -spec.noise, spec.noise), wave[:, -1]


KINDS = (
    DatasetKind(
        "copy",
        "Remember the first",
        "classification",
        SYMBOLS,
        1000,
        "Which symbol came first? Everything after it is there to make you forget.",
        "y = x_1 of x_1 … x_T",
        "The more noise, the more of the later steps show a symbol that is not to be remembered.",
        copy,
        "tokens",
        (),
        VOCABULARY,
        lengths=LENGTH,
        train_fractions=Bounds(0.1, 0.9, 0.8),
        draws=0,
        step_draws=2,
    ),
    DatasetKind(
        "parity",
        "Parity",
        "classification",
        ("even", "odd"),
        1000,
        "Is the number of ones odd? Every single bit decides, so none may be missed.",
        "y = x_1 ⊕ … ⊕ x_T",
        "The more noise, the less clear is each bit, though it can always be told.",
        parity,
        "sequence",
        (1,),
        lengths=SHORT,
        draws=0,
        step_draws=2,
    ),
    DatasetKind(
        "running_parity",
        "Running parity",
        "classification",
        ("even", "odd"),
        1000,
        "Is the number of ones so far odd? An answer at every step, from one bit of memory.",
        "y_t = x_1 ⊕ … ⊕ x_t",
        "The more noise, the less clear is each bit, though it can always be told.",
        running_parity,
        "sequence",
        (1,),
        labelled_steps=True,
        lengths=SHORT,
        draws=0,
        step_draws=2,
    ),
    DatasetKind(
        "adding",
        "Adding problem",
        "regression",
        (),
        1000,
        "Add the two marked numbers: they stand far apart, and all the others do not matter.",
        "y = x_i + x_j, i and j marked",
        "The more noise, the further each sum is from the true one.",
        adding,
        "sequence",
        (2,),
        lengths=LENGTH,
        draws=3,
        step_draws=1,
    ),
    DatasetKind(
        "continuation",
        "Wave, continued",
        "regression",
        (),
        1000,
        "A piece of a sine wave: what is its next value? How fast it swings must be read off the piece.",
        "x_t = sin(ω t + φ), y = x_{T+1}",
        "The more noise, the further each value of the piece is from the wave.",
        continuation,
        "sequence",
        (1,),
        lengths=Bounds(LENGTH.minimum, LENGTH.maximum, 20),
        draws=2,
        step_draws=1,
    ),
)
