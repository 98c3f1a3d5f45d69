"""A numerical check beside the exact derivatives: central differences, one entry of one variable at a time.

    ∂J/∂x ≈ (J(x + h) − J(x − h)) / ((x + h) − (x − h)),  h = max(ε^{1/3} √max(1, |x|), ε^{2/3} |x|)

At |x| ≤ 1 the error of the formula, of the order of h², and that of rounding, of the order of ε / h, are alike.
Farther out the best h depends on J: a power of x bends over a distance of the order of |x|, a sine over 1. The root
lies between; where h would drown in the rounding of x, above 10¹⁰, it grows with x again. There x ± h are rounded
themselves, which is why it is divided by the difference that was taken.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.autodiff.graph import Graph
from engine.autodiff.passes import TOO_LARGE, forward, gradient
from engine.autodiff.problems import DomainError
from engine.types import Float64Array

MOST_CHECKED = 100
"""Entries that are checked; of longer arrays the first."""

STEP = float(np.finfo(np.float64).eps) ** (1.0 / 3.0)
AGREEMENT = 1e-5


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of a variable: the ``exact`` derivative beside the ``numerical`` one, which is None where J cannot be
    computed on both sides; then ``trouble`` says why."""

    variable: str
    entry: tuple[int, ...]
    exact: float
    numerical: float | None
    step: float
    trouble: str | None

    @property
    def agrees(self) -> bool:
        """Whether both are equal to five digits of the larger, or of 1."""
        if self.numerical is None:
            return False
        return abs(self.exact - self.numerical) <= AGREEMENT * max(1.0, abs(self.exact), abs(self.numerical))

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "variable": self.variable,
            "entry": list(self.entry),
            "exact": self.exact,
            "numerical": self.numerical,
            "step": self.step,
            "agrees": self.agrees,
            "trouble": self.trouble,
        }


def check(graph: Graph) -> list[Check]:
    """The derivatives by every entry of every variable, at most 100. Raises DomainError where there are none."""
    values = list(forward(graph))
    exact = gradient(graph, values)
    entries = [(name, entry) for name, slopes in exact.items() for entry in np.ndindex(slopes.shape)]
    return [_check(graph, name, entry, float(exact[name][entry])) for name, entry in entries[:MOST_CHECKED]]


def _check(graph: Graph, name: str, entry: tuple[int, ...], exact: float) -> Check:
    node = graph.variables[name]
    place = float(graph.given[node][entry])
    step = max(STEP * math.sqrt(max(1.0, abs(place))), STEP**2 * abs(place))
    try:
        above, below = (_result(graph, node, entry, move) for move in (step, -step))
    except DomainError as problem:
        return Check(name, entry, exact, None, step, f"There is no difference to take here: {problem.message}")
    slope = (above - below) / ((place + step) - (place - step))
    if not math.isfinite(slope):
        return Check(name, entry, exact, None, step, f"There is no difference to take here: {TOO_LARGE}")
    return Check(name, entry, exact, slope, step, None)


def _result(graph: Graph, node: int, entry: tuple[int, ...], move: float) -> float:
    moved: Float64Array = graph.given[node].copy()
    moved[entry] += move
    return float(list(forward(graph, {node: moved}))[graph.output])
