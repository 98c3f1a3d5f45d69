"""Plans: a network bound to parameters, a number of examples and a precision.

A plan allocates all its buffers once and is compiled into *calls*: ufuncs and matrix products bound to the buffers they
read and write. A training step runs the calls in order and allocates nothing. Written for speed: on small networks the
cost is the number of calls, about 0.2 µs for a ufunc and 0.9 µs for a product, whatever the number of replicas.

Forward, layer after layer, f_l being the layer's own arithmetic (W_lᵀ x_l for a dense one) and x₁ the features:

    z_l = f_l(x_l),    a_l = φ(z_l),    x_{l+1} = a_l

Backward, from the last layer to the first (Rumelhart, Hinton & Williams, Learning representations by back-propagating
errors, 1986), with δ_l = ∂L/∂z_l and ⊙ the product element by element:

    δ_last = ∂L/∂a ⊙ φ′(z),    δ_l = ∂L/∂x_{l+1} ⊙ φ′(z_l),    ∂L/∂x_l = (∂f_l/∂x_l)ᵀ δ_l,    ∂L/∂W_l = (∂f_l/∂W_l)ᵀ δ_l

Shapes: parameters theta (R, P), inputs x (R, F + 1, B) ending in a row of ones, targets y (R, K, B). A layer whose
activation is linear writes its output at once: z and a are the same memory.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from engine.activations import OUTPUT_ACTIVATIONS, Joint, Pointwise
from engine.layers.layer import Batch, Binding, Bound, Memory, OnBatch, Step, Template, in_shape
from engine.layers.tape import Tape
from engine.losses import Loss
from engine.network import Network
from engine.types import Array, Call

LINEAR = "linear"


def compile_calls(template: Template, batch: Batch) -> list[Call]:
    """The template's calls, those that read the batch bound to this one."""
    return [step.bind(batch) if isinstance(step, OnBatch) else step for step in template]


class Nodes:
    """The buffers of a forward pass. Node 0 is the batch's features, node l the output of layer l.

    A hidden layer's output is (R, U + 1, B) with a last row of ones, so it can be the next layer's input as it stands;
    the output layer's is (R, K, B). Where arenas are ``swept`` the scratch memory is as large as one, else as a block.
    """

    def __init__(
        self,
        network: Network,
        replicas: int,
        batch: int,
        dtype: np.dtype[np.generic],
        memory: Memory | None = None,
        *,
        swept: bool = False,
    ) -> None:
        self.network = network
        self.memory = Memory() if memory is None else memory
        self.wires = network.wires
        self.replicas, self.batch, self.dtype = replicas, batch, dtype
        self.activations = [OUTPUT_ACTIVATIONS[wire.activation] for wire in self.wires]
        self.arenas, self.outputs = self.blocks()
        for output in self.outputs[:-1]:
            output[:, -1] = 1.0
        self.joined = [None if len(wire.sources) == 1 else self._rows(wire.in_features + 1) for wire in self.wires]
        for rows in self.joined:
            if rows is not None:
                rows[:, -1] = 1.0
        blocks = self.arenas.values() if swept else self.outputs
        self.scratch = self.memory.zeros((max(block.size for block in blocks),), dtype)

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
            arenas[name] = self.memory.zeros((edges[-1],), self.dtype)
            for place, shape, (start, stop) in zip(places, shapes, pairwise(edges), strict=True):
                blocks[place] = arenas[name][start:stop].reshape(shape)
        return arenas, blocks

    def _rows(self, count: int) -> Array:
        """A buffer (R, count, B)."""
        return self.memory.zeros((self.replicas, count, self.batch), self.dtype)

    def bind(
        self,
        place: int,
        theta: Array,
        grad: Array | None = None,
        noise: Tape | None = None,
    ) -> Bound:
        """A layer's arithmetic on its part of the parameters, and of the gradients where it is to be trained."""
        wire = self.wires[place]
        binding = Binding(
            self.network.blocks(theta)[place],
            None if grad is None else self.network.blocks(grad)[place],
            wire.inputs,
            wire.outputs,
            self.batch,
            self.replicas,
            self.dtype,
            noise,
            self.network.various_lengths,
            self.memory,
        )
        return wire.layer.bind(binding)

    def values(self, layer: int) -> Array:
        """The outputs of a layer (R, U, B), without the row of ones."""
        return self.outputs[layer][:, : self.wires[layer].units]

    def shaped(self, layer: int, rows: Array) -> Array:
        """A layer's flat rows (R, U, B) as its activation and the loss take them: units on the last axis but one."""
        shape = self.wires[layer].outputs
        return in_shape(rows, shape) if len(shape) == 2 else rows

    def scratch_like(self, block: Array) -> Array:
        """Memory of a block's shape that holds nothing of value."""
        return self.scratch[: block.size].reshape(block.shape)

    def gather(self, layer: int) -> Template:
        """Fill a layer's own input buffer, if it reads several nodes."""
        target = self.joined[layer]
        if target is None:
            return []
        steps: Template = []
        for source, part in self.parts(layer, target):
            if source == 0:
                steps.append(OnBatch(lambda batch, part=part: partial(np.copyto, part, self._like(batch.x, part))))  # type: ignore[misc]
            else:
                steps.append(partial(np.copyto, part, self._like(self.outputs[source - 1], part)))
        return steps

    def _like(self, rows: Array, part: Array) -> Array:
        """Flat rows (R, F + 1, B) in the shape (R, …, B) of the part that takes them."""
        return in_shape(rows, part.shape[1:-1])

    def parts(self, layer: int, rows: Array) -> list[tuple[int, Array]]:
        """The nodes a layer reads, and the part (R, …, B) of its input rows (R, F or F + 1, B) that each of them fills.

        Inputs lie one after the other; those of a sequence side by side at every step.
        """
        wire = self.wires[layer]
        shapes = [self.network.inputs, *(other.outputs for other in self.wires)]
        sources = [shapes[source] for source in wire.sources]
        stepwise = len(wire.inputs) == len(sources[0]) == 2 and len(sources) > 1
        widths = [shape[-1] if stepwise else math.prod(shape) for shape in sources]
        whole = in_shape(rows, wire.inputs if stepwise else (sum(widths),))
        cuts = [slice(*edges) for edges in pairwise(np.cumsum([0, *widths]).tolist())]
        return [
            (source, whole[:, :, cut] if stepwise else whole[:, cut])
            for source, cut in zip(wire.sources, cuts, strict=True)
        ]

    def reading(self, layer: int, make: Callable[[Array], Call]) -> Step:
        """A call on a layer's input, which is the batch's, another layer's output or the layer's own buffer."""
        target = self.joined[layer]
        if target is not None:
            return make(target)
        source = self.wires[layer].sources[0]
        return OnBatch(lambda batch: make(batch.x)) if source == 0 else make(self.outputs[source - 1])


