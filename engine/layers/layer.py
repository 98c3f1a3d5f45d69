"""What every layer is: a configuration that knows its shapes, and arithmetic bound to buffers that somebody else owns.

A layer turns the output of earlier layers into weighted sums, maxima or whatever it is for; the activation that may
follow is the plan's business. Shapes are those of one example: ``(U,)`` units, ``(C, H, W)`` an image, ``(T, F)`` a
sequence of T steps. In a plan they lie flat, (R, U, B) with examples last, and an input buffer has one more row, of
ones; so an image is the view (R, C, H, W, B), a sequence (R, T, F, B), and to flatten costs nothing.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from engine.layers.tape import Tape
from engine.limits import Bounds
from engine.types import Array, Call, Json

Shape: TypeAlias = tuple[int, ...]
"""One example's shape, examples and replicas left out."""


class ShapeError(ValueError):
    """A layer that cannot take what it is given: ``field`` is the name of what to change, or "" for the layer."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Block:
    """One matrix of parameters (rows, columns); with ``biases`` its last row is one, and is not penalised.

    ``fan_in`` and ``fan_out`` are what initializers go by. ``lifted`` columns start with a bias larger by ``lift``.
    """

    name: str
    rows: int
    columns: int
    fan_in: int
    fan_out: int
    biases: bool = True
    lifted: tuple[int, int] = (0, 0)
    lift: float = 0.0

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return self.rows * self.columns

    @property
    def weight_rows(self) -> int:
        """The rows that are not biases."""
        return self.rows - self.biases


def dense_block(inputs: int, units: int, name: str = "weights") -> Block:
    """Weights (I, U) with a row of biases."""
    return Block(name, inputs + 1, units, inputs, units)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to choose about a layer, with the words for it; a number in bounds, or one of some names."""

    name: str
    label: str
    explanation: str
    default: Json
    bounds: Bounds | None = None
    choices: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the number has no fraction."""
        return isinstance(self.default, int)

    def to_dict(self) -> dict[str, Any]:
        """As JSON: with the bounds of a number, or the names to choose from."""
        words = {"name": self.name, "label": self.label, "explanation": self.explanation, "default": self.default}
        if self.bounds is None:
            return words | {"choices": list(self.choices)}
        return words | {"minimum": self.bounds.minimum, "maximum": self.bounds.maximum}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a page shows of a kind of layer."""

    name: str
    label: str
    explanation: str
    formula: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step learns from: ``weights`` are 1 / (number of real examples), and 0 where a batch was padded:
    (R, 1, B), (1, 1, B) or one number.

    x (R, F + 1, B) ends in a row of ones, y is (R, K, B). ``steps`` (R, T, B) is there for sequences of various
    lengths: 1 / (an example's length) at its own steps, 0 behind its end.
    """

    x: Array
    y: Array
    weights: Array
    steps: Array | None = None

    def of(self, replicas: slice) -> "Batch":
        """The same for some of the replicas."""
        weights = self.weights[replicas] if self.weights.shape[:1] == self.x.shape[:1] else self.weights
        steps = None if self.steps is None else self.steps[replicas]
        return Batch(self.x[replicas], self.y[replicas], weights, steps)


@dataclass(frozen=True, slots=True)
class OnBatch:
    """A call that reads the batch, bound when the plan is compiled for one."""

    bind: Callable[[Batch], Call]


Step: TypeAlias = Call | OnBatch
Template: TypeAlias = list[Step]
Read: TypeAlias = Callable[[Callable[[Array], Call]], Step]
"""read(make): make a call on the layer's input (R, F + 1, B), wherever that lies."""


class Memory:
    """Buffers for a plan. Rewound, it gives the same ones again: plans that run one after the other can share them."""

    def __init__(self) -> None:
        self._buffers: list[Array] = []
        self._given = 0

    def zeros(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """A buffer: of zeros when it is new, else as the last plan has left it."""
        if self._given == len(self._buffers):
            self._buffers.append(np.zeros(shape, dtype))
        buffer = self._buffers[self._given]
        if buffer.shape != shape or buffer.dtype != np.dtype(dtype):
            raise ValueError("Only plans of one shape can share their memory.")
        self._given += 1
        return buffer

    def rewind(self) -> None:
        """Begin again with the first buffer."""
        self._given = 0


class Memories:
    """A memory for the plans of each size, of which one after the other runs: so what they use stays in the cache.

    For further plans those of the ``most`` sizes last asked for are kept, or all.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._of: dict[Hashable, Memory] = {}

    def of(self, size: Hashable) -> Memory:
        """That of a size, from its first buffer on."""
        memory = self._of.pop(size, None) or Memory()
        memory.rewind()
        self._of[size] = memory  # the last asked for stands last
        if self._most is not None and len(self._of) > self._most:
            del self._of[next(iter(self._of))]
        return memory


@dataclass(frozen=True, slots=True)
class Binding:
    """The place of a layer in a plan: its parameters and gradients, one (R, rows, columns) a block, and its sizes.

    ``gradients`` and ``noise`` (random numbers, to disturb with) are None where the network is only looked at.
    """

    weights: Sequence[Array]
    gradients: Sequence[Array] | None
    inputs: Shape
    outputs: Shape
    batch: int
    replicas: int
    dtype: np.dtype[np.generic]
    noise: Tape | None = None
    various_lengths: bool = False
    memory: Memory = field(default_factory=Memory)

    def empty(self, *shape: int, dtype: DTypeLike | None = None) -> Array:
        """A buffer (R, …) for numbers of the layer's own, of the plan's precision unless told: zeros at first."""
        return self.memory.zeros((self.replicas, *shape), self.dtype if dtype is None else dtype)


class Bound(ABC):
    """A layer bound to its buffers. Its methods are called once; what they return runs at every step."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding

    @abstractmethod
    def forward(self, read: Read, z: Array) -> Template:
        """Fill z (R, U, B)."""

    @abstractmethod
    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """From δ = ∂L/∂z (R, U, B): fill the gradients of the parameters and, where it is asked for, dx (R, F, B)."""


def in_shape(rows: Array, shape: Shape) -> Array:
    """Flat rows (R, F or F + 1, B) seen in a shape: (R, *shape, B). Raises if that would be a copy."""
    return rows[:, : math.prod(shape)].reshape(rows.shape[0], *shape, rows.shape[2], copy=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec(ABC):
    """A layer as it is asked for. Without ``inputs`` it reads the previous layer; ``"features"`` names the inputs.

    A ``frozen`` layer keeps its parameters whatever the optimizer.
    """

    KIND: ClassVar[Kind]
    name: str | None = None
    inputs: tuple[str, ...] | None = None
    frozen: bool = False

    @property
    def kind(self) -> str:
        """The name of the kind."""
        return self.KIND.name

    @property
    def reads_words(self) -> bool:
        """Whether the layer takes the numbers of words, as an embedding does."""
        return False

    def for_words(self, vocabulary: int) -> "LayerSpec":
        """The same layer for data of so many words, 0 where there are none."""
        return self

    @property
    def own(self) -> dict[str, Any]:
        """The fields this kind has beside name, inputs and frozen."""
        return {field.name: getattr(self, field.name) for field in self.KIND.fields}

    def join(self, sources: Sequence[Shape]) -> Shape:
        """The shape of several inputs taken together; one alone is taken as it is."""
        return join_shapes(sources)

    @abstractmethod
    def output_shape(self, inputs: Shape) -> Shape:
        """What comes out. Raises :class:`ShapeError` where that cannot be."""

    @abstractmethod
    def bind(self, binding: Binding) -> Bound:
        """The layer's arithmetic on given parameters."""

    def blocks(self, inputs: Shape) -> tuple[Block, ...]:
        """The matrices of parameters; none unless a kind says otherwise."""
        return ()

    def multiply_adds(self, inputs: Shape) -> int:
        """Of one example, forward."""
        return sum(block.weight_rows * block.columns for block in self.blocks(inputs))

    def workspace(self, inputs: Shape) -> int:
        """Numbers for each example that the layer keeps beside its inputs and outputs."""
        return 0

    def at_once(self, inputs: Shape) -> int:
        """How many of these are in use at a time, which a cache has to hold: all of them, if not step after step."""
        return self.workspace(inputs)


def join_shapes(sources: Sequence[Shape]) -> Shape:
    """Units beside units, channels beside channels, and at every step features beside features."""
    if len(sources) == 1:
        return sources[0]
    kinds = {(len(shape), shape[1:] if len(shape) == 3 else shape[:-1]) for shape in sources}
    if len(kinds) > 1:
        raise ShapeError("inputs", "These inputs differ in shape, so they cannot be joined; flatten them first.")
    if len(sources[0]) == 3:
        return (sum(shape[0] for shape in sources), *sources[0][1:])
    return (*sources[0][:-1], sum(shape[-1] for shape in sources))


def field_values(spec: LayerSpec) -> dict[str, Any]:
    """A layer as JSON values: its kind, its own fields, then name, inputs and frozen where they are given."""
    given = {name: getattr(spec, name) for name in ("name", "inputs") if getattr(spec, name) is not None}
    return {"kind": spec.kind, **spec.own, **given, **({"frozen": True} if spec.frozen else {})}
