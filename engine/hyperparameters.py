"""Hyper-parameters: the numbers that belong to one kind of thing and to no other, with the words for them.

An optimizer, a schedule, a way of clipping and a stop condition each list theirs, so that a specification is read and
a page is built from the same table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from engine.limits import Bounds
from engine.reading import Reader
from engine.types import Json


@dataclass(frozen=True, slots=True)
class Hyperparameter:
    """One number of a kind. ``whole`` ones take no fraction; ``scale`` is that of a slider."""

    name: str
    label: str
    explanation: str
    symbol: str
    bounds: Bounds
    scale: Literal["linear", "log"] = "linear"
    unit: str = ""
    whole: bool = False

    def read(self, reader: Reader, value: Json, pointer: str) -> float:
        """A number within bounds."""
        read = reader.whole if self.whole else reader.real
        return read(value, pointer, self.bounds)

    def to_dict(self) -> dict[str, Any]:
        """Words, bounds and default as JSON values."""
        return {
            "name": self.name,
            "label": self.label,
            "explanation": self.explanation,
            "symbol": self.symbol,
            "minimum": self.bounds.minimum,
            "maximum": self.bounds.maximum,
            "default": self.bounds.default,
            "scale": self.scale,
            "unit": self.unit,
            "whole": self.whole,
        }


class Kind(Protocol):
    """Anything with a name and numbers of its own."""

    @property
    def name(self) -> str: ...
    @property
    def hyperparameters(self) -> tuple[Hyperparameter, ...]: ...


def names_in(table: Mapping[str, Kind]) -> list[str]:
    """Every number that some kind of a table has, each once."""
    return list(dict.fromkeys(number.name for kind in table.values() for number in kind.hyperparameters))


def read_numbers(reader: Reader, fields: Mapping[str, Json], pointer: str, kind: Kind) -> dict[str, float]:
    """The numbers of one kind, each given or its default."""
    return {
        number.name: number.read(reader, fields.get(number.name, number.bounds.default), f"{pointer}/{number.name}")
        for number in kind.hyperparameters
    }


def refuse_strangers(
    reader: Reader, fields: Iterable[str], pointer: str, kind: Kind, table: Mapping[str, Kind]
) -> None:
    """Note every number that other kinds have and this one has not, and which do have it."""
    own = {number.name for number in kind.hyperparameters}
    known = set(names_in(table))
    for name in fields:
        if name in known and name not in own:
            owners = ", ".join(
                other.name for other in table.values() if name in {n.name for n in other.hyperparameters}
            )
            reader.problem(
                f"{pointer}/{name}", f"{kind.name} has no {name}; leave it out, or choose one that has it: {owners}."
            )


def let_go(fields: dict[str, Any], change: Json, table: Mapping[str, Kind], old: str) -> None:
    """Remove, where a change names another kind than the old one, the old numbers that mean nothing there.

    A number stays if both kinds have the very same one, as momentum and Nesterov momentum do.
    """
    kind = fields.get("kind")
    if not isinstance(change, dict) or not isinstance(kind, str) or kind not in table:
        return
    for number in table[old].hyperparameters:
        if number not in table[kind].hyperparameters and number.name not in change:
            fields.pop(number.name, None)
