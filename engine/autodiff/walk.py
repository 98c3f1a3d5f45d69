"""A walk through the graph: one node at a time forward with the values, backward with the derivatives, and both ways.

All steps are computed when the walk begins; the walk itself is only a place among them, so going back is exact. Where a
node has no finite value or derivative the steps end, and the next one raises what is wrong with that node.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.autodiff.graph import Graph
from engine.autodiff.parsing import parse
from engine.autodiff.passes import Pullback, backward, forward
from engine.autodiff.problems import DomainError
from engine.autodiff.words import gradient_lines, value_line
from engine.types import Float64Array, Json


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a node's value, the start of the way back (∂J/∂J = 1), or what a node hands back to its inputs."""

    kind: Literal["value", "start", "hand back"]
    node: int
    lines: tuple[str, ...]
    pullback: Pullback | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        contributions = () if self.pullback is None else self.pullback.contributions
        return {
            "kind": self.kind,
            "node": self.node,
            "lines": list(self.lines),
            "contributions": [
                {
                    "node": part.node,
                    "local": None if part.local is None else part.local.tolist(),
                    "part": part.part.tolist(),
                    "total": part.total.tolist(),
                    "note": part.note,
                }
                for part in contributions
            ],
        }


class Walk:
    """A place on the way forward and back through a graph; 0 is the start, where only what was given is known."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.steps: list[Step] = []
        self.trouble: DomainError | None = None
        self.position = 0
        self._values: list[Float64Array] = []
        try:
            self._take_all()
        except DomainError as trouble:
            self.trouble = trouble

    @classmethod
    def of(cls, text: str, values: Mapping[str, Json] | None = None) -> "Walk":
        """The walk through the graph of a text. Raises :class:`engine.autodiff.problems.ExpressionError`."""
        return cls(parse(text, values))

    def _take_all(self) -> None:
        graph = self.graph
        for node, value in zip(graph.nodes, forward(graph), strict=True):
            self._values.append(value)
            if node.inputs:
                self.steps.append(Step("value", node.id, (value_line(graph, node, self._values),)))
        result = graph.result
        self.steps.append(Step("start", graph.output, (f"∂{result}/∂{result} = 1",)))
        for pullback in backward(graph, self._values):
            lines = tuple(gradient_lines(graph, pullback, self._values))
            self.steps.append(Step("hand back", pullback.node, lines, pullback))

    @property
    def values(self) -> dict[int, Float64Array]:
        """The values known here, by node."""
        known = [step.node for step in self.steps[: self.position] if step.kind == "value"]
        return self.graph.given | {node: self._values[node] for node in known}

    @property
    def gradients(self) -> dict[int, Float64Array]:
        """The derivatives ∂J/∂v known here, by node; not yet complete before every user of a node had its turn."""
        known: dict[int, Float64Array] = {}
        for step in self.steps[: self.position]:
            if step.kind == "start":
                known[step.node] = np.ones(())
            if step.pullback is not None:
                known |= {part.node: part.total for part in step.pullback.contributions}
        return known

    @property
    def phase(self) -> Literal["forward", "backward", "done"]:
        """What the next step does."""
        if self.position < len(self.steps):
            return "forward" if self.steps[self.position].kind == "value" else "backward"
        if self.trouble is None:
            return "done"
        return "backward" if len(self._values) == len(self.graph.nodes) else "forward"

    def step(self) -> Step:
        """One step on. Raises ValueError at the end, and :class:`DomainError` where the next node has no number."""
        if self.position == len(self.steps):
            raise self.trouble or ValueError("This is the end: every derivative is known.")
        self.position += 1
        return self.steps[self.position - 1]

    def back(self) -> Step:
        """One step back; returns the step that was undone. Raises ValueError at the start."""
        if self.position == 0:
            raise ValueError("This is the start: there is no step to undo.")
        self.position -= 1
        return self.steps[self.position]

    def forward_to(self, node: int) -> None:
        """Go, on or back, to where a node's value has just been computed. Raises as ``step``, and for a given node."""
        self._go("value", node)

    def backward_to(self, node: int) -> None:
        """Go, on or back, to where a node has just handed its derivative to its inputs. Raises as ``forward_to``."""
        self._go("hand back", node)

    def _go(self, kind: str, node: int) -> None:
        for place, step in enumerate(self.steps, start=1):
            if (step.kind, step.node) == (kind, node):
                self.position = place
                return
        raise self.trouble or ValueError(f"Node {node} has no such step: choose one that is computed from a variable.")

    def to_dict(self) -> dict[str, Any]:
        """The graph with what is known here, as JSON values: NaN is never among them."""
        values, gradients = self.values, self.gradients
        trouble = None if self.trouble is None or self.position < len(self.steps) else self.trouble.to_dict()
        document = self.graph.to_dict()
        for node in document["nodes"]:
            for key, known in (("value", values), ("gradient", gradients)):
                node[key] = known[node["id"]].tolist() if node["id"] in known else None
        return document | {
            "position": self.position,
            "steps": len(self.steps),
            "phase": self.phase,
            "last": self.steps[self.position - 1].to_dict() if self.position else None,
            "next": self.steps[self.position].node if self.position < len(self.steps) else None,
            "trouble": trouble,
        }
