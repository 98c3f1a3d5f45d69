"""What a single unit is asked to learn: a rule, a learning rate, where it starts, and examples.

``{"rule": "perceptron", "gate": "xor", "low": -1, "learning_rate": 0.5}`` or, with rows (inputs …, target),
``{"rule": "adaline", "examples": [[0.5, 1, 1], [−1, 2, −1]], "weights": [0, 0], "threshold": 0}``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.classic.gates import GATES
from engine.classic.rules import RULES
from engine.limits import Bounds
from engine.reading import Reader
from engine.types import Json

EXAMPLES = Bounds(1, 500, 4)
INPUTS = Bounds(1, 16, 2)
NUMBER = Bounds(-1e6, 1e6, 0.0)
LEARNING_RATE = Bounds(1e-6, 1e3, 0.1)
LOW = Bounds(-1.0, 0.0, -1.0)
FIELDS = ("rule", "gate", "low", "examples", "learning_rate", "weights", "threshold")


@dataclass(frozen=True, slots=True)
class Example:
    """Inputs and the target the unit should give for them."""

    inputs: tuple[float, ...]
    target: float


@dataclass(frozen=True, slots=True)
class UnitProblem:
    """One unit, one rule, some examples. ``low`` is the output for false, −1 or 0; the other one is 1."""

    rule: str
    examples: tuple[Example, ...]
    learning_rate: float
    weights: tuple[float, ...]
    threshold: float
    low: float

    @staticmethod
    def from_dict(document: Json) -> "UnitProblem":
        """Read a problem; raises :class:`engine.errors.SpecError` with a pointer and a remedy for everything wrong."""
        reader = Reader()
        fields = reader.record(document, "", FIELDS, '{"rule": "perceptron", "gate": "xor"}')
        rule = reader.choice(fields.get("rule", "perceptron"), "/rule", RULES, "perceptron")
        low = _low(reader, fields.get("low", LOW.default))
        examples = _examples(reader, fields, low)
        rate = reader.real(fields.get("learning_rate", LEARNING_RATE.default), "/learning_rate", LEARNING_RATE)
        inputs = len(examples[0].inputs) if examples else 0
        weights = (0.0,) * inputs
        if "weights" in fields and examples:
            weights = reader.vector(fields["weights"], "/weights", inputs, NUMBER, "weights, one for each input")
        threshold = reader.real(fields.get("threshold", 0.0), "/threshold", NUMBER)
        if examples and not RULES[rule].is_linear:
            low = _low_of_targets(reader, examples, low)
        reader.finish()
        return UnitProblem(rule, tuple(examples), rate, weights, threshold, low)

    @property
    def middle(self) -> float | None:
        """Halfway between the targets of two classes; None if the targets are other numbers."""
        found = {example.target for example in self.examples}
        return 0.0 if found <= {-1.0, 1.0} else 0.5 if found <= {0.0, 1.0} else None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: ``UnitProblem.from_dict(problem.to_dict()) == problem``."""
        return {
            "rule": self.rule,
            "examples": [[*example.inputs, example.target] for example in self.examples],
            "low": self.low,
            "learning_rate": self.learning_rate,
            "weights": list(self.weights),
            "threshold": self.threshold,
        }


def _low(reader: Reader, value: Json) -> float:
    low = reader.real(value, "/low", LOW)
    if low not in (LOW.minimum, LOW.maximum):
        reader.problem("/low", "Give −1 or 0: what false is written as.")
    return low


def _examples(reader: Reader, fields: dict[str, Json], low: float) -> list[Example]:
    if ("gate" in fields) == ("examples" in fields):
        reader.problem("/examples", f"Give either examples or a gate, one of {', '.join(GATES)}.")
        return []
    if "gate" in fields:
        rows: Sequence[Json] = GATES[reader.choice(fields["gate"], "/gate", GATES, "and")].examples(low)
    else:
        most = int(EXAMPLES.maximum)
        rows = reader.items(fields["examples"], "/examples", int(EXAMPLES.minimum), most, "examples [inputs …, target]")
    least, most = int(INPUTS.minimum) + 1, int(INPUTS.maximum) + 1
    width = len(reader.items(rows[0], "/examples/0", least, most, "numbers: inputs and a target")) if rows else 0
    examples = []
    for place, row in enumerate(rows if width else ()):
        numbers = reader.vector(row, f"/examples/{place}", width, NUMBER, "numbers, as in the first example")
        if reader.full:
            break
        if numbers:
            examples.append(Example(numbers[:-1], numbers[-1]))
    return examples


def _low_of_targets(reader: Reader, examples: Sequence[Example], low: float) -> float:
    """A unit with a threshold has two outputs: 1, and the other of its targets."""
    others = {example.target for example in examples} - {1.0}
    if not others:
        return low
    wanted = -1.0 if -1.0 in others else 0.0
    for place, example in enumerate(examples):
        if example.target not in (wanted, 1.0):
            remedy = "Give targets −1 and 1, or 0 and 1, for a unit with a threshold; or choose an ADALINE rule."
            reader.problem(f"/examples/{place}/{len(example.inputs)}", remedy)
            break
    return wanted
