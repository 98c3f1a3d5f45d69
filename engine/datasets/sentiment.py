"""Praise or complaint? Short sentences of different lengths, padded to the longest. s is the noise.

A sentence that is tested is never one of those trained on, but every word of it is: a few sentences that hold every
word between them always train.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from engine.datasets.kind import DatasetKind, Draws, Made
from engine.datasets.sentences import SENTENCES
from engine.limits import Bounds
from engine.parts import DatasetSpec
from engine.types import Float64Array

BLOT = "?"
WORDS = tuple(sorted({word for side in SENTENCES for sentence in side for word in sentence.split()}))
VOCABULARY = ("", BLOT, *WORDS)
LONGEST = max(len(sentence.split()) for side in SENTENCES for sentence in side)
COUNT = sum(map(len, SENTENCES))
LABELS = ("complaint", "praise")
COUNTS = Bounds(200, COUNT, COUNT)
SHARES = Bounds(0.5, 0.9, 0.8)


def encode(sentence: str) -> list[float]:
    """The ids of a sentence's words, then padding; a word that is not in the vocabulary is a blot."""
    ids = [float(VOCABULARY.index(word)) if word in WORDS else 1.0 for word in sentence.lower().split()[:LONGEST]]
    return ids + [0.0] * (LONGEST - len(ids))


def _covering(sentences: Sequence[str]) -> list[str]:
    """A few of the sentences that hold every word of all of them: each time the one with the most new words."""
    missing = {word for sentence in sentences for word in sentence.split()}
    chosen: list[str] = []
    while missing:
        best = max(sentences, key=lambda sentence: len(missing & set(sentence.split())))
        missing -= set(best.split())
        chosen.append(best)
    return chosen


@cache
def _coded() -> tuple[tuple[Float64Array, Float64Array], ...]:
    """For complaint and for praise: the sentences that always train, and the others, as ids (…, T)."""
    sides = []
    for sentences in SENTENCES:
        core = _covering(sentences)
        rest = [sentence for sentence in sentences if sentence not in core]
        sides.append((np.array([*map(encode, core)]), np.array([*map(encode, rest)])))
    return tuple(sides)


def sentiment(draws: Draws, spec: DatasetSpec) -> Made:
    """Complaint and praise in turn, the seed deciding which sentences train; each word is a blot with probability s."""
    rng = np.random.Generator(np.random.PCG64([spec.seed, 1]))
    ordered = [np.concatenate([core, rng.permutation(rest)]) for core, rest in _coded()]
    tokens = np.stack(ordered, axis=1).reshape(COUNT, LONGEST)[: len(draws)]
    labels = np.arange(len(draws), dtype=np.float64) % len(LABELS)
    return np.where((draws < spec.noise) & (tokens > 0.0), 1.0, tokens), labels


KINDS = (
    DatasetKind(
        "sentiment",
        "Praise or complaint",
        "classification",
        LABELS,
        COUNT,
        "Is a sentence praise or complaint? Not dull and not clear differ in more than their words.",
        "y of words x_1 … x_T",
        "The more noise, the more words are blotted out.",
        sentiment,
        "tokens",
        (LONGEST,),
        VOCABULARY,
        variable_length=True,
        sample_counts=COUNTS,
        train_fractions=SHARES,
        draws=LONGEST,
        ordered=True,
    ),
)
