"""What can be wrong with an expression: how it is written, or where it is evaluated."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the text; both count from 1."""

    line: int
    column: int


class ExpressionError(ValueError):
    """A text that cannot be read as an expression, or arrays that do not fit together: where, and what to do."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(f"line {place.line}, column {place.column}: {message}")
        self.message = message
        self.place = place

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"message": self.message, "line": self.place.line, "column": self.place.column}


class DomainError(ExpressionError):
    """A node that has no finite value or derivative at this point, such as ln of a negative number."""

    def __init__(self, message: str, place: Place, node: int) -> None:
        super().__init__(message, place)
        self.node = node

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, with the node."""
        return super().to_dict() | {"node": self.node}
