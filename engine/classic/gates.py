"""Logic gates as truth tables, with the unit that computes each: AND, OR, NOT and XOR, which has none."""

from dataclasses import dataclass
from itertools import product

from engine.classic.threshold import ThresholdUnit


@dataclass(frozen=True, slots=True)
class Gate:
    """A truth table: ``truth`` lists the outputs for the inputs in counting order, 00, 01, 10, 11.

    ``weights`` and ``threshold`` are those of a unit that computes it from inputs of 0 and 1.
    """

    name: str
    label: str
    explanation: str
    formula: str
    truth: tuple[bool, ...]
    weights: tuple[float, ...] | None
    threshold: float

    @property
    def inputs(self) -> int:
        """How many inputs it has."""
        return len(self.truth).bit_length() - 1

    def examples(self, low: float = -1.0) -> list[tuple[float, ...]]:
        """The rows (inputs …, target), false written as ``low`` and true as 1."""
        rows = product((low, 1.0), repeat=self.inputs)
        return [(*row, 1.0 if true else low) for row, true in zip(rows, self.truth, strict=True)]

    def unit(self, low: float = -1.0) -> ThresholdUnit | None:
        """A unit that computes it, or None if no unit can.

        With inputs u′ = low + (1 − low) u instead of u in {0, 1}, the sum is scaled and shifted, and so is μ.
        """
        if self.weights is None:
            return None
        threshold = (1.0 - low) * self.threshold + low * sum(self.weights)
        return ThresholdUnit(self.weights, threshold, low)


GATES: dict[str, Gate] = {
    gate.name: gate
    for gate in (
        Gate(
            "and",
            "AND",
            "True if both inputs are. A straight line cuts the one true corner off.",
            "x ∧ y",
            (False, False, False, True),
            (1.0, 1.0),
            1.75,
        ),
        Gate(
            "or",
            "OR",
            "True if any input is. A straight line cuts the one false corner off.",
            "x ∨ y",
            (False, True, True, True),
            (1.0, 1.0),
            0.5,
        ),
        Gate(
            "not",
            "NOT",
            "True if its input is not. A negative weight turns the answer round.",
            "¬x",
            (True, False),
            (-1.0,),
            -0.5,
        ),
        Gate(
            "xor",
            "XOR",
            "True if exactly one input is. No straight line has both true corners on one side.",
            "x ⊕ y",
            (False, True, True, False),
            None,
            0.0,
        ),
    )
}
"""Every gate by its name."""
