"""Reading a probe's options: whole numbers in bounds, a point, a unit's address."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.reading import finite_numbers, is_list
from engine.types import Array, Float64Array

if TYPE_CHECKING:
    from engine.population import Population

UnitAddress: TypeAlias = tuple[int | str, int]
"""(layer, unit), or ("features", index) for one of the network's own features."""


class ProbeError(ValueError):
    """A probe that cannot be shown: ``option`` is the name of what is wrong."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class Options:
    """The options of one call. Reading takes them out, so that what is left over is known to be unknown."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._left = dict(given)

    def resolution(self, default: int, least: int, most: int) -> int:
        """Cells along each side of a grid."""
        value = self._left.pop("resolution", default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ProbeError("resolution", f"Give a whole number from {least} to {most}.")
        return value

    def point(self) -> Float64Array:
        """The probe point (1, 2)."""
        value = self._left.pop("point", None)
        point = finite_numbers(value) if is_list(value) and len(value) == 2 else None
        if point is None:
            raise ProbeError("point", "Give a point as two finite numbers, such as [1.5, -2].")
        return point.reshape(1, 2)

    def unit(self, widths: dict[int | str, int]) -> UnitAddress | None:
        """A unit's address among layers of these widths, or None if none is given."""
        value = self._left.pop("unit", None)
        if value is None:
            return None
        if not isinstance(value, list | tuple) or len(value) != 2 or isinstance(value[0], bool):
            raise ProbeError("unit", "Give a unit as [layer, unit], such as [0, 2].")
        layer, unit = value
        if not isinstance(layer, int | str) or layer not in widths:
            raise ProbeError("unit", f"There are layers 0 to {len(widths) - 2}.")
        if isinstance(unit, bool) or not isinstance(unit, int) or not 0 <= unit < widths[layer]:
            raise ProbeError("unit", f"This layer has units 0 to {widths[layer] - 1}.")
        return layer, unit

    def finish(self) -> None:
        """Raise if an option was given that the probe does not have."""
        for name in self._left:
            raise ProbeError(name, "This probe has no such option; leave it out.")


Probe: TypeAlias = "Callable[[Population, Options], dict[str, Array]]"
"""A probe's function: values of a population, replicas first."""
