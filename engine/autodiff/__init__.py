"""Automatic differentiation of a typed expression: a graph of every intermediate number, walked forward and back.

>>> from engine.autodiff import Walk, check, differentiate
>>> J, slopes = differentiate("cos(sin(x^2) + 3x^2)", {"x": 1.0})
>>> round(float(slopes["x"]), 6)
4.560792
>>> walk = Walk.of("cos(sin(x^2) + 3x^2)", {"x": 1.0})
>>> walk.step().lines
('v_2 = x^2 = 1^2 = 1',)
>>> [row.agrees for row in check(walk.graph)]
[True]

In the order to read: ``operations`` says what a node can do, ``functions`` and ``arrays`` are the tables of them;
``graph`` is made by ``parsing`` from ``tokens`` and ``values``; ``passes`` are the mathematics, ``words`` the same with
numbers put in, ``checking`` the differences beside it, ``walk`` the state of one who steps through. ``problems`` are
what can be wrong. Nothing here runs a text: it is read by a parser of its own.
"""

from collections.abc import Mapping

from engine.autodiff.arrays import OPERATIONS
from engine.autodiff.checking import Check, check
from engine.autodiff.graph import Graph, Node
from engine.autodiff.operations import Operation
from engine.autodiff.parsing import free_names, parse
from engine.autodiff.passes import forward, gradient, tangents
from engine.autodiff.problems import DomainError, ExpressionError
from engine.autodiff.walk import Step, Walk
from engine.types import Float64Array, Json

__all__ = [
    "OPERATIONS",
    "Check",
    "DomainError",
    "ExpressionError",
    "Graph",
    "Node",
    "Operation",
    "Step",
    "Walk",
    "check",
    "differentiate",
    "forward",
    "free_names",
    "gradient",
    "parse",
    "tangents",
]


def differentiate(text: str, values: Mapping[str, Json] | None = None) -> tuple[float, dict[str, Float64Array]]:
    """The value of a text and its derivative by every variable, each in the variable's shape.

    Raises :class:`ExpressionError` for what cannot be read and :class:`DomainError` where there is no finite number.
    """
    graph = parse(text, values)
    numbers = list(forward(graph))
    return float(numbers[graph.output]), gradient(graph, numbers)
