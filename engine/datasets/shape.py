"""What a dataset asks of a network, read off its description: nothing is drawn for it."""

from dataclasses import dataclass
from functools import lru_cache
from math import prod

from engine.datasets.kinds import DATASETS
from engine.parts import AnyDatasetSpec, ArraysSpec, DatasetSpec, Inputs, PointsSpec, Task
from engine.types import Label


@dataclass(frozen=True, slots=True)
class DatasetShape:
    """The form of a dataset's examples and labels.

    ``shape`` is that of one example: (2,) in the plane, (1,) on a line, (F,) for a row of a table, (C, H, W) for an
    image, (T, D) for a sequence of vectors, (T,) for a sequence of tokens, whose ids are below ``vocabulary_size`` and
    where 0 is padding. ``steps`` is T where every step has a label of its own, else None.
    """

    task: Task
    classes: tuple[Label, ...]
    inputs: Inputs
    shape: tuple[int, ...]
    steps: int | None = None
    vocabulary_size: int = 0
    variable_length: bool = False

    @property
    def size(self) -> int:
        """How many numbers one example has."""
        return prod(self.shape)


GIVEN_INPUTS: dict[int, Inputs] = {1: "vector", 2: "sequence", 3: "image"}
"""What given arrays are, by how many numbers their shape has."""


def describe(dataset: AnyDatasetSpec) -> DatasetShape:
    """The form of a dataset, without its data."""
    if isinstance(dataset, PointsSpec):
        return DatasetShape(dataset.task, dataset.classes, "plane", (2,))
    if isinstance(dataset, ArraysSpec):
        return DatasetShape(dataset.task, dataset.classes, GIVEN_INPUTS[len(dataset.shape)], dataset.shape)
    return _generated(dataset)


@lru_cache(maxsize=256)
def _generated(dataset: DatasetSpec) -> DatasetShape:
    """The form of examples of a kind; asked a dozen times while one specification is read."""
    kind = DATASETS[dataset.kind]
    shape = kind.shape_of(dataset)
    return DatasetShape(
        kind.task,
        kind.classes_of(dataset),
        kind.inputs,
        shape,
        shape[0] if kind.labelled_steps else None,
        len(kind.vocabulary),
        kind.variable_length,
    )
