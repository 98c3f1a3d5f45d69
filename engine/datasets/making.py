"""From a dataset's description to arrays: drawn or given points, split into a training and a test part."""

from dataclasses import dataclass

import numpy as np

from engine.datasets.kind import DatasetKind
from engine.datasets.surfaces import KINDS as SURFACES
from engine.datasets.three_classes import KINDS as THREE_CLASSES
from engine.datasets.two_classes import KINDS as TWO_CLASSES
from engine.parts import DatasetSpec, Point, PointsSpec, Task
from engine.types import Float64Array, Label

DATASETS: dict[str, DatasetKind] = {kind.name: kind for kind in (*TWO_CLASSES, *THREE_CLASSES, *SURFACES)}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Points (N, 2) and labels (N,), the training part and the test part.

    A label is an index into ``classes`` (classification) or the value to predict (regression, no classes).
    """

    task: Task
    classes: tuple[Label, ...]
    train_inputs: Float64Array
    train_labels: Float64Array
    test_inputs: Float64Array
    test_labels: Float64Array


def make_dataset(dataset: DatasetSpec | PointsSpec) -> Dataset:
    """The points of a dataset; the same description always gives the same points."""
    return _given(dataset) if isinstance(dataset, PointsSpec) else _drawn(dataset)


def _drawn(dataset: DatasetSpec) -> Dataset:
    """Each point has a fifth uniform number, its rank: the lowest ranks train, in that order.

    So a larger share moves points from the test part to the training part and leaves the others where they are.
    """
    kind = DATASETS[dataset.kind]
    draws = np.random.Generator(np.random.PCG64(dataset.seed)).random((dataset.samples, 5))
    points, labels = kind.generate(draws[:, :4], dataset.noise)
    order = np.argsort(draws[:, 4], kind="stable")
    points, labels = points[order], labels[order]
    cut = dataset.train_size
    return Dataset(kind.task, kind.classes, points[:cut], labels[:cut], points[cut:], labels[cut:])


def _given(dataset: PointsSpec) -> Dataset:
    train, test = _columns(dataset, dataset.train), _columns(dataset, dataset.test)
    return Dataset(dataset.task, dataset.classes, *train, *test)


def _columns(dataset: PointsSpec, rows: tuple[Point, ...]) -> tuple[Float64Array, Float64Array]:
    inputs = np.array([row[:2] for row in rows], dtype=np.float64).reshape(-1, 2)
    if dataset.task == "regression":
        return inputs, np.array([row[2] for row in rows], dtype=np.float64)
    index = {label: place for place, label in enumerate(dataset.classes)}
    return inputs, np.array([index[row[2]] for row in rows], dtype=np.float64)
