"""Plans: a network bound to parameters, a number of examples and a precision.

A plan allocates all its buffers once and is compiled into *calls*: ufuncs and matrix products bound to the buffers they
read and write. A training step runs the calls in order and allocates nothing. Written for speed: on small networks the
cost is the number of calls, about 0.2 µs for a ufunc and 0.9 µs for a product, whatever the number of replicas.

Forward, layer after layer, ⊙ being the product element by element and x₁ the features:

    z_l = W_lᵀ x_l,    a_l = φ(z_l),    x_{l+1} = a_l

Backward, from the last layer to the first (Rumelhart, Hinton & Williams, Learning representations by back-propagating
errors, 1986), with δ_l = ∂L/∂z_l:

    δ_last = ∂L/∂a ⊙ φ′(z),    δ_l = (W_{l+1} δ_{l+1}) ⊙ φ′(z_l),    ∂L/∂W_l = x_l δ_lᵀ

Shapes: parameters theta (R, P), inputs x (R, F + 1, B) ending in a row of ones, targets y (R, K, B).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from engine.activations import OUTPUT_ACTIVATIONS, Joint, Pointwise
from engine.layers.dense import Dense
from engine.losses import Loss
from engine.network import Network
from engine.types import Array, Call


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step learns from: ``weights`` are 1 / (number of real examples), and 0 where a short batch was padded."""

    x: Array
    y: Array
    weights: Array


@dataclass(frozen=True, slots=True)
class OnBatch:
    """A call that reads the batch, bound when the plan is compiled for one."""

    bind: Callable[[Batch], Call]


Template = list[Call | OnBatch]


def compile_calls(template: Template, batch: Batch) -> list[Call]:
    """The template's calls, those that read the batch bound to this one."""
    return [step.bind(batch) if isinstance(step, OnBatch) else step for step in template]


class Nodes:
    """The buffers of a forward pass. Node 0 is the batch's features, node l the output of layer l.

    A hidden layer's output is (R, U + 1, B) with a last row of ones, so it can be the next layer's input as it stands;
    the output layer's is (R, K, B).
    """

    def __init__(self, network: Network, replicas: int, batch: int, dtype: np.dtype[np.generic]) -> None:
        self.network = network
        self.wires = network.wires
        self.replicas, self.batch, self.dtype = replicas, batch, dtype
        self.activations = [OUTPUT_ACTIVATIONS[wire.activation] for wire in self.wires]
        self.arenas, self.outputs = self.blocks()
        for output in self.outputs[:-1]:
            output[:, -1] = 1.0
        self.joined = [
            None if len(wire.sources) == 1 else np.ones((replicas, wire.in_features + 1, batch), dtype)
            for wire in self.wires
        ]
        self.scratch = np.empty(max(arena.size for arena in self.arenas.values()), dtype)

    def blocks(self) -> tuple[dict[str, Array], list[Array]]:
        """A block of zeros for each layer, shaped like its output. Those with the same activation lie side by side in
        one arena, so that a function of all of them is one sweep over unbroken memory."""
        rows = [*(wire.units + 1 for wire in self.wires[:-1]), self.wires[-1].units]
        blocks: list[Array] = [np.empty(0)] * len(self.wires)
        arenas: dict[str, Array] = {}
        for name in dict.fromkeys(wire.activation for wire in self.wires):
            places = [place for place, wire in enumerate(self.wires) if wire.activation == name]
            shapes = [(self.replicas, rows[place], self.batch) for place in places]
            edges = np.cumsum([0, *(math.prod(shape) for shape in shapes)]).tolist()
            arenas[name] = np.zeros(edges[-1], self.dtype)
            for place, shape, (start, stop) in zip(places, shapes, pairwise(edges), strict=True):
                blocks[place] = arenas[name][start:stop].reshape(shape)
        return arenas, blocks

    def values(self, layer: int) -> Array:
        """The outputs of a layer (R, U, B), without the row of ones."""
        return self.outputs[layer][:, : self.wires[layer].units]

    def scratch_like(self, block: Array) -> Array:
        """Memory of a block's shape that holds nothing of value."""
        return self.scratch[: block.size].reshape(block.shape)

    def gather(self, layer: int) -> Template:
        """Fill a layer's own input buffer, if it reads several nodes."""
        target = self.joined[layer]
        if target is None:
            return []
        steps: Template = []
        for source, (start, stop) in self.parts(layer):
            part = target[:, start:stop]
            if source == 0:
                steps.append(OnBatch(lambda batch, part=part: partial(np.copyto, part, batch.x[..., :-1, :])))  # type: ignore[misc]
            else:
                steps.append(partial(np.copyto, part, self.values(source - 1)))
        return steps

    def parts(self, layer: int) -> list[tuple[int, tuple[int, int]]]:
        """The nodes a layer reads and the rows each of them takes in its input."""
        widths = [self.network.input_size, *(wire.units for wire in self.wires)]
        sources = self.wires[layer].sources
        edges = np.cumsum([0, *(widths[source] for source in sources)]).tolist()
        return list(zip(sources, pairwise(edges), strict=True))

    def reading(self, layer: int, make: Callable[[Array], Call]) -> Call | OnBatch:
        """A call on a layer's input, which is the batch's, another layer's output or the layer's own buffer."""
        target = self.joined[layer]
        if target is not None:
            return make(target)
        source = self.wires[layer].sources[0]
        return OnBatch(lambda batch: make(batch.x)) if source == 0 else make(self.outputs[source - 1])


