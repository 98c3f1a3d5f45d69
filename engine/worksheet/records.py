"""A worksheet as data: entries in three phases, each a number with its formula and the numbers it was made of."""

from dataclasses import dataclass
from typing import Any

from engine.types import Float64Array
from engine.writing import written


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the three phases of a training step, in words."""

    name: str
    label: str
    explanation: str
    formula: str


PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase(
            "forward",
            "Forward",
            "Every unit adds up its weighted inputs and its bias, and makes its output of the sum.",
            "z_j = Σ_i w_{i,j} a_i + b_j, a_j = φ(z_j)",
        ),
        Phase(
            "error",
            "Error",
            "The outputs are compared with the targets: one number says how wrong they are.",
            "L = ½ Σ_k (a_k − t_k)^2, or L = −Σ_k t_k ln a_k",
        ),
        Phase(
            "backward",
            "Backward",
            "The error goes back along the weights; every weight learns its share of it, and moves against it.",
            "δ_j = φ′(z_j) Σ_k w_{j,k} δ_k, ∂L/∂w_{i,j} = δ_j a_i, w ← w − η ∂L/∂w",
        ),
    )
}
"""The phases in their order."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number: ``symbol`` = ``formula`` = ``numbers`` = value.

    ``quantity`` is sum, output, loss, delta, gradient or new weight. ``layer`` counts from 0, the output layer last;
    ``unit`` and ``input`` count from 0, and an input of None is the bias where a weight is meant.
    """

    phase: str
    quantity: str
    layer: int
    unit: int | None
    input: int | None
    symbol: str
    formula: str
    numbers: str
    value: float

    @property
    def line(self) -> str:
        """All of it as one equation."""
        sides = dict.fromkeys((self.symbol, self.formula, self.numbers, written(self.value)))
        return " = ".join(sides)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "quantity": self.quantity,
            "layer": self.layer,
            "unit": self.unit,
            "input": self.input,
            "symbol": self.symbol,
            "formula": self.formula,
            "numbers": self.numbers,
            "value": self.value,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Every number of one training step on one example. ``theta`` (P,) are the parameters after it."""

    entries: tuple[Entry, ...]
    loss: float
    theta: Float64Array

    def of(self, phase: str, quantity: str | None = None) -> list[Entry]:
        """The entries of a phase, or those of one quantity in it."""
        return [entry for entry in self.entries if entry.phase == phase and quantity in (None, entry.quantity)]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: the phases in order with their words and entries, and the loss."""
        phases = [
            {
                "name": phase.name,
                "label": phase.label,
                "explanation": phase.explanation,
                "formula": phase.formula,
                "entries": [entry.to_dict() for entry in self.of(phase.name)],
            }
            for phase in PHASES.values()
        ]
        return {"phases": phases, "loss": self.loss}
