"""Reading untrusted JSON values one by one, noting every problem instead of stopping at the first.

Nothing here echoes a value back or builds anything from it before its type and size are known.
"""

import math
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Any, TypeGuard

import numpy as np

from engine.errors import MOST_ISSUES, Issue, SpecError
from engine.limits import LONGEST_NAME, Bounds
from engine.types import Float64Array, Json

_KINDS = {bool: "true or false", str: "a text", list: "a list", tuple: "a list", dict: "an object"}


def describe(value: Json) -> str:
    """What kind of JSON value this is, in words: never the value itself."""
    return "null" if value is None else _KINDS.get(type(value), "a number" if is_number(value) else "something else")


def is_number(value: Json) -> TypeGuard[int | float]:
    """Whether a value is a number; true and false are not."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def is_list(value: Json) -> TypeGuard[Sequence[Any]]:
    """Whether a value is a list (or the tuple that stands for one in Python)."""
    return isinstance(value, list | tuple)


def finite_numbers(values: Sequence[Json]) -> Float64Array | None:
    """All values at once as float64, or None if any of them is not a finite number."""
    if set(map(type, values)) - {int, float} and not all(map(is_number, values)):
        return None
    try:
        array = np.array(values, dtype=np.float64)
    except OverflowError:
        return None
    return array if np.isfinite(array).all() else None


def pointer_to(parent: str, key: object) -> str:
    """The JSON pointer of a member: escaped as in RFC 6901, and cut when the key is very long."""
    if not isinstance(key, str):
        return f"{parent}/{key}" if isinstance(key, int) and abs(key) < 2**53 else f"{parent}/?"
    return f"{parent}/{key[:LONGEST_NAME].replace('~', '~0').replace('/', '~1')}"


def plain(number: float) -> str:
    """A bound as a person writes it: 10000, 0.5, 0.000001."""
    return str(int(number)) if number == int(number) else f"{number:.10f}".rstrip("0")


class Reader:
    """Reads values and collects an :class:`Issue` for each that cannot be used, at most 50."""

    def __init__(self) -> None:
        self.errors: list[Issue] = []

    @property
    def full(self) -> bool:
        """Whether so many problems were found that looking further helps nobody."""
        return len(self.errors) >= MOST_ISSUES

    def problem(self, pointer: str, message: str) -> None:
        """Note one problem."""
        if not self.full:
            self.errors.append(Issue(pointer, message))

    def finish(self) -> None:
        """Raise :class:`SpecError` if anything was wrong."""
        if self.errors:
            raise SpecError(self.errors)

    def record(self, value: Json, pointer: str, fields: Sequence[str], example: str = "") -> dict[str, Json]:
        """An object with known fields only; an empty one if ``value`` is not an object."""
        if not isinstance(value, dict):
            hint = f", such as {example}" if example else ""
            self.problem(pointer, f"Give an object{hint}; this is {describe(value)}.")
            return {}
        for key in value:
            if key not in fields:
                self.problem(pointer_to(pointer, key), _unknown_field(key, fields))
            if self.full:
                break
        return {key: value[key] for key in fields if key in value}

    def real(self, value: Json, pointer: str, bounds: Bounds) -> float:
        """A finite number within bounds, as a float."""
        wanted = f"Give a number from {plain(bounds.minimum)} to {plain(bounds.maximum)}"
        if not is_number(value):
            self.problem(pointer, f"{wanted}; this is {describe(value)}.")
        elif isinstance(value, float | np.floating) and not math.isfinite(value):
            self.problem(pointer, f"{wanted}; this is not a finite number.")
        elif not bounds.minimum <= value <= bounds.maximum:
            self.problem(pointer, f"{wanted}; this is too {'small' if value < bounds.minimum else 'large'}.")
        else:
            return float(value)
        return bounds.default

    def whole(self, value: Json, pointer: str, bounds: Bounds) -> int:
        """A whole number within bounds; 10.0 counts as 10."""
        wanted = f"Give a whole number from {plain(bounds.minimum)} to {plain(bounds.maximum)}"
        if not is_number(value):
            self.problem(pointer, f"{wanted}; this is {describe(value)}.")
        elif isinstance(value, float | np.floating) and not math.isfinite(value):
            self.problem(pointer, f"{wanted}; this is not a finite number.")
        elif not bounds.minimum <= value <= bounds.maximum:
            self.problem(pointer, f"{wanted}; this is too {'small' if value < bounds.minimum else 'large'}.")
        elif value != int(value):
            self.problem(pointer, f"{wanted}; this has a fraction.")
        else:
            return int(value)
        return int(bounds.default)

    def choice(self, value: Json, pointer: str, names: Collection[str], default: str) -> str:
        """One of the known names."""
        if isinstance(value, str) and value in names:
            return value
        listed = ", ".join(names)
        if not isinstance(value, str):
            self.problem(pointer, f"Choose one of {listed}; this is {describe(value)}.")
        else:
            self.problem(pointer, f"Choose one of {listed}.{_near(value, names)}")
        return default

    def switch(self, value: Json, pointer: str) -> bool:
        """True or false, nothing else."""
        if isinstance(value, bool):
            return value
        self.problem(pointer, f"Give true or false; this is {describe(value)}.")
        return True

    def items(self, value: Json, pointer: str, least: int, most: int, what: str) -> Sequence[Json]:
        """A list of an allowed length; an empty one otherwise, so that nobody walks through a long wrong list."""
        if not is_list(value):
            self.problem(pointer, f"Give a list of {what}; this is {describe(value)}.")
        elif not least <= len(value) <= most:
            count = f"{least}" if least == most else f"{least} to {most}"
            self.problem(pointer, f"Give {count} {what}; this list is too {'short' if len(value) < least else 'long'}.")
        else:
            return value
        return ()

    def vector(self, value: Json, pointer: str, count: int, bounds: Bounds, what: str) -> tuple[float, ...]:
        """Exactly ``count`` finite numbers within bounds."""
        values = self.items(value, pointer, count, count, what)
        array = finite_numbers(values)
        if array is not None and (not array.size or bounds.minimum <= array.min() <= array.max() <= bounds.maximum):
            return tuple(array.tolist())
        for place, number in enumerate(values):
            if self.full:
                break
            self.real(number, f"{pointer}/{place}", bounds)
        return ()

    def name(self, value: Json, pointer: str, longest: int) -> str:
        """A short text that is not blank."""
        if isinstance(value, str) and is_name(value, longest):
            return value
        what = (
            "this one is empty, too long or not printable" if isinstance(value, str) else f"this is {describe(value)}"
        )
        self.problem(pointer, f"Give a text of 1 to {longest} characters; {what}.")
        return ""


def is_name(text: str, longest: int) -> bool:
    """Not blank, short, without control characters or lone surrogates: it can be shown and written as UTF-8."""
    if len(text) > longest or not text.strip():
        return False
    return all(character >= " " and not "\ud800" <= character <= "\udfff" for character in text)


def _near(value: str, names: Collection[str]) -> str:
    close = get_close_matches(value, names, n=1) if len(value) <= LONGEST_NAME else []
    return f" Did you mean {close[0]}?" if close else ""


def _unknown_field(key: object, fields: Sequence[str]) -> str:
    near = _near(key, fields) if isinstance(key, str) else ""
    return f"This field is not known.{near} The fields here are {', '.join(fields)}."
