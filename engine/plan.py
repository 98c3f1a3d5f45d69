"""Plans: a network bound to parameters, a number of examples and a precision.

A plan allocates all its buffers once and is compiled into *calls*: ufuncs and matrix products bound to the buffers they
read and write. A training step runs the calls in order and allocates nothing. Written for speed: on small networks the
cost is the number of calls, about 0.2 µs for a ufunc and 0.9 µs for a product, whatever the number of replicas.

Shapes: parameters theta (R, P), inputs x (R, F + 1, B) ending in a row of ones, targets y (R, K, B).
"""

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

    ``outputs[l]`` is (R, U + 1, B) with a last row of ones, so it can be the next layer's input as it stands. Layers
    with the same activation lie side by side in one arena, so their derivatives are taken in one sweep.
    """

    def __init__(self, network: Network, replicas: int, batch: int, dtype: np.dtype[np.generic]) -> None:
        self.network = network
        self.wires = network.wires
        self.replicas, self.batch, self.dtype = replicas, batch, dtype
        self.activations = [OUTPUT_ACTIVATIONS[wire.activation] for wire in self.wires]
        self.arenas: dict[str, Array] = {}
        self.outputs: list[Array] = [np.empty(0)] * len(self.wires)
        for name in dict.fromkeys(wire.activation for wire in self.wires):
            self.arenas[name] = self._arena(name, self.outputs)
        for output in self.outputs:
            output[:, -1] = 1.0
        self.joined = [
            None if len(wire.sources) == 1 else np.ones((replicas, wire.in_features + 1, batch), dtype)
            for wire in self.wires
        ]
        widest = max(wire.units for wire in self.wires)
        self.scratch = np.empty((replicas, (widest + 1) * batch), dtype)

    def _arena(self, activation: str, views: list[Array]) -> Array:
        """One block of zeros for all layers of an activation, cut into their views."""
        places = [place for place, wire in enumerate(self.wires) if wire.activation == activation]
        sizes = [(self.wires[place].units + 1) * self.batch for place in places]
        edges = np.cumsum([0, *sizes]).tolist()
        arena = np.zeros((self.replicas, edges[-1]), self.dtype)
        for place, (start, stop) in zip(places, pairwise(edges), strict=True):
            views[place] = arena[:, start:stop].reshape(self.replicas, -1, self.batch)
        return arena

    def derivatives(self) -> tuple[dict[str, Array], list[Array]]:
        """Arenas like those of the outputs for the derivatives, and the view (R, U, B) of each layer."""
        views: list[Array] = [np.empty(0)] * len(self.wires)
        arenas = {name: self._arena(name, views) for name in self.arenas}
        return arenas, [view[:, :-1] for view in views]

    def values(self, layer: int) -> Array:
        """The units of a layer (R, U, B), without the row of ones: sums before its activation, outputs after."""
        return self.outputs[layer][:, :-1]

    def scratch_like(self, units: int) -> Array:
        """(R, units, B) of memory that holds nothing of value."""
        return self.scratch[:, : units * self.batch].reshape(self.replicas, units, self.batch)

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
        widths = [len(self.network.features), *(wire.units for wire in self.wires)]
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
    nodes: Nodes, layers: Sequence[Dense], derivatives: Sequence[Array] | None, logits: bool
) -> Template:
    """All layers in order. With ``logits`` the output layer keeps its sums; ``derivatives`` receives φ′(z) where it
    has to be taken on the way because the outputs do not tell it."""
    steps: Template = []
    for place, (layer, activation) in enumerate(zip(layers, nodes.activations, strict=False)):
        z = nodes.values(place)
        steps += nodes.gather(place)
        steps.append(nodes.reading(place, partial(_forward, layer, z)))
        if derivatives is not None and isinstance(activation, Pointwise) and activation.derivative_of == "input":
            steps.append(partial(activation.derivative, z, derivatives[place]))
        if not (logits and place == len(layers) - 1):
            steps.append(partial(activation.apply, z, z, nodes.scratch_like(z.shape[1])))
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
        self._template = forward_template(self.nodes, layers, None, logits)

    @property
    def values(self) -> Array:
        """The output layer (R, K, B) after a run."""
        return self.nodes.values(len(self.nodes.wires) - 1)

    def compile(self, x: Array) -> list[Call]:
        """The calls of a pass over inputs x (R or 1, F + 1, B)."""
        return compile_calls(self._template, Batch(x, x, x))


class TrainingPlan:
    """Forward and backward: after a compiled batch has run, ``grad`` (R, P) is the gradient of its mean loss."""

    def __init__(self, network: Network, theta: Array, grad: Array, batch: int, loss: Loss) -> None:
        self.nodes = Nodes(network, len(theta), batch, theta.dtype)
        self._layers = [Dense(weights) for weights in network.matrices(theta)]
        self._gradients = network.matrices(grad)
        self._loss = loss
        self._arenas, self._derivatives = self.nodes.derivatives()
        shape = (len(theta), batch)
        self._deltas = [np.zeros((shape[0], wire.units, shape[1]), theta.dtype) for wire in network.wires]
        self._template = forward_template(self.nodes, self._layers, self._derivatives, logits=False)
        self._template += [*self._slopes(), *self._error(), *self._backward()]

    def compile(self, batch: Batch) -> list[Call]:
        """The calls of one step's forward and backward pass over a batch."""
        return compile_calls(self._template, batch)

    def _slopes(self) -> Template:
        """φ′ of all layers of one activation at once, from their outputs."""
        hidden = self.nodes.wires[: -1 if self._loss.from_logits else None]
        steps: Template = []
        for name in dict.fromkeys(wire.activation for wire in hidden):
            activation = OUTPUT_ACTIVATIONS[name]
            if isinstance(activation, Pointwise) and activation.derivative_of == "output":
                steps.append(partial(activation.derivative, self.nodes.arenas[name], self._arenas[name]))
        return steps

    def _error(self) -> Template:
        """δ of the output layer: (a − y) times the example's weight, and through the activation unless the loss did."""
        last = len(self._layers) - 1
        outputs, delta = self.nodes.values(last), self._deltas[last]
        steps: Template = [
            OnBatch(lambda batch: partial(np.subtract, outputs, batch.y, delta)),
            OnBatch(lambda batch: partial(np.multiply, delta, batch.weights, delta)),
        ]
        activation = self.nodes.activations[last]
        if self._loss.from_logits:
            return steps
        if isinstance(activation, Joint):
            return [*steps, partial(activation.pullback, delta, outputs, self.nodes.scratch_like(delta.shape[1]))]
        return [*steps, partial(np.multiply, delta, self._derivatives[last], delta)]

    def _backward(self) -> Template:
        """From the last layer to the first: its own gradient, then what it passes on to the nodes it reads."""
        steps: Template = []
        reached: set[int] = set()
        for place in reversed(range(len(self._layers))):
            layer, delta = self._layers[place], self._deltas[place]
            if place in reached:
                steps.append(partial(np.multiply, delta, self._derivatives[place], delta))
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