def forward_template(
    nodes: Nodes, layers: Sequence[Dense], sums: Sequence[Array], results: Sequence[Array], logits: bool
) -> Template:
    """All layers in order: sums in the first U rows of ``sums``, activations of all its rows in ``results``.

    With ``logits`` the last layer keeps its sums.
    """
    steps: Template = []
    for place, (layer, z, a) in enumerate(zip(layers, sums, results, strict=True)):
        steps += nodes.gather(place)
        steps.append(nodes.reading(place, partial(_forward, layer, z[:, : nodes.wires[place].units])))
        if not (logits and place == len(layers) - 1):
            steps.append(partial(nodes.activations[place].apply, z, a, nodes.scratch_like(z)))
    return steps


def _forward(layer: Dense, z: Array, x: Array) -> Call:
    return layer.forward(x, z)


class ForwardPlan:
    """The forward pass alone, for looking at a network: ``theta`` (R, P) is read where it lies.

    With ``logits`` the output layer keeps its sums z. ``depth`` layers are computed, or all of them.
    """

    def __init__(
        self, network: Network, theta: Array, batch: int, *, logits: bool = False, depth: int | None = None
    ) -> None:
        self.nodes = Nodes(network, len(theta), batch, theta.dtype)
        layers = [Dense(weights) for weights in network.matrices(theta)[:depth]]
        values = [self.nodes.values(place) for place in range(len(layers))]
        self._template = forward_template(self.nodes, layers, values, values, logits)

    @property
    def values(self) -> Array:
        """The output layer (R, K, B) after a run."""
        return self.nodes.values(len(self.nodes.wires) - 1)

    def compile(self, x: Array) -> list[Call]:
        """The calls of a pass over inputs x (R or 1, F + 1, B)."""
        return compile_calls(self._template, Batch(x, x, x))


