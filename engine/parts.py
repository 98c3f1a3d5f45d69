"""The parts of a run specification: plain frozen records, exact types, nothing optional that need not be.

They are made by :meth:`engine.spec.RunSpec.from_dict`, which validates; inside the engine they are trusted.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.types import Label

Task: TypeAlias = Literal["classification", "regression", "reconstruction"]
"""What a run is after; a dataset has one of the first two, a loss can make it the third."""

Inputs: TypeAlias = Literal["plane", "line", "vector", "image", "sequence", "tokens"]
"""What one example is: a point in the plane or on a line, a table's row, an image, a sequence of vectors or tokens."""

Pin: TypeAlias = tuple[int, int, int | None]
"""Layer, unit and input of one parameter; no input for the bias."""
Point: TypeAlias = tuple[float, float, Label]


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """Examples that are generated: one of the kinds in :data:`engine.datasets.DATASETS`, drawn from ``seed``.

    ``length`` is how many steps a sequence has, ``classes`` how many classes there are: None for the kinds that leave
    no choice there.
    """

    kind: str = "circle"
    samples: int = 500
    noise: float = 0.0
    train_fraction: float = 0.5
    seed: int = 1
    length: int | None = None
    classes: int | None = None

    @property
    def train_size(self) -> int:
        """How many of the examples are trained on."""
        return round(self.samples * self.train_fraction)

    @property
    def size(self) -> int:
        """How many examples there are in all."""
        return self.samples


@dataclass(frozen=True, slots=True)
class AxisSpec:
    """What a coordinate meant before it was scaled to the plot: raw = center + scale · x."""

    name: str
    center: float
    scale: float


@dataclass(frozen=True, slots=True)
class PointsSpec:
    """Points that were given: rows (x1, x2, label). ``classes`` are the distinct labels in sorted order."""

    task: Task
    train: tuple[Point, ...]
    test: tuple[Point, ...] = ()
    axes: tuple[AxisSpec, AxisSpec] | None = None
    classes: tuple[Label, ...] = ()
    kind: Literal["points"] = "points"

    @property
    def train_size(self) -> int:
        """How many of the points are trained on."""
        return len(self.train)

    @property
    def size(self) -> int:
        """How many points there are in all."""
        return len(self.train) + len(self.test)


@dataclass(frozen=True, slots=True)
class ArraysSpec:
    """Examples of any shape that were given. Their numbers lie one after the other as float64, so that a million of
    them stay small and can be compared; a shape of one number is a row of a table, of two (T, D) a sequence, of three
    (C, H, W) an image.
    """

    task: Task
    shape: tuple[int, ...]
    train_inputs: bytes
    train_labels: tuple[Label, ...]
    test_inputs: bytes = b""
    test_labels: tuple[Label, ...] = ()
    classes: tuple[Label, ...] = ()
    kind: Literal["arrays"] = "arrays"

    @property
    def train_size(self) -> int:
        """How many of the examples are trained on."""
        return len(self.train_labels)

    @property
    def size(self) -> int:
        """How many examples there are in all."""
        return len(self.train_labels) + len(self.test_labels)


GivenSpec: TypeAlias = PointsSpec | ArraysSpec
AnyDatasetSpec: TypeAlias = DatasetSpec | GivenSpec


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """The last layer. Its width follows from the task, so its activation is all there is to choose."""

    activation: str = "sigmoid"


@dataclass(frozen=True, slots=True)
class ClipSpec:
    """Where gradients are cut: one of :data:`engine.optimizers.clipping.CLIPS` but none."""

    kind: str
    limit: float


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """How the learning rate changes: one of :data:`engine.schedules.SCHEDULES` but constant, with its own numbers."""

    kind: str
    every: float | None = None
    factor: float | None = None
    epochs: float | None = None
    floor: float | None = None
    warmup: float | None = None


@dataclass(frozen=True, slots=True)
class OptimizerSpec:
    """How the gradient becomes a step: one of :data:`engine.optimizers.OPTIMIZERS`; what it has not is None."""

    kind: str = "sgd"
    learning_rate: float = 0.03
    momentum: float | None = None
    beta1: float | None = None
    beta2: float | None = None
    rho: float | None = None
    epsilon: float | None = None
    weight_decay: float | None = None
    clip: ClipSpec | None = None
    schedule: ScheduleSpec | None = None


@dataclass(frozen=True, slots=True)
class StopSpec:
    """When a run stops by itself: the conditions of :data:`engine.stopping.STOP_CONDITIONS` that were given."""

    epochs: int | None = None
    loss_below: float | None = None
    accuracy_above: float | None = None
    patience: int | None = None
    min_improvement: float | None = None


@dataclass(frozen=True, slots=True)
class RegularizerSpec:
    """The penalty on the weights; biases are never penalised."""

    kind: str = "none"
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class InitializerSpec:
    """Where the weights start. ``scale`` is the half-width (uniform), σ (normal) or the value (constant)."""

    kind: str = "glorot_uniform"
    scale: float = 1.0
    bias: float = 0.0


@dataclass(frozen=True, slots=True)
class InitialSpec:
    """Given parameters: ``weights[l][j]`` go into unit j of layer l, ``biases[l][j]`` is that unit's bias."""

    weights: tuple[tuple[tuple[float, ...], ...], ...]
    biases: tuple[tuple[float, ...], ...]