def forward_template(
    nodes: Nodes, layers: Sequence[Bound], sums: Sequence[Array], results: Sequence[Array], logits: bool
) -> Template:
    """All layers in order: sums in the first U rows of ``sums``, activations of all its rows in ``results``.

    With ``logits`` the last layer keeps its sums.
    """
    steps: Template = []
    for place, (layer, z, a) in enumerate(zip(layers, sums, results, strict=True)):
        steps += nodes.gather(place)
        steps += layer.forward(partial(nodes.reading, place), z[:, : nodes.wires[place].units])
        same = z is a and nodes.wires[place].activation == LINEAR
        if not same and not (logits and place == len(layers) - 1):
            steps.append(_activate(nodes, place, z, a))
    return steps


def _activate(nodes: Nodes, place: int, z: Array, a: Array) -> Call:
    activation = nodes.activations[place]
    if isinstance(activation, Joint):
        z, a = nodes.shaped(place, z), nodes.shaped(place, a)
    return partial(activation.apply, z, a, nodes.scratch_like(z))


class ForwardPlan:
    """The forward pass alone, for looking at a network: ``theta`` (R, P) is read where it lies.

    With ``logits`` the output layer keeps its sums z. ``depth`` layers are computed, or all of them. Plans that share
    their ``memory`` overwrite each other's values.
    """

    def __init__(
        self,
        network: Network,
        theta: Array,
        batch: int,
        *,
        logits: bool = False,
        depth: int | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.nodes = Nodes(network, len(theta), batch, theta.dtype, memory)
        self.layers = [self.nodes.bind(place, theta) for place in range(len(network.wires[:depth]))]
        values = [self.nodes.values(place) for place in range(len(self.layers))]
        self._template = forward_template(self.nodes, self.layers, values, values, logits)

    @property
    def values(self) -> Array:
        """The output layer (R, K, B) after a run."""
        return self.nodes.values(len(self.nodes.wires) - 1)

    def compile(self, x: Array, steps: Array | None = None) -> list[Call]:
        """The calls of a pass over inputs x (R or 1, F + 1, B), or (F + 1, B) where all replicas see the same."""
        x = x if x.ndim == 3 else x[None]
        return compile_calls(self._template, Batch(x, x, x, steps))


class TrainingPlan:
    """Forward and backward: after a compiled batch has run, ``grad`` (R, P) is the gradient of its mean loss.

    A hidden layer's sums have a last row that never changes and whose activation is 1: so the activation runs over
    one unbroken block of all replicas, and writes the row of ones along with the rest.
    """

    def __init__(
        self,
        network: Network,
        theta: Array,
        grad: Array,
        batch: int,
        loss: Loss,
        noise: Tape | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.nodes = Nodes(network, len(theta), batch, theta.dtype, memory, swept=True)
        self.layers = [self.nodes.bind(place, theta, grad, noise) for place in range(len(network.wires))]
        self._loss = loss
        self._gradients = network.blocks(grad)
        self._sum_arenas, sums = self.nodes.blocks()
        self._slope_arenas, self._slopes = self.nodes.blocks()
        _, self._blocks = self.nodes.blocks()
        self._deltas = [block[:, : wire.units] for block, wire in zip(self._blocks, network.wires, strict=True)]
        self._sums = [
            output if wire.activation == LINEAR else z
            for z, output, wire in zip(sums, self.nodes.outputs, network.wires, strict=True)
        ]
        for z, activation in zip(sums[:-1], self.nodes.activations, strict=False):
            if isinstance(activation, Pointwise):
                z[:, -1] = activation.one_at
        self._template = forward_template(self.nodes, self.layers, self._sums, self.nodes.outputs, logits=False)
        self._template += [*self._derivatives(), *self._error(), *self._backward()]

    def compile(self, batch: Batch) -> list[Call]:
        """The calls of one step's forward and backward pass over a batch."""
        return compile_calls(self._template, batch)

    def delta(self, layer: int) -> Array:
        """∂L/∂z of a layer (R, U, B), after a run."""
        return self._deltas[layer]

    def _derivatives(self) -> Template:
        """φ′ of all layers of one activation at once."""
        needed = self.nodes.wires[: -1 if self._loss.from_logits else None]
        steps: Template = []
        for name in dict.fromkeys(wire.activation for wire in needed):
            activation = OUTPUT_ACTIVATIONS[name]
            if isinstance(activation, Pointwise) and name != LINEAR:
                arenas = self._sum_arenas if activation.derivative_of == "input" else self.nodes.arenas
                value, slopes = arenas[name], self._slope_arenas[name]
                steps.append(partial(activation.derivative, value, slopes, self.nodes.scratch_like(slopes)))
        return steps

    def _error(self) -> Template:
        """δ of the output layer: the loss's slope times the example's weight, and through φ unless the loss did."""
        last = len(self.layers) - 1
        outputs, delta, slope = self.nodes.values(last), self._deltas[last], self._loss.slope
        steps: Template = [
            OnBatch(lambda batch: partial(slope, outputs, batch.y, delta)),
            OnBatch(lambda batch: partial(np.multiply, delta, batch.weights, delta)),
        ]
        if self.nodes.network.various_lengths and self.nodes.network.steps:
            stepwise = self.nodes.shaped(last, delta)
            steps.append(OnBatch(lambda batch: partial(np.multiply, stepwise, _of_steps(batch), stepwise)))
        activation = self.nodes.activations[last]
        if self._loss.from_logits or self.nodes.wires[last].activation == LINEAR:
            return steps
        if isinstance(activation, Joint):
            each, a = self.nodes.shaped(last, delta), self.nodes.shaped(last, outputs)
            return [*steps, partial(activation.pullback, each, a, self.nodes.scratch_like(each))]
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
        for place in reversed(range(len(self.layers))):
            if place in reached and self.nodes.wires[place].activation != LINEAR:
                steps.append(self._through_activation(place))
            if place in reached or place == len(self.layers) - 1:
                steps += self._of_layer(place, reached)
            else:
                steps += [partial(gradient.fill, 0.0) for gradient in self._gradients[place]]
        return steps

    def _of_layer(self, place: int, reached: set[int]) -> Template:
        """A layer's gradients, and ∂L/∂x added to the δ of the layers it reads. The features need none."""
        layer, delta, wire = self.layers[place], self._deltas[place], self.nodes.wires[place]
        read = partial(self.nodes.reading, place)
        if wire.sources == (0,):
            return layer.backward(read, delta, None)
        first = wire.sources[0] - 1
        if len(wire.sources) == 1 and first not in reached:
            reached.add(first)
            return layer.backward(read, delta, self._deltas[first])
        inputs = self.nodes.memory.zeros((delta.shape[0], wire.in_features, delta.shape[2]), delta.dtype)
        steps = layer.backward(read, delta, inputs)
        for source, part in self.nodes.parts(place, inputs):
            if source > 0:
                target = in_shape(self._deltas[source - 1], part.shape[1:-1])
                added = partial(np.add, target, part, target)
                steps.append(added if source - 1 in reached else partial(np.copyto, target, part))
                reached.add(source - 1)
        return steps


def _of_steps(batch: Batch) -> Array:
    """The weight of every step (R, T, 1, B)."""
    assert batch.steps is not None
    return batch.steps[:, :, None]
