"""The labs: short walks around one idea, each a template, a preset and a few views over the same runs as everywhere.

A lab is an entry of `LABS` and a template of its name in `templates/labs`, which holds the text of each step. The page
does the rest; docs/labs.md shows how one is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from app import lab_presets as presets

Patch: TypeAlias = Mapping[str, Any]
"""An RFC 7396 merge patch on a run's specification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a few answers is right: that at place `answer`."""

    text: str
    options: tuple[str, ...]
    answer: int
    right: str
    hint: str
    kind: str = field(default="choice", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A number the page shows must come to lie within bounds: a scalar like `test_accuracy`, or one of the stage's."""

    text: str
    value: str
    right: str
    least: float | None = None
    most: float | None = None
    kind: str = field(default="reach", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something must have been done on the stage, which says so under that name, such as `three_read`."""

    text: str
    fact: str
    right: str
    kind: str = field(default="done", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A number is typed in; it may be off by `tolerance`."""

    text: str
    answer: float
    right: str
    hint: str
    tolerance: float = 0.0
    kind: str = field(default="typed", init=False)


Question: TypeAlias = Choice | Reach | Done | Typed


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the path. Its `preset`, if any, is a patch on the lab's, and `enter` the word of the button to it.

    `panel` names the part of the stage that the step is about; a stage without parts has none.
    """

    title: str
    question: Question | None = None
    preset: Patch | None = None
    enter: str = "Use this setup"
    panel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A lab as data. `stage` names the component of the page that shows it, `probes` the views it is made of.

    `preset` is what the lab begins with, a patch on the usual specification; `number` is its place in the index.
    """

    name: str
    number: int
    title: str
    summary: str
    minutes: int
    steps: tuple[Step, ...]
    preset: Patch = field(default_factory=dict)
    stage: str = "views"
    probes: Mapping[str, Patch] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The lab as the page reads it."""
        return asdict(self)


LABS: tuple[Lab, ...] = (
    Lab(
        name="digits",
        number=1,
        title="Digits & convolution",
        summary="Draw a number and watch small sliding filters turn your strokes into ten confidences.",
        minutes=25,
        stage="digits",
        probes={"feature_maps": {}, "probabilities": {}},
        preset=presets.DIGITS,
        steps=(
            Step(
                "Draw a digit",
                Done(
                    text="Let it learn, and draw a 3 that it reads as a 3.",
                    fact="three_read",
                    right="It has never seen your hand before, and reads it.",
                ),
                preset={},
                enter="Use a fresh network",
            ),
            Step(
                "See what the network sees",
                Choice(
                    text="How many numbers does a network for 8 × 8 pixels take in?",
                    options=("8", "10", "64", "1 797"),
                    answer=2,
                    right="Eight rows of eight pixels: 64 numbers from 0 to 1, and nothing else.",
                    hint="Count the squares of one row, and the rows.",
                ),
                preset=presets.DIGITS_IN_INK,
                enter="Use digits in ink, 16 × 16",
            ),
            Step(
                "Slide one filter",
                Reach(
                    text="Find a place where a filter of the first layer answers more than 0.5.",
                    value="filter_answer",
                    least=0.5,
                    right="Ink lay where the weights are blue. That sum is one pixel of the map.",
                ),
                preset=presets.ONE_LAYER_OF_FILTERS,
                enter="Use one layer of filters",
                panel="inside",
            ),
            Step(
                "Shrink and stack",
                Choice(
                    text="Max pooling over 2 × 2 turns 8 × 8 maps into 4 × 4. What does it keep of each four numbers?",
                    options=("Their mean", "The largest", "Their sum", "The first"),
                    answer=1,
                    right="The largest: that the pattern is there stays, where exactly it is does not matter any more.",
                    hint="Open the pooling layer under Inside and compare four pixels with the one they become.",
                ),
                preset=presets.WITH_POOLING,
                enter="Use the network with pooling",
                panel="inside",
            ),
            Step(
                "Ten votes",
                Choice(
                    text="One confidence rises by 30 %. What do the other nine do?",
                    options=("They stay", "Each falls by 30 %", "Together they fall by 30 %"),
                    answer=2,
                    right="They share 100 %: what one gains, the others lose.",
                    hint="Draw on, and add up the ten numbers before and after.",
                ),
                preset=presets.VOTES_ALONE,
                enter="Use ten votes alone",
                panel="inside",
            ),
            Step(
                "Where it goes wrong",
                Done(
                    text="Click a cell off the diagonal and look at the digits behind it.",
                    fact="mistake_opened",
                    right="Some of them are hard to read for you, too.",
                ),
                preset=presets.FEW_DIGITS,
                enter="Use a network that has seen few",
                panel="mistakes",
            ),
        ),
    ),
)


def find_lab(name: str) -> Lab | None:
    """The lab of that name, or None."""
    return next((lab for lab in LABS if lab.name == name), None)
