"""The network a worksheet is about: dense layers, what each reads, and the numbers of one example forward and back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.activations import OUTPUT_ACTIVATIONS, Joint, Pointwise
from engine.network import Network
from engine.types import Array, Float64Array

LOSSES = ("squared_error", "cross_entropy")
MOST_PARAMETERS = 1_000


class WorksheetError(ValueError):
    """A step that cannot be written out: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input of a layer: unit ``unit`` of layer ``layer``, or of the network's inputs where that is −1."""

    layer: int
    unit: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One dense layer: ``weights`` (I, U) and ``biases`` (U,), and where each of the I inputs comes from.

    ``moves`` (I + 1, U) is 0 for a weight or, in the last row, a bias that is held.
    """

    activation: Pointwise | Joint
    sources: tuple[Source, ...]
    weights: Float64Array
    biases: Float64Array
    moves: Float64Array


def read_layers(network: Network, theta: Array, trainable: Array) -> list[Layer]:
    """The layers of a network with parameters theta (P,), in float64, and those that may move marked with 1 in
    ``trainable`` (P,). Raises :class:`WorksheetError`."""
    if network.parameters > MOST_PARAMETERS:
        remedy = f"A worksheet shows at most {MOST_PARAMETERS} parameters: take fewer or smaller layers."
        raise WorksheetError(f"This network has {network.parameters}. {remedy}")
    for info in network.layers:
        if info["kind"] != "dense" or info["shape"][1] != info["units"]:
            raise WorksheetError(f"{info['name']} is no plain dense layer: a worksheet is for dense layers only.")
    names = [info["name"] for info in network.layers]
    matrices = network.matrices(np.stack([theta, trainable]).astype(np.float64))
    layers: list[Layer] = []
    for info, (matrix, moves) in zip(network.layers, matrices, strict=True):
        read = [names.index(name) if name in names else -1 for name in info["inputs"]]
        free = info["shape"][0] - 1 - sum(network.layers[place]["units"] for place in read if place >= 0)
        sources = [
            Source(place, unit)
            for place in read
            for unit in range(network.layers[place]["units"] if place >= 0 else free)
        ]
        activation = OUTPUT_ACTIVATIONS[info["activation"]]
        layers.append(Layer(activation, tuple(sources), matrix[:-1], matrix[-1], moves))
    return layers


@dataclass(frozen=True, slots=True)
class Step:
    """The numbers of one step: for each layer its inputs x, sums z, outputs a, slopes φ′(z) and deltas δ = ∂L/∂z."""

    layers: Sequence[Layer]
    inputs: list[Float64Array]
    sums: list[Float64Array]
    outputs: list[Float64Array]
    slopes: list[Float64Array]
    deltas: list[Float64Array]


def take_step(layers: Sequence[Layer], features: Float64Array, targets: Float64Array, loss: str) -> Step:
    """Forward and back for one example: features (F,), targets (K,). Raises :class:`WorksheetError`."""
    _check(layers, features, targets, loss)
    inputs: list[Float64Array] = []
    sums: list[Float64Array] = []
    outputs: list[Float64Array] = []
    with np.errstate(all="ignore"):
        for layer in layers:
            inputs.append(
                np.array([(features if s.layer < 0 else outputs[s.layer])[s.unit] for s in layer.sources], np.float64)
            )
            sums.append(inputs[-1] @ layer.weights + layer.biases)
            outputs.append(layer.activation(sums[-1][:, None])[:, 0])
        slopes = [
            layer.activation.slope(z[:, None])[:, 0] if isinstance(layer.activation, Pointwise) else np.empty(0)
            for layer, z in zip(layers, sums, strict=True)
        ]
        deltas = _backward(layers, outputs, slopes, targets, loss)
    if not all(np.isfinite(numbers).all() for numbers in (*sums, *outputs, *deltas)):
        raise WorksheetError("The numbers grow too large to be written: take smaller weights or inputs.")
    return Step(layers, inputs, sums, outputs, slopes, deltas)


def _check(layers: Sequence[Layer], features: Float64Array, targets: Float64Array, loss: str) -> None:
    if loss not in LOSSES:
        raise WorksheetError(f"A worksheet is for {' and '.join(LOSSES)} only: choose one of them as the loss.")
    wanted = max((source.unit + 1 for layer in layers for source in layer.sources if source.layer < 0), default=0)
    if features.shape != (wanted,):
        raise WorksheetError(f"Give {wanted} inputs, as the network reads them.")
    if targets.shape != layers[-1].biases.shape:
        raise WorksheetError(f"Give {len(layers[-1].biases)} targets, one for each output unit.")
    if not (np.isfinite(features).all() and np.isfinite(targets).all()):
        raise WorksheetError("Give finite numbers as inputs and targets.")


def _backward(
    layers: Sequence[Layer],
    outputs: Sequence[Float64Array],
    slopes: Sequence[Float64Array],
    targets: Float64Array,
    loss: str,
) -> list[Float64Array]:
    """δ of every layer: of the last from the loss, of the others from all that read them."""
    arriving = [np.zeros_like(output) for output in outputs]
    deltas = [np.zeros_like(output) for output in outputs]
    difference = outputs[-1] - targets
    for place in reversed(range(len(layers))):
        layer, a = layers[place], outputs[place]
        from_above = difference if place == len(layers) - 1 else arriving[place]
        if place == len(layers) - 1 and loss == "cross_entropy":
            deltas[place] = difference
        elif isinstance(layer.activation, Joint):
            deltas[place] = a * (from_above - from_above @ a)
        else:
            deltas[place] = from_above * slopes[place]
        for source, part in zip(layer.sources, layer.weights @ deltas[place], strict=True):
            if source.layer >= 0:
                arriving[source.layer][source.unit] += part
    return deltas
