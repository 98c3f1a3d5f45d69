"""What is kept of a unit's training: every update and every pass, as data and as formulas with the numbers put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from engine.classic.rules import Rule, Weights
from engine.classic.threshold import ThresholdUnit
from engine.writing import MOST_TERMS, factor, signed, vector, weighted_sum, written

State: TypeAlias = Literal["learning", "converged", "cycles", "diverged", "stopped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the training stands, and in words what that means and what to try."""

    state: State
    message: str


@dataclass(frozen=True, slots=True)
class Presented:
    """One example as the unit saw it: the sum v, the output o, the target t and the error t − o."""

    index: int
    inputs: tuple[float, ...]
    total: float
    output: float
    target: float
    error: float

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "index": self.index,
            "inputs": list(self.inputs),
            "sum": self.total,
            "output": self.output,
            "target": self.target,
            "error": self.error,
        }


def unit_of(weights: Weights, low: float) -> ThresholdUnit:
    """The unit with these weights, its numbers as floats."""
    return ThresholdUnit(tuple(map(float, weights.weights)), float(weights.threshold), low)


@dataclass(frozen=True, slots=True)
class Update:
    """A step of a rule on one example or on all. ``average`` is the mean of all weights so far, if the rule has one."""

    number: int
    epoch: int
    rule: Rule
    learning_rate: float
    presented: tuple[Presented, ...]
    before: ThresholdUnit
    after: ThresholdUnit
    average: ThresholdUnit | None

    @property
    def changed(self) -> bool:
        """Whether anything moved."""
        return self.before != self.after

    def lines(self) -> list[str]:
        """Every formula of the update with its numbers put in, in the order they are computed."""
        lines = [line for shown in self.presented[:MOST_TERMS] for line in self._seen(shown)]
        if len(self.presented) > MOST_TERMS:
            lines.append(f"… ({len(self.presented) - MOST_TERMS} more examples)")
        lines += self._moved()
        if self.average is not None:
            lines.append(f"w̄ = {vector(self.average.weights)}, μ̄ = {written(self.average.threshold)}")
        return lines

    def _seen(self, shown: Presented) -> list[str]:
        terms = f"{weighted_sum(self.before.weights, shown.inputs)} − {factor(self.before.threshold)}"
        total = written(shown.total)
        output = f"o = v = {total}" if self.rule.is_linear else f"o = Θ(v) = Θ({total}) = {written(shown.output)}"
        difference = f"{written(shown.target)} − {factor(shown.output)}"
        return [f"v = Σ w x − μ = {terms} = {total}", output, f"t − o = {difference} = {written(shown.error)}"]

    def _moved(self) -> list[str]:
        errors = [shown.error for shown in self.presented]
        steps = [new - old for new, old in zip(self.after.weights, self.before.weights, strict=True)]
        step = self.after.threshold - self.before.threshold
        letter, rate = self.rule.rate, written(self.learning_rate)
        sigma = " Σ" if self.rule.all_at_once else ""
        rows = self._rows(errors)
        total = " + ".join([factor(error) for error in errors[:MOST_TERMS]] + ["…"] * (len(errors) > MOST_TERMS))
        total = f"({total})" if len(errors) > 1 else total
        return [
            f"Δw = {letter}{sigma} (t − o) x = {rate}·{rows} = {vector(steps)}",
            f"Δμ = −{letter}{sigma} (t − o) = −{rate}·{total} = {written(step)}",
            f"w ← {vector(self.before.weights)} + {vector(steps)} = {vector(self.after.weights)}",
            f"μ ← {written(self.before.threshold)}{signed(step)} = {written(self.after.threshold)}",
        ]

    def _rows(self, errors: Sequence[float]) -> str:
        """The errors with their inputs: 2·(1, −1), or (2·(1, −1) + (−2)·(1, 1)) for several."""
        terms = [f"{factor(error)}·{vector(shown.inputs)}" for error, shown in zip(errors, self.presented, strict=True)]
        text = " + ".join(terms[:MOST_TERMS] + ["…"] * (len(terms) > MOST_TERMS))
        return f"({text})" if len(terms) > 1 else text

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, the formulas included."""
        return {
            "number": self.number,
            "epoch": self.epoch,
            "presented": [shown.to_dict() for shown in self.presented],
            "before": unit_to_dict(self.before),
            "after": unit_to_dict(self.after),
            "average": None if self.average is None else unit_to_dict(self.average),
            "changed": self.changed,
            "lines": self.lines(),
        }


@dataclass(frozen=True, slots=True)
class Pass:
    """How the unit stood after an epoch, which ended with update ``updates``: over all examples the ``mistakes`` of the
    unit that answers (None if the targets are no classes) and E = ½ Σ (t − o)²."""

    epoch: int
    updates: int
    unit: ThresholdUnit
    mistakes: int | None
    error: float

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"epoch": self.epoch, "mistakes": self.mistakes, "error": self.error} | unit_to_dict(self.unit)


def unit_to_dict(unit: ThresholdUnit) -> dict[str, Any]:
    """A unit's numbers as JSON values."""
    return {"weights": list(unit.weights), "threshold": unit.threshold}
