"""Short sentences of praise and of complaint, written for this project: a small grammar and a list by hand.

A sentence is made of a topic (what is spoken of, what can be praised and blamed about it) and a pattern. The same words
stand in praise and in complaint ("clear", "not clear", "not confusing but clear"), so that their order matters.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import permutations, product
from typing import TypeAlias

import numpy as np


@dataclass(frozen=True, slots=True)
class Topic:
    """Things of one sort, and the words that praise and blame them."""

    things: tuple[str, ...]
    praise: tuple[str, ...]
    blame: tuple[str, ...]


PEOPLE = Topic(
    ("waiter", "guide", "teacher", "driver"),
    ("friendly", "helpful", "kind", "patient"),
    ("rude", "careless", "unkind", "impatient"),
)

TOPICS = (
    Topic(
        ("lecture", "film", "book", "story", "talk"),
        ("clear", "exciting", "funny", "clever"),
        ("boring", "confusing", "slow", "dull"),
    ),
    Topic(
        ("soup", "meal", "dinner", "breakfast"),
        ("fresh", "tasty", "delicious", "warm"),
        ("bland", "cold", "salty", "greasy"),
    ),
    Topic(
        ("room", "hotel", "garden", "museum"),
        ("clean", "quiet", "lovely", "bright"),
        ("dirty", "noisy", "ugly", "dark"),
    ),
    PEOPLE,
)

PLAIN = (
    "the {thing} was {word}",
    "the {thing} was very {word}",
    "the {thing} was really {word}",
    "i found the {thing} {word}",
    "we all thought the {thing} was {word}",
    "to my surprise the {thing} was {word}",
    "everybody told me how {word} the {thing} was",
)
DOUBLE = ("the {thing} was {word} and {other}", "i found the {thing} {word} and very {other}")
NEGATED = (
    "the {thing} was not {word}",
    "the {thing} was never {word}",
    "nobody found the {thing} {word}",
    "i would not call the {thing} {word}",
)
CONTRAST = ("the {thing} was not {word} but {other}", "i found the {thing} {other} and not {word}")

LOVED = ("we loved the {thing}", "i enjoyed the {thing} very much", "i would gladly come back for the {thing}")
HATED = ("we hated the {thing}", "i regret the {thing} very much", "i would never come back for the {thing}")

BY_HAND = (
    (
        "everybody was very rude and the meal was cold",
        "we hated how slow the teacher was",
        "i would never call this a clever book",
        "nobody was friendly and nobody was helpful",
        "what a noisy hotel and what a careless guide",
        "to my surprise i regret all of this very much",
        "the room was dark and the breakfast was never warm",
        "not an exciting story but a really dull talk",
    ),
    (
        "everybody was very friendly and the meal was delicious",
        "we loved how clear the teacher was",
        "i would gladly call this a clever book",
        "nobody was rude and nobody was impatient",
        "what a lovely garden and what a kind guide",
        "to my surprise i enjoyed all of this very much",
        "the room was bright and the breakfast was never cold",
        "not a dull talk but a really exciting story",
    ),
)
"""Complaint and praise that no pattern gives."""

PER_CLASS = 200
"""Sentences of praise, and as many of complaint."""

Pairs: TypeAlias = Callable[[tuple[str, ...], tuple[str, ...]], Iterable[tuple[str, str]]]
"""(words on the sentence's own side, words on the other) → what stands for ``word`` and ``other``."""


@dataclass(frozen=True, slots=True)
class Family:
    """Patterns that are filled in alike, and how many of their sentences are taken."""

    patterns: tuple[str, ...]
    count: int
    pairs: Pairs


FAMILIES = (
    Family(PLAIN, 92, lambda own, _: ((word, "") for word in own)),
    Family(DOUBLE, 24, lambda own, _: permutations(own, 2)),
    Family(NEGATED, 40, lambda _, contrary: ((word, "") for word in contrary)),
    Family(CONTRAST, 20, lambda own, contrary: product(contrary, own)),
)


def _filled(family: Family, side: int) -> list[str]:
    """Every sentence of a family, of praise (side 1) or of complaint (side 0)."""
    return [
        pattern.format(thing=thing, word=word, other=other)
        for topic in TOPICS
        for word, other in family.pairs(*(topic.praise, topic.blame)[:: 1 if side else -1])
        for pattern, thing in product(family.patterns, topic.things)
    ]


def _some(sentences: list[str], count: int) -> list[str]:
    """As many of them, always the same ones, in no order."""
    order = np.random.Generator(np.random.PCG64(len(sentences))).permutation(len(sentences))
    return [sentences[place] for place in order[:count].tolist()]


def _one_side(side: int) -> tuple[str, ...]:
    feelings = [
        pattern.format(thing=thing)
        for topic in TOPICS
        if topic is not PEOPLE
        for pattern, thing in product(LOVED if side else HATED, topic.things)
    ]
    sentences = [sentence for family in FAMILIES for sentence in _some(_filled(family, side), family.count)]
    sentences += BY_HAND[side]
    return (*sentences, *_some(feelings, PER_CLASS - len(sentences)))


SENTENCES = (_one_side(0), _one_side(1))
"""Complaint and praise: 200 sentences each, all of them different."""
