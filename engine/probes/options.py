"""Reading a probe's options: whole numbers in bounds, a point, a unit's address."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from engine.probes.seen import Seen
from engine.reading import finite_numbers, is_list, is_number
from engine.types import Array, Float64Array

UnitAddress: TypeAlias = tuple[int | str, int]
"""(layer, unit), or ("features", index) for one of the network's own features."""


INPUT_REACH = 1e6


class ProbeError(ValueError):
    """A probe that cannot be shown: ``option`` is the name of what is wrong."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class Options:
    """The options of one call. Reading takes them out, so that what is left over is known to be unknown."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._left = dict(given)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number in bounds."""
        value = self._left.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ProbeError(name, f"Give a whole number from {least} to {most}.")
        return value

    def resolution(self, default: int, least: int, most: int) -> int:
        """Cells along each side of a grid."""
        return self.whole("resolution", default, least, most)

    def real(self, name: str, default: float, least: float, most: float) -> float:
        """A number in bounds."""
        value = self._left.pop(name, default)
        if not is_number(value) or not least <= value <= most:
            raise ProbeError(name, f"Give a number from {least:g} to {most:g}.")
        return float(value)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of some names; the first if none is given."""
        value = self._left.pop(name, choices[0])
        if value not in choices:
            raise ProbeError(name, f"Choose one of {', '.join(choices)}.")
        return str(value)

    def has(self, name: str) -> bool:
        """Whether an option is given."""
        return self._left.get(name) is not None

    def inputs(self, size: int) -> Float64Array:
        """What the network is given of one example, as it is before any features are made of it: (1, F)."""
        value = self._left.pop("inputs", None)
        inputs = finite_numbers(value) if is_list(value) and len(value) == size else None
        if inputs is None or np.abs(inputs).max() > INPUT_REACH:
            raise ProbeError("inputs", f"Give a list of {size} numbers within ±{INPUT_REACH:.0f}.")
        return inputs.reshape(1, size)

    def point(self) -> Float64Array:
        """The probe point (1, 2)."""
        value = self._left.pop("point", None)
        point = finite_numbers(value) if is_list(value) and len(value) == 2 else None
        if point is None:
            raise ProbeError("point", "Give a point as two finite numbers, such as [1.5, -2].")
        return point.reshape(1, 2)

    def unit(self, widths: dict[int | str, int], name: str = "unit") -> UnitAddress | None:
        """A unit's address among layers of these widths, or None if none is given."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        if not isinstance(value, list | tuple) or len(value) != 2 or isinstance(value[0], bool):
            raise ProbeError(name, "Give a unit as [layer, unit], such as [0, 2].")
        layer, unit = value
        if not isinstance(layer, int | str) or layer not in widths:
            raise ProbeError(name, f"There are layers 0 to {max(key for key in widths if isinstance(key, int))}.")
        if isinstance(unit, bool) or not isinstance(unit, int) or not 0 <= unit < widths[layer]:
            raise ProbeError(name, f"This layer has units 0 to {widths[layer] - 1}.")
        return layer, unit

    def finish(self) -> None:
        """Raise if an option was given that the probe does not have."""
        for name in self._left:
            raise ProbeError(name, "This probe has no such option; leave it out.")


Probe: TypeAlias = Callable[[Seen, Options], dict[str, Array]]
"""A probe's function: values of a population, replicas first."""
