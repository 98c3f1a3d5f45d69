"""Values forward, derivatives backward, node by node: the two passes of automatic differentiation, each step as data.

Forward, in order: v_k = f(inputs). Backward, in reverse order (reverse mode: Linnainmaa, Taylor Expansion of the
Accumulated Rounding Error, 1976), with every node's ∂J/∂v known when its turn comes:

    ∂J/∂J = 1,    ∂J/∂a ← ∂J/∂a + ∂J/∂v · ∂v/∂a    for each input a of v

Forward mode instead follows one variable through all nodes: ∂v/∂x = Σ ∂v/∂a · ∂a/∂x (Wengert, A Simple Automatic
Derivative Evaluation Program, 1964). Nothing here is NaN: a node without a finite value or derivative is an error.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.autodiff.arrays import OPERATIONS
from engine.autodiff.graph import Graph, Node
from engine.autodiff.problems import DomainError
from engine.types import Float64Array

TOO_LARGE = "The number here is too large to be held: choose smaller values."


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a node hands back to its input in a place: ``local`` is ∂v/∂a where that is one number for each entry,
    ``part`` is added to ``before`` (None at first), ``total`` is the input's derivative afterwards; ``note`` tells of a
    corner."""

    place: int
    node: int
    local: Float64Array | None
    before: Float64Array | None
    part: Float64Array
    total: Float64Array
    note: str | None


@dataclass(frozen=True, slots=True)
class Pullback:
    """One step backward: the node whose derivative ``gradient`` is complete, and what it hands to its inputs."""

    node: int
    gradient: Float64Array
    contributions: tuple[Contribution, ...]


def inputs_of(node: Node, values: Sequence[Float64Array]) -> list[Float64Array]:
    """The values a node is made of."""
    return [values[source] for source in node.inputs]


def forward(graph: Graph, given: Mapping[int, Float64Array] | None = None) -> Iterator[Float64Array]:
    """The value of every node in order; ``given`` goes before the graph's own values of variables.

    Raises :class:`DomainError` at the first node that has no finite value.
    """
    known = graph.given | dict(given or {})
    values: list[Float64Array] = []
    for node in graph.nodes:
        values.append(known[node.id] if node.id in known else _value(node, inputs_of(node, values)))
        yield values[-1]


def _value(node: Node, inputs: list[Float64Array]) -> Float64Array:
    operation = OPERATIONS[node.operation]
    trouble = operation.trouble(inputs)
    if trouble is not None:
        raise DomainError(trouble, node.place, node.id)
    with np.errstate(all="ignore"):
        value = operation.value(inputs)
    if not np.isfinite(value).all():
        raise DomainError(TOO_LARGE, node.place, node.id)
    return value


def backward_order(graph: Graph) -> list[int]:
    """The nodes that derivatives go through: made of variables, and leading to the result; last first."""
    leading = {graph.output}
    for node in reversed(graph.nodes):
        if node.id in leading:
            leading.update(node.inputs)
    return [node.id for node in reversed(graph.nodes) if node.active and node.inputs and node.id in leading]


def backward(graph: Graph, values: Sequence[Float64Array]) -> Iterator[Pullback]:
    """Every step backward from the result, the last node first.

    Raises :class:`DomainError` at the first node whose derivative is not finite.
    """
    gradients = {graph.output: np.ones(())}
    for place in backward_order(graph):
        node = graph.nodes[place]
        contributions = []
        for position, source in enumerate(node.inputs):
            if graph.nodes[source].active:
                contribution = _hand_back(graph, node, position, values, gradients)
                gradients[source] = contribution.total
                contributions.append(contribution)
        yield Pullback(place, gradients[place], tuple(contributions))


def _hand_back(
    graph: Graph, node: Node, position: int, values: Sequence[Float64Array], gradients: Mapping[int, Float64Array]
) -> Contribution:
    operation, inputs, source = OPERATIONS[node.operation], inputs_of(node, values), node.inputs[position]
    before = gradients.get(source)
    with np.errstate(all="ignore"):
        local = operation.local(position, values[node.id], inputs)
        part = operation.pull(position, gradients[node.id], values[node.id], inputs)
        total = np.asarray(part if before is None else before + part)
    if not (np.isfinite(total).all() and (local is None or np.isfinite(local).all())):
        raise _no_slope(graph, node, source)
    return Contribution(position, source, local, before, part, total, operation.note(inputs))


def _no_slope(graph: Graph, node: Node, source: int) -> DomainError:
    slope = f"∂{graph.symbol(node.id)}/∂{graph.symbol(source)}"
    return DomainError(f"{slope} has no finite value here: choose another point.", node.place, node.id)


def gradient(graph: Graph, values: Sequence[Float64Array]) -> dict[str, Float64Array]:
    """∂J/∂x for every variable, in its shape; zeros for one that J does not depend on. Raises DomainError."""
    totals = {node: np.zeros(values[node].shape) for node in graph.variables.values()}
    for step in backward(graph, values):
        totals |= {part.node: part.total for part in step.contributions if part.node in totals}
    if graph.output in totals:
        totals[graph.output] = np.ones(())
    return {name: totals[node] for name, node in graph.variables.items()}


def tangents(
    graph: Graph, values: Sequence[Float64Array], variable: str, entry: tuple[int, ...] = ()
) -> list[Float64Array]:
    """Forward mode: ∂v/∂x of every node in order, in the node's shape, for a variable x or one entry of an array.

    Raises KeyError for an unknown variable, IndexError for an entry it does not have, and DomainError.
    """
    chosen = graph.variables[variable]
    found: list[Float64Array] = []
    for node in graph.nodes:
        tangent = np.zeros(node.shape)
        if node.id == chosen:
            if len(entry) != tangent.ndim:
                raise IndexError(f"{variable} has {tangent.ndim} indices, not {len(entry)}.")
            tangent[entry] = 1.0
        for position, source in enumerate(node.inputs):
            if found[source].any():
                tangent = tangent + _push(graph, node, position, values, found[source])
        found.append(np.asarray(tangent))
    return found


def _push(
    graph: Graph, node: Node, position: int, values: Sequence[Float64Array], tangent: Float64Array
) -> Float64Array:
    operation, inputs = OPERATIONS[node.operation], inputs_of(node, values)
    with np.errstate(all="ignore"):
        part = operation.push(position, tangent, values[node.id], inputs)
    if not np.isfinite(part).all():
        raise _no_slope(graph, node, node.inputs[position])
    return part
