"""The computation graph: every intermediate number of an expression is a node that knows what it was made of.

Nodes are numbered in the order they are computed, so a node's inputs come before it. What is written twice is one node:
in cos(sin(x²) + 3x²) both use the same x².
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.autodiff.arrays import OPERATIONS
from engine.autodiff.functions import CONSTANTS
from engine.autodiff.operations import CALL, SUM, MisfitError, Shape, shape_text
from engine.autodiff.problems import ExpressionError, Place
from engine.autodiff.values import MOST_ENTRIES
from engine.types import Float64Array
from engine.writing import Shown, written_array

MOST_NODES = 300
LONGEST_WORDING = 60
VARIABLE, CONSTANT = "variable", "constant"


@dataclass(frozen=True, slots=True)
class Node:
    """One number or array. ``inputs`` are the nodes it is made of, ``text`` is it in the variables and names given, and
    ``active`` says whether it depends on a variable."""

    id: int
    operation: str
    inputs: tuple[int, ...]
    shape: Shape
    name: str | None
    text: str
    active: bool
    place: Place

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "operation": self.operation,
            "inputs": list(self.inputs),
            "shape": list(self.shape),
            "name": self.name,
            "text": self.text,
            "active": self.active,
            "line": self.place.line,
            "column": self.place.column,
        }


def fill(template: str, inputs: Sequence[Shown], **more: Shown) -> str:
    """A template with its inputs; x^{2} becomes x^2."""
    return re.sub(r"\^\{(\w)\}", r"^\1", template.format(*inputs, **more))


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes in order, the values of variables and constants, and which node is the result."""

    nodes: tuple[Node, ...]
    given: dict[int, Float64Array]
    output: int

    @property
    def variables(self) -> dict[str, int]:
        """The nodes of the variables by name."""
        return {node.text: node.id for node in self.nodes if node.operation == VARIABLE}

    @property
    def result(self) -> str:
        """What the result is called: its own name, or J."""
        return self.symbol(self.output)

    def symbol(self, node: int) -> str:
        """What a node is called in formulas: its name, its number if it is a constant, else v with its index."""
        found = self.nodes[node]
        if found.operation in (VARIABLE, CONSTANT):
            return found.text
        if found.name is None and node == self.output and "J" not in {other.name for other in self.nodes}:
            return "J"
        return found.name or (f"v_{node}" if node < 10 else f"v_{{{node}}}")

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: ``nodes``, the values of ``variables``, and the id of the ``output``."""
        return {
            "nodes": [node.to_dict() | {"symbol": self.symbol(node.id)} for node in self.nodes],
            "variables": {name: self.given[node].tolist() for name, node in self.variables.items()},
            "output": self.output,
        }


@dataclass(slots=True)
class Builder:
    """Makes a graph node by node, each only once. Raises :class:`ExpressionError` where arrays do not fit."""

    nodes: list[Node] = field(default_factory=list)
    given: dict[int, Float64Array] = field(default_factory=dict)
    known: dict[tuple[Any, ...], int] = field(default_factory=dict)
    bindings: list[int] = field(default_factory=list)

    def variable(self, name: str, value: Float64Array, place: Place) -> int:
        """A variable with its value."""
        node = self._add(VARIABLE, (), value.shape, name, True, place, CALL)
        self.given[node] = value
        return node

    def constant(self, value: Float64Array, place: Place) -> int:
        """A number written in the expression."""
        key = (CONSTANT, value.shape, value.tobytes())
        if key not in self.known:
            text = written_array(value)
            binding = SUM if text.startswith("−") else CALL
            self.known[key] = self._add(CONSTANT, (), value.shape, text, False, place, binding)
            self.given[self.known[key]] = value
        return self.known[key]

    def named_constant(self, name: str, place: Place) -> int:
        """π or e."""
        key = (CONSTANT, name)
        if key not in self.known:
            text, value = CONSTANTS[name]
            self.known[key] = self._add(CONSTANT, (), (), text, False, place, CALL)
            self.given[self.known[key]] = np.array(value)
        return self.known[key]

    def apply(self, name: str, inputs: tuple[int, ...], place: Place) -> int:
        """An operation on earlier nodes."""
        key = (name, inputs)
        if key not in self.known:
            operation = OPERATIONS[name]
            try:
                shape = operation.shape([self.nodes[node].shape for node in inputs])
            except MisfitError as misfit:
                raise ExpressionError(str(misfit), place) from None
            if math.prod(shape) > MOST_ENTRIES:
                remedy = f"{MOST_ENTRIES} entries are allowed; use smaller arrays."
                raise ExpressionError(f"This makes an array {shape_text(shape)}: {remedy}", place)
            active = any(self.nodes[node].active for node in inputs)
            texts = [self._shown(name, position, node) for position, node in enumerate(inputs)]
            binding = SUM if name == "negative" else operation.binding
            text = fill(operation.template, texts)
            self.known[key] = self._add(name, inputs, shape, text, active, place, binding)
        return self.known[key]

    def assign(self, name: str, node: int) -> None:
        """Give a node a name; from here on it stands under it in the words of others."""
        old = self.nodes[node]
        if old.name is None and old.operation not in (VARIABLE, CONSTANT):
            self.nodes[node] = Node(node, old.operation, old.inputs, old.shape, name, old.text, old.active, old.place)

    def finish(self, output: int, place: Place) -> Graph:
        """The graph of one number."""
        shape = self.nodes[output].shape
        if shape:
            remedy = "End with a single number: sum(…) or mean(…) makes one of an array."
            raise ExpressionError(f"{remedy} This is an array {shape_text(shape)}.", place)
        return Graph(tuple(self.nodes), self.given, output)

    def _shown(self, operation: str, position: int, node: int) -> Shown:
        """An input in the words of an operation."""
        found = self.nodes[node]
        plain = found.name or found.text
        own, binding = OPERATIONS[operation].binding, CALL if found.name else self.bindings[node]
        tight = operation == "power" if position == 0 else operation in ("subtract", "divide", "matmul")
        loose = binding < own or (binding == own and tight) or (position == 1 and plain.startswith("−"))
        return Shown(plain, f"({plain})" if loose else plain)

    def _add(
        self, operation: str, inputs: tuple[int, ...], shape: Shape, text: str, active: bool, place: Place, binding: int
    ) -> int:
        if len(self.nodes) == MOST_NODES:
            raise ExpressionError(f"This is too long: it may have at most {MOST_NODES} steps.", place)
        text = text if len(text) <= LONGEST_WORDING else f"{text[: LONGEST_WORDING - 1]}…"
        name = text if operation == VARIABLE else None
        self.nodes.append(Node(len(self.nodes), operation, inputs, shape, name, text, active, place))
        self.bindings.append(binding)
        return len(self.nodes) - 1
