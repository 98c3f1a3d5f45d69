"""Threshold units: v = Θ(Σ w u − μ), and small networks made of them by hand.

McCulloch & Pitts, A Logical Calculus of the Ideas Immanent in Nervous Activity, 1943. Θ is 1 above zero, and at zero
and below it the low value: −1, or 0 where the inputs are 0 and 1. One unit draws one straight border, w·u = μ, so it
computes AND, OR and NOT but not XOR (Minsky & Papert, Perceptrons, 1969); a second layer can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.writing import factor, weighted_sum, written


def step(total: float, low: float) -> float:
    """Θ(total): 1 above zero, else ``low``."""
    return 1.0 if total > 0 else low


@dataclass(frozen=True, slots=True)
class ThresholdUnit:
    """One unit with a weight for each input and the threshold μ that their sum must pass."""

    weights: tuple[float, ...]
    threshold: float
    low: float = -1.0

    def total(self, inputs: Sequence[float]) -> float:
        """Σ w u − μ. Raises ValueError if there is not one input for each weight."""
        if len(inputs) != len(self.weights):
            raise ValueError(f"This unit has {len(self.weights)} weights: give as many inputs, not {len(inputs)}.")
        return sum(weight * value for weight, value in zip(self.weights, inputs, strict=True)) - self.threshold

    def output(self, inputs: Sequence[float]) -> float:
        """v = Θ(Σ w u − μ)."""
        return step(self.total(inputs), self.low)

    def line(self, inputs: Sequence[float]) -> str:
        """The formula with its numbers: Θ(1·1 + 1·(−1) − 1.5) = Θ(−1.5) = −1."""
        total = self.total(inputs)
        terms = f"{weighted_sum(self.weights, inputs)} − {factor(self.threshold)}"
        return f"Θ({terms}) = Θ({written(total)}) = {written(step(total, self.low))}"


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit in its place: ``reads`` names inputs and earlier units, one for each weight."""

    name: str
    reads: tuple[str, ...]
    unit: ThresholdUnit


@dataclass(frozen=True, slots=True)
class UnitReading:
    """One unit at work: what it read, its sum less the threshold, and what it made of it."""

    name: str
    reads: tuple[str, ...]
    inputs: tuple[float, ...]
    total: float
    output: float
    line: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "name": self.name,
            "reads": list(self.reads),
            "inputs": list(self.inputs),
            "total": self.total,
            "output": self.output,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class ThresholdNetwork:
    """Units in the order they are computed; the last is the output."""

    name: str
    label: str
    explanation: str
    formula: str
    inputs: tuple[str, ...]
    units: tuple[NamedUnit, ...]

    def look(self, inputs: Sequence[float]) -> list[UnitReading]:
        """Every unit's numbers for one row of inputs. Raises ValueError if their number is wrong."""
        if len(inputs) != len(self.inputs):
            raise ValueError(f"This network reads {', '.join(self.inputs)}: give as many inputs, not {len(inputs)}.")
        values = dict(zip(self.inputs, map(float, inputs), strict=True))
        readings = []
        for named in self.units:
            read = tuple(values[name] for name in named.reads)
            values[named.name] = named.unit.output(read)
            line = f"{named.name} = {named.unit.line(read)}"
            total = named.unit.total(read)
            readings.append(UnitReading(named.name, named.reads, read, total, values[named.name], line))
        return readings

    def output(self, inputs: Sequence[float]) -> float:
        """The last unit's output."""
        return self.look(inputs)[-1].output


XOR_NETWORKS: dict[str, ThresholdNetwork] = {
    network.name: network
    for network in (
        ThresholdNetwork(
            "skip",
            "XOR with one hidden unit",
            "The hidden unit sees that both inputs are on and takes their votes away from the output.",
            "o = Θ(x + y − 2h − 0.5), h = Θ(x + y − 1.5)",
            ("x", "y"),
            (
                NamedUnit("h", ("x", "y"), ThresholdUnit((1.0, 1.0), 1.5, 0.0)),
                NamedUnit("o", ("x", "y", "h"), ThresholdUnit((1.0, 1.0, -2.0), 0.5, 0.0)),
            ),
        ),
        ThresholdNetwork(
            "layers",
            "XOR in two layers",
            "One hidden unit is OR, the other is AND; the output wants the first without the second.",
            "o = Θ(a − b − 0.5), a = Θ(x + y − 0.5), b = Θ(x + y − 1.5)",
            ("x", "y"),
            (
                NamedUnit("a", ("x", "y"), ThresholdUnit((1.0, 1.0), 0.5, 0.0)),
                NamedUnit("b", ("x", "y"), ThresholdUnit((1.0, 1.0), 1.5, 0.0)),
                NamedUnit("o", ("a", "b"), ThresholdUnit((1.0, -1.0), 0.5, 0.0)),
            ),
        ),
    )
}
"""Networks for XOR whose inputs and outputs are 0 and 1."""
