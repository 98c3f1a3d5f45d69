"""Values of variables: a number, a list, or a list of lists of equal length."""

from collections.abc import Sequence

from engine.autodiff.problems import ExpressionError, Place
from engine.reading import finite_numbers, is_list
from engine.types import Float64Array, Json

MOST_ENTRIES = 1_000

START = Place(1, 1)


def read_value(name: str, value: Json) -> Float64Array:
    """The value of a variable from JSON. Raises :class:`ExpressionError` that names the variable."""
    try:
        if is_list(value):
            return rectangle(value, START)
        numbers = finite_numbers([value])
    except ExpressionError as problem:
        raise ExpressionError(f"The value of {name[:40]}: {problem.message}", problem.place) from None
    if numbers is None:
        raise ExpressionError(f"The value of {name[:40]}: give a finite number, or lists of them.", START)
    return numbers.reshape(())


def rectangle(value: Sequence[Json], place: Place) -> Float64Array:
    """A vector or a matrix from nested lists. Raises :class:`ExpressionError` for anything else."""
    rows = list(value) if all(map(is_list, value)) else [value]
    widths = {len(row) for row in rows}
    if not value or widths == {0}:
        raise ExpressionError("An array needs one entry at least.", place)
    if any(is_list(entry) for row in rows for entry in row):
        remedy = "An array is a list of numbers, or a list of such lists: every row alike and no deeper."
        raise ExpressionError(remedy, place)
    if len(widths) > 1:
        raise ExpressionError("The rows of this array differ in length: give them the same number of entries.", place)
    if len(rows) * max(widths) > MOST_ENTRIES:
        raise ExpressionError(f"This array is too large: it may have {MOST_ENTRIES} entries.", place)
    numbers = finite_numbers([entry for row in rows for entry in row])
    if numbers is None:
        raise ExpressionError("An array holds finite numbers only.", place)
    return numbers if rows[0] is value else numbers.reshape(len(rows), -1)