class TrainingPlan:
    """Forward and backward: after a compiled batch has run, ``grad`` (R, P) is the gradient of its mean loss.

    A hidden layer's sums have a last row that never changes and whose activation is 1: so the activation runs over
    one unbroken block of all replicas, and writes the row of ones along with the rest.
    """

    def __init__(self, network: Network, theta: Array, grad: Array, batch: int, loss: Loss) -> None:
        self.nodes = Nodes(network, len(theta), batch, theta.dtype)
        self._layers = [Dense(weights) for weights in network.matrices(theta)]
        self._gradients = network.matrices(grad)
        self._loss = loss
        self._sum_arenas, sums = self.nodes.blocks()
        self._slope_arenas, self._slopes = self.nodes.blocks()
        _, self._blocks = self.nodes.blocks()
        self._deltas = [block[:, : wire.units] for block, wire in zip(self._blocks, network.wires, strict=True)]
        for z, activation in zip(sums[:-1], self.nodes.activations, strict=False):
            if isinstance(activation, Pointwise):
                z[:, -1] = activation.one_at
        self._template = forward_template(self.nodes, self._layers, sums, self.nodes.outputs, logits=False)
        self._template += [*self._derivatives(), *self._error(), *self._backward()]

    def compile(self, batch: Batch) -> list[Call]:
        """The calls of one step's forward and backward pass over a batch."""
        return compile_calls(self._template, batch)

    def _derivatives(self) -> Template:
        """φ′ of all layers of one activation at once."""
        needed = self.nodes.wires[: -1 if self._loss.from_logits else None]
        steps: Template = []
        for name in dict.fromkeys(wire.activation for wire in needed):
            activation = OUTPUT_ACTIVATIONS[name]
            if isinstance(activation, Pointwise):
                arenas = self._sum_arenas if activation.derivative_of == "input" else self.nodes.arenas
                value, slopes = arenas[name], self._slope_arenas[name]
                steps.append(partial(activation.derivative, value, slopes, self.nodes.scratch_like(slopes)))
        return steps

    def _error(self) -> Template:
        """δ of the output layer: the loss's slope times the example's weight, and through φ unless the loss did."""
        last = len(self._layers) - 1
        outputs, delta = self.nodes.values(last), self._deltas[last]
        steps: Template = [
            OnBatch(lambda batch: partial(self._loss.slope, outputs, batch.y, delta)),
            OnBatch(lambda batch: partial(np.multiply, delta, batch.weights, delta)),
        ]
        activation = self.nodes.activations[last]
        if self._loss.from_logits:
            return steps
        if isinstance(activation, Joint):
            return [*steps, partial(activation.pullback, delta, outputs, self.nodes.scratch_like(delta))]
        return [*steps, self._through_activation(last)]

    def _through_activation(self, place: int) -> Call:
        """δ ← δ ⊙ φ′, in one sweep over unbroken memory: of the units' rows alone NumPy would make a copy.
        The last row of a hidden layer's block is no unit's; it holds 0 and stays 0."""
        block = self._blocks[place]
        return partial(np.multiply, block, self._slopes[place], block)

    def _backward(self) -> Template:
        """From the last layer to the first: its own gradient, then what it passes on to the nodes it reads."""
        steps: Template = []
        reached: set[int] = set()
        for place in reversed(range(len(self._layers))):
            layer, delta = self._layers[place], self._deltas[place]
            if place in reached:
                steps.append(self._through_activation(place))
            gradient = self._gradients[place]
            steps.append(self.nodes.reading(place, partial(_weight_gradient, layer, delta, gradient)))
            steps += self._pass_on(place, reached)
        return steps

    def _pass_on(self, place: int, reached: set[int]) -> Template:
        """∂L/∂x of a layer, added to the δ of the layers it reads. The features need none."""
        parts = [(source - 1, rows) for source, rows in self.nodes.parts(place) if source > 0]
        layer, delta = self._layers[place], self._deltas[place]
        if not parts:
            return []
        if len(self.nodes.wires[place].sources) == 1 and parts[0][0] not in reached:
            reached.add(parts[0][0])
            return [layer.input_gradient(delta, self._deltas[parts[0][0]])]
        inputs = np.empty((delta.shape[0], self.nodes.wires[place].in_features, delta.shape[2]), delta.dtype)
        steps: Template = [layer.input_gradient(delta, inputs)]
        for source, (start, stop) in parts:
            part, target = inputs[:, start:stop], self._deltas[source]
            steps.append(
                partial(np.add, target, part, target) if source in reached else partial(np.copyto, target, part)
            )
            reached.add(source)
        return steps


def _weight_gradient(layer: Dense, delta: Array, gradient: Array, x: Array) -> Call:
    return layer.weight_gradient(x, delta, gradient)
