"""Operations: how a node is made of its inputs, and how derivatives go through it in both directions.

A node v = f(a, b) knows only its local derivatives ∂v/∂a and ∂v/∂b; the chain rule does the rest (Griewank & Walther,
Evaluating Derivatives, 2008, chapters 2 and 3). Arrays are float64; of two different shapes the smaller is repeated as
in NumPy, and on the way back the derivatives of the copies are added up.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.types import Float64Array

Shape: TypeAlias = tuple[int, ...]
Inputs: TypeAlias = Sequence[Float64Array]
Partial: TypeAlias = Callable[..., Float64Array]
"""partial(v, a, …): the local derivative ∂v/∂a, from the value and the inputs."""

Trouble: TypeAlias = Callable[..., str | None]
"""trouble(a, …): why there is no value here, and what to do; None if there is one."""

SUM, PRODUCT, POWER, CALL = 1, 2, 3, 4
"""How tightly the sign of an operation binds."""


class MisfitError(ValueError):
    """Arrays whose shapes do not go together."""


@dataclass(frozen=True, slots=True)
class Operation(ABC):
    """What every operation says of itself. ``template`` is its text around its inputs, {0} and {1}, in brackets where
    they need them but for {0:p}; ``formula`` gives the value, ``rule`` the derivative.
    ``slopes`` write the derivative by each input, with {v} for the value; of an array operation, ∂J/∂a with {g} for
    ∂J/∂v."""

    name: str
    label: str
    explanation: str
    template: str
    formula: str
    rule: str
    binding: int
    arity: int
    slopes: tuple[str, ...]

    @abstractmethod
    def shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shape of the value. Raises :class:`MisfitError`."""

    @abstractmethod
    def value(self, inputs: Inputs) -> Float64Array:
        """v = f(a, …)."""

    @abstractmethod
    def trouble(self, inputs: Inputs) -> str | None:
        """Why there is no value here, in words; None if there is one."""

    @abstractmethod
    def note(self, inputs: Inputs) -> str | None:
        """What is worth knowing of the derivative here, such as a corner; None as a rule."""

    @abstractmethod
    def local(self, place: int, value: Float64Array, inputs: Inputs) -> Float64Array | None:
        """∂v/∂a of the input in a place; None where it is not one number for each entry."""

    @abstractmethod
    def pull(self, place: int, gradient: Float64Array, value: Float64Array, inputs: Inputs) -> Float64Array:
        """Backward: what ∂J/∂v adds to ∂J/∂a of the input in a place, in that input's shape."""

    @abstractmethod
    def push(self, place: int, tangent: Float64Array, value: Float64Array, inputs: Inputs) -> Float64Array:
        """Forward: what the derivative of the input in a place adds to that of the value, in the value's shape."""


def collect(gradient: Float64Array, shape: Shape) -> Float64Array:
    """Add up the entries of a gradient that belong to copies of one entry of ``shape``."""
    lead = tuple(range(gradient.ndim - len(shape)))
    stretched = tuple(place + len(lead) for place, size in enumerate(shape) if size == 1)
    return np.asarray(gradient.sum(axis=lead + stretched, keepdims=False).reshape(shape))


@dataclass(frozen=True, slots=True)
class Elementwise(Operation):
    """A function of numbers: ``check`` finds where it has no value, ``corner`` where its slope jumps."""

    function: Callable[..., Float64Array]
    partials: tuple[Partial, ...]
    check: Trouble
    corner: Trouble

    def shape(self, shapes: Sequence[Shape]) -> Shape:
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            listed = " and ".join(map(shape_text, shapes))
            raise MisfitError(f"{self.label} needs arrays of one shape, not {listed}.") from None

    def value(self, inputs: Inputs) -> Float64Array:
        return np.asarray(self.function(*inputs))

    def trouble(self, inputs: Inputs) -> str | None:
        return self.check(*inputs)

    def note(self, inputs: Inputs) -> str | None:
        return self.corner(*inputs)

    def local(self, place: int, value: Float64Array, inputs: Inputs) -> Float64Array:
        return np.broadcast_to(np.asarray(self.partials[place](value, *inputs), np.float64), value.shape)

    def pull(self, place: int, gradient: Float64Array, value: Float64Array, inputs: Inputs) -> Float64Array:
        return collect(np.asarray(gradient * self.local(place, value, inputs)), inputs[place].shape)

    def push(self, place: int, tangent: Float64Array, value: Float64Array, inputs: Inputs) -> Float64Array:
        return np.asarray(tangent * self.local(place, value, inputs))


def shape_text(shape: Shape) -> str:
    """A shape in words: a number, [3], [2×3]."""
    return f"[{'×'.join(map(str, shape))}]" if shape else "a number"
