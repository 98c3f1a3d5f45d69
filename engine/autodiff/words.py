"""Every step of both passes as a formula, in symbols and then with the numbers put in."""

from collections.abc import Callable, Sequence

from engine.autodiff.arrays import OPERATIONS
from engine.autodiff.graph import Graph, Node, fill
from engine.autodiff.passes import Contribution, Pullback
from engine.types import Float64Array
from engine.writing import Shown, written_array


def value_line(graph: Graph, node: Node, values: Sequence[Float64Array]) -> str:
    """v_4 = sin(v_2) = sin(2.25) = 0.778073."""
    template = OPERATIONS[node.operation].template
    forms = [fill(template, [shown(source) for source in node.inputs]) for shown in _forms(graph, values)]
    return _joined(graph.symbol(node.id), *forms, written_array(values[node.id]))


def gradient_lines(graph: Graph, step: Pullback, values: Sequence[Float64Array]) -> list[str]:
    """What a node hands to each input: its local derivative, then the sum at the input."""
    return [line for part in step.contributions for line in _contribution_lines(graph, step, part, values)]


def _contribution_lines(graph: Graph, step: Pullback, part: Contribution, values: Sequence[Float64Array]) -> list[str]:
    node, result = graph.nodes[step.node], graph.result
    template = OPERATIONS[node.operation].slopes[part.place]
    symbols, numbers = _forms(graph, values)
    own, given, source = graph.symbol(node.id), f"∂{result}/∂{graph.symbol(node.id)}", graph.symbol(part.node)
    target, total = f"∂{result}/∂{source}", written_array(part.total)
    before = "" if part.before is None else f"{written_array(part.before)} + "
    notes = [] if part.note is None else [part.note]
    if part.local is None:
        rule = fill(template, [symbols(other) for other in node.inputs], g=Shown(given, given))
        return [_joined(target, f"{before}{rule}", total), *notes]
    slopes = [fill(template, [form(other) for other in node.inputs], v=form(node.id)) for form in (symbols, numbers)]
    local = f"∂{own}/∂{source}"
    slope_line = _joined(local, *slopes, written_array(part.local))
    if step.node == graph.output and part.before is None:
        return [slope_line, *notes]
    sigma = "" if part.part.shape == part.local.shape else "Σ "
    product = f"{before}{sigma}{_number(step.gradient).bracketed}·{_number(part.local).bracketed}"
    return [slope_line, _joined(target, f"{before}{sigma}{given}·{local}", product, total), *notes]


def _forms(graph: Graph, values: Sequence[Float64Array]) -> tuple[Callable[[int], Shown], Callable[[int], Shown]]:
    """How a node is written: by its symbol, and by its value."""

    def symbol(node: int) -> Shown:
        return _bracketed(graph.symbol(node))

    def number(node: int) -> Shown:
        return _number(values[node])

    return symbol, number


def _number(value: Float64Array) -> Shown:
    return _bracketed(written_array(value))


def _bracketed(text: str) -> Shown:
    loose = text.startswith("−") or ("·" in text and not text.startswith("["))
    return Shown(text, f"({text})" if loose else text)


def _joined(*sides: str) -> str:
    """The sides of an equation, without one that says the same as the side before it."""
    return " = ".join(side for place, side in enumerate(sides) if place == 0 or side != sides[place - 1])
