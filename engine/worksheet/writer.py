"""Writing a step out: every sum, output, loss, delta, gradient and new weight with its formula.

Notation: z^{(l)}_j and a^{(l)}_j are the sum and the output of unit j of layer l, w^{(l)}_{i,j} the weight from input i
into it, b^{(l)}_j its bias and δ^{(l)}_j = ∂L/∂z^{(l)}_j; x_i are the network's inputs, t_k the targets. Everything
counts from 1, as on paper. (Some lectures call −∂L/∂z the delta, and add η δ a to the weight: the step is the same.)
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from engine.activations import Joint
from engine.types import Float64Array
from engine.worksheet.network import Source, Step
from engine.worksheet.records import Entry
from engine.worksheet.words import number, symbol, wording
from engine.writing import MOST_TERMS, factor, signed, weighted_sum, written


def unit_symbol(letter: str, layer: int, unit: int | str) -> str:
    """z^{(2)}_1; ``layer`` counts from 0."""
    return f"{letter}^{{({layer + 1})}}_{_index(unit)}"


def source_symbol(source: Source) -> str:
    """What an input of a layer is called: x_i, or the output of a unit before."""
    return f"x_{_index(source.unit)}" if source.layer < 0 else unit_symbol("a", source.layer, source.unit)


def weight_symbol(layer: int, source: int | None, unit: int) -> str:
    """w^{(2)}_{1,3}, or b^{(2)}_3 for the bias."""
    if source is None:
        return unit_symbol("b", layer, unit)
    return f"w^{{({layer + 1})}}_{{{source + 1},{unit + 1}}}"


def _index(unit: int | str) -> str:
    text = str(unit + 1) if isinstance(unit, int) else unit
    return text if len(text) == 1 else f"{{{text}}}"


def _cut(terms: Sequence[str]) -> str:
    more = f" + … ({len(terms) - MOST_TERMS} more)" if len(terms) > MOST_TERMS else ""
    return " + ".join(terms[:MOST_TERMS]) + more


def write_forward(step: Step) -> Iterator[Entry]:
    """Layer after layer: all sums, then all outputs."""
    for place, layer in enumerate(step.layers):
        x, z, a = step.inputs[place], step.sums[place], step.outputs[place]
        for unit in range(len(z)):
            names = [
                f"{weight_symbol(place, at, unit)} {source_symbol(source)}" for at, source in enumerate(layer.sources)
            ]
            formula = f"{_cut(names)} + {weight_symbol(place, None, unit)}"
            numbers = f"{weighted_sum(layer.weights[:, unit].tolist(), x.tolist())}{signed(layer.biases[unit])}"
            name = unit_symbol("z", place, unit)
            yield Entry("forward", "sum", place, unit, None, name, formula, numbers, float(z[unit]))
        for unit in range(len(a)):
            name = unit_symbol("a", place, unit)
            formula, numbers = _output_words(step, place, unit)
            yield Entry("forward", "output", place, unit, None, name, formula, numbers, float(a[unit]))


def _output_words(step: Step, place: int, unit: int) -> tuple[str, str]:
    z, activation = step.sums[place], step.layers[place].activation
    if isinstance(activation, Joint):
        name = unit_symbol("z", place, unit)
        everything = " + ".join(f"e^{{{written(other)}}}" for other in z[:MOST_TERMS])
        everything += " + …" if len(z) > MOST_TERMS else ""
        sigma = f"Σ_k e^{{{unit_symbol('z', place, 'k')}}}"
        return f"e^{{{name}}} / {sigma}", f"e^{{{written(z[unit])}}} / ({everything})"
    template = wording(activation.name).value
    return template.format(z=symbol(unit_symbol("z", place, unit))), template.format(z=number(float(z[unit])))


def write_error(step: Step, targets: Float64Array, loss: str) -> Iterator[Entry]:
    """Each output unit's part of the loss if there are several, then the loss."""
    last = len(step.layers) - 1
    if loss == "squared_error":
        parts, words = _squared_error(step, targets)
        formula = f"½ Σ_k ({unit_symbol('a', last, 'k')} − t_k)^2"
    elif len(targets) == 1:
        parts, words = _binary_cross_entropy(step, targets)
        formula = words[0][0]
    else:
        parts, words = _cross_entropy(step, targets)
        formula = f"−Σ_k t_k ln {unit_symbol('a', last, 'k')}"
    if len(targets) > 1:
        for unit, (part, (symbols, numbers)) in enumerate(zip(parts.tolist(), words, strict=True)):
            yield Entry("error", "loss", last, unit, None, f"L_{_index(unit)}", symbols, numbers, part)
    total = _cut([written(part) for part in parts]) if len(targets) > 1 else words[0][1]
    yield Entry("error", "loss", last, None, None, "L", formula, total, float(parts.sum()))


Parts: TypeAlias = tuple[Float64Array, list[tuple[str, str]]]
"""What each output unit adds to the loss, with its formula in symbols and in numbers."""


def _squared_error(step: Step, targets: Float64Array) -> Parts:
    last, outputs = len(step.layers) - 1, step.outputs[-1]
    words = [
        (f"½ ({unit_symbol('a', last, k)} − t_{_index(k)})^2", f"½ ({written(a)} − {factor(t)})^2")
        for k, (a, t) in enumerate(zip(outputs.tolist(), targets.tolist(), strict=True))
    ]
    return (outputs - targets) ** 2 / 2.0, words


