"""Learning rules of a single unit, from before back-propagation: what each makes of an example's error.

All see the same unit: the sum v = Σ w x − μ, in which the threshold μ is the weight of an input that is always −1. So
every rule moves w by η e x and μ by −η e, and they differ in the output whose error e = t − o is taken, and in how many
examples are seen before the weights move.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = float | Fraction
"""The rules with a threshold count in fractions, so that 0.1 + 0.2 is 0.3: there a sum of exactly zero matters, and
whether weights come back. The others count in floats."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of a unit and its threshold, as the rule counts them."""

    weights: tuple[Number, ...]
    threshold: Number

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The weights and, last, the threshold."""
        return (*self.weights, self.threshold)

    def total(self, inputs: Sequence[Number]) -> Number:
        """v = Σ w x − μ."""
        return sum((w * x for w, x in zip(self.weights, inputs, strict=True)), -self.threshold)

    def moved(self, rate: Number, errors: Sequence[Number], rows: Sequence[Sequence[Number]]) -> "Weights":
        """w + η Σ e x and μ − η Σ e, the sums over the examples given."""
        columns = zip(*rows, strict=True)
        steps = [rate * sum(e * x for e, x in zip(errors, column, strict=True)) for column in columns]
        weights = tuple(w + step for w, step in zip(self.weights, steps, strict=True))
        return Weights(weights, self.threshold - rate * sum(errors))

    def plus(self, other: "Weights") -> "Weights":
        """Both added, number by number."""
        weights = tuple(a + b for a, b in zip(self.weights, other.weights, strict=True))
        return Weights(weights, self.threshold + other.threshold)

    def over(self, count: int) -> "Weights":
        """All divided by ``count``."""
        return Weights(tuple(weight / count for weight in self.weights), self.threshold / count)


def _threshold(total: Number, low: float) -> Number:
    return Fraction(1) if total > 0 else Fraction(low)


def _linear(total: Number, low: float) -> Number:
    return total


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be chosen. ``output`` (v, low) is what the target is compared with, ``number`` makes a number of
    a float as the rule counts, ``rate`` is the letter of its learning rate."""

    name: str
    label: str
    explanation: str
    formula: str
    output_formula: str
    rate: str
    number: Callable[[float], Number]
    output: Callable[[Number, float], Number]
    all_at_once: bool = False
    averages: bool = False

    @property
    def is_linear(self) -> bool:
        """Whether the error is that of the sum itself, so that it never is quite zero."""
        return self.output is _linear


def _decimal(value: float) -> Fraction:
    """The number as it is written: 0.1 is a tenth, not the nearest double."""
    return Fraction(repr(float(value)))


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "perceptron",
            "Perceptron",
            "Moves only after a mistake, towards the example missed. If a line separates the classes, it finds one.",
            "Δw = η (t − o) x, Δμ = −η (t − o)",
            "o = Θ(v)",
            "η",
            _decimal,
            _threshold,
        ),
        Rule(
            "averaged_perceptron",
            "Averaged perceptron",
            "Learns as the perceptron does, but answers with the average of all its weights so far, which is steadier.",
            "Δw = η (t − o) x, answer with w̄ = (w_1 + … + w_n) / n",
            "o = Θ(v)",
            "η",
            _decimal,
            _threshold,
            averages=True,
        ),
        Rule(
            "adaline",
            "ADALINE, example by example",
            "The delta rule: compares the sum itself with the target, so it goes on moving after the class is right.",
            "Δw = α (t − o) x, Δμ = −α (t − o)",
            "o = v",
            "α",
            float,
            _linear,
        ),
        Rule(
            "adaline_batch",
            "ADALINE, all at once",
            "The delta rule on the sum over all examples: each step goes straight down E = ½ Σ (t − o)^2.",
            "Δw = α Σ (t − o) x, Δμ = −α Σ (t − o)",
            "o = v",
            "α",
            float,
            _linear,
            all_at_once=True,
        ),
    )
}
"""Every rule by its name. Perceptron: Rosenblatt, 1958. Averaged: Freund & Schapire, Large Margin Classification Using
the Perceptron Algorithm, 1999. ADALINE: Widrow & Hoff, Adaptive Switching Circuits, 1960."""
