"""A transform: one link of the chain that turns a gradient into a step.

Each link is bound to buffers once and then only called. It is given the update that comes in (R, P), the gradient at
first, and says where the update it hands on lies. Its memory is rows of the optimizer's state, its numbers are spread
over (R, P) beforehand, because a ufunc on a full array costs a fifth of one on a column (see docs/performance.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.regularizers import Strength
from engine.types import Array, Call, Float64Array


@dataclass(frozen=True, slots=True)
class Moment:
    """What the numbers of a step depend on. With S steps ahead, each array is (S, R), or (1, R) if it stays as it is.

    ``learning_rate`` is what the schedule makes of it, ``age`` counts updates from 1, ``settings`` are the replicas'
    hyper-parameters by name.
    """

    learning_rate: Float64Array
    age: Float64Array
    settings: Mapping[str, Float64Array]


Number: TypeAlias = Callable[[Moment], Float64Array]
"""A number of a transform at some steps, (S, R) or (1, R)."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A number that acts on weights alone: what ``strength`` makes of learning rate × rate; biases have strength(0)."""

    rate: Number
    strength: Strength


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an optimizer's memory, as it can be shown."""

    name: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Bench:
    """What a transform works on; every array is (R, P). ``gradient`` and ``scratch`` may be overwritten."""

    theta: Array
    gradient: Array
    scratch: Array
    state: Mapping[str, Array]
    numbers: Mapping[str, Array]


Bind: TypeAlias = Callable[[Bench, Array], tuple[list[Call], Array]]
"""bind(bench, update): the calls of one step and the update that is handed on."""


@dataclass(frozen=True, slots=True)
class Transform:
    """A link: how it is bound, the numbers it needs and the rows it remembers."""

    bind: Bind
    numbers: Mapping[str, Number] = field(default_factory=dict)
    pulls: Mapping[str, Pull] = field(default_factory=dict)
    state: tuple[Row, ...] = ()


def setting(name: str) -> Number:
    """A hyper-parameter as it stands in the specification."""
    return lambda moment: moment.settings[name]


def rest(name: str) -> Number:
    """1 − a hyper-parameter: the weight of what is new in a running mean."""
    return lambda moment: 1.0 - moment.settings[name]


def learning_rate(moment: Moment) -> Float64Array:
    """η, as the schedule has it."""
    return moment.learning_rate