def _binary_cross_entropy(step: Step, targets: Float64Array) -> Parts:
    """From the sum z, so that a certain unit has a finite loss: ln(1 + e^{(1 − 2t) z})."""
    name, a, t = unit_symbol("a", len(step.layers) - 1, 0), float(step.outputs[-1][0]), float(targets[0])
    formula = f"−t_1 ln({name}) − (1 − t_1) ln(1 − {name})"
    numbers = f"−{factor(t)}·ln({written(a)}) − {factor(1.0 - t)}·ln({written(1.0 - a)})"
    return np.logaddexp(0.0, (1.0 - 2.0 * targets) * step.sums[-1]), [(formula, numbers)]


def _cross_entropy(step: Step, targets: Float64Array) -> Parts:
    """From the sums z, so that every loss is finite: ln a_k = z_k − ln Σ_j e^{z_j}."""
    last, z = len(step.layers) - 1, step.sums[-1]
    logarithms = z - z.max() - np.log(np.exp(z - z.max()).sum())
    words = [
        (f"−t_{_index(k)} ln({unit_symbol('a', last, k)})", f"−{factor(t)}·ln({written(a)})")
        for k, (a, t) in enumerate(zip(step.outputs[-1].tolist(), targets.tolist(), strict=True))
    ]
    return -targets * logarithms, words


def write_backward(step: Step, targets: Float64Array, loss: str, learning_rate: float) -> Iterator[Entry]:
    """From the last layer to the first its deltas and gradients; then every new weight, layer after layer."""
    for place in reversed(range(len(step.layers))):
        for unit, delta in enumerate(step.deltas[place].tolist()):
            formula, numbers = _delta_words(step, targets, loss, place, unit)
            name = unit_symbol("δ", place, unit)
            yield Entry("backward", "delta", place, unit, None, name, formula, numbers, delta)
        yield from _gradients(step, place)
    for place in range(len(step.layers)):
        yield from _new_weights(step, place, learning_rate)


def _delta_words(step: Step, targets: Float64Array, loss: str, place: int, unit: int) -> tuple[str, str]:
    name, output = unit_symbol("a", place, unit), float(step.outputs[place][unit])
    if place == len(step.layers) - 1:
        t = f"t_{_index(unit)}"
        formula, numbers = f"{name} − {t}", f"{written(output)} − {factor(targets[unit])}"
        if loss == "cross_entropy":
            return formula, numbers
        above = (formula, numbers)
    else:
        above = _arriving_words(step, place, unit)
    activation = step.layers[place].activation
    if isinstance(activation, Joint):
        shared = float((step.outputs[place] - targets) @ step.outputs[place])
        a, t = unit_symbol("a", place, "k"), "t_k"
        formula = f"{name}·({above[0]} − Σ_k {a} ({a} − {t}))"
        return formula, f"{factor(output)}·({above[1]}{signed(-shared)})"
    template = wording(activation.name).slope
    z = float(step.sums[place][unit])
    slopes = (
        template.format(z=symbol(unit_symbol("z", place, unit)), a=symbol(name)),
        template.format(z=number(z), a=number(output)),
    )
    if slopes[0] == "1":
        return above
    return tuple(f"({part})·{_grouped(slope)}" for part, slope in zip(above, slopes, strict=True))  # type: ignore[return-value]


def _grouped(text: str) -> str:
    """A slope as a factor: a sum in brackets."""
    return f"({text})" if (" + " in text or " − " in text) and not text.endswith(")") else text


def _arriving_words(step: Step, place: int, unit: int) -> tuple[str, str]:
    """Σ δ_k w_{j,k} over all units that read this one, whatever layer they are in."""
    symbols: list[str] = []
    deltas: list[float] = []
    weights: list[float] = []
    for reader, layer in enumerate(step.layers):
        for at in (at for at, source in enumerate(layer.sources) if source == Source(place, unit)):
            for other, delta in enumerate(step.deltas[reader].tolist()):
                symbols.append(f"{unit_symbol('δ', reader, other)} {weight_symbol(reader, at, other)}")
                deltas.append(delta)
                weights.append(float(layer.weights[at, other]))
    return (_cut(symbols), weighted_sum(deltas, weights)) if symbols else ("0", "0")


def _gradients(step: Step, place: int) -> Iterator[Entry]:
    layer, x = step.layers[place], step.inputs[place]
    for unit, delta in enumerate(step.deltas[place].tolist()):
        own = unit_symbol("δ", place, unit)
        for at, source in enumerate(layer.sources):
            name, value = f"∂L/∂{weight_symbol(place, at, unit)}", float(x[at])
            formula, numbers = f"{own} {source_symbol(source)}", f"{written(delta)}·{factor(value)}"
            yield Entry("backward", "gradient", place, unit, at, name, formula, numbers, delta * value)
        name = f"∂L/∂{weight_symbol(place, None, unit)}"
        yield Entry("backward", "gradient", place, unit, None, name, own, written(delta), delta)


def _new_weights(step: Step, place: int, rate: float) -> Iterator[Entry]:
    layer, x = step.layers[place], step.inputs[place]
    for unit, delta in enumerate(step.deltas[place].tolist()):
        olds = [*layer.weights[:, unit].tolist(), float(layer.biases[unit])]
        for at, (old, value) in enumerate(zip(olds, [*x.tolist(), 1.0], strict=True)):
            source, gradient = (at if at < len(x) else None), delta * value
            name = weight_symbol(place, source, unit)
            formula, numbers = f"{name} − η ∂L/∂{name}", f"{written(old)} − {written(rate)}·{factor(gradient)}"
            new = old - rate * gradient
            if not layer.moves[at, unit]:
                formula, numbers, new = f"{name}, held", written(old), old
            yield Entry("backward", "new weight", place, unit, source, f"{name}′", formula, numbers, new)
