"""From a dataset's description to arrays: drawn or given examples, split into a training and a test part."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from engine.datasets.kinds import DATASETS
from engine.datasets.shape import describe
from engine.parts import AnyDatasetSpec, ArraysSpec, DatasetSpec, GivenSpec, Point, PointsSpec, Task
from engine.types import Float64Array, IntArray, Label


@dataclass(frozen=True, slots=True)
class Dataset:
    """Inputs (N, F) and labels, the training part and the test part; ``shape`` is that of one example, F its size.

    A label is an index into ``classes`` (classification) or the value to predict (regression, no classes). Labels are
    (N,), or (N, T) where each of ``steps`` = T steps has one. ``vocabulary`` holds the text of every token id, 0 being
    padding. Where sequences differ in length, the lengths are (N,) and what follows a sequence's end is padding.
    """

    task: Task
    classes: tuple[Label, ...]
    train_inputs: Float64Array
    train_labels: Float64Array
    test_inputs: Float64Array
    test_labels: Float64Array
    shape: tuple[int, ...] = (2,)
    steps: int | None = None
    vocabulary: tuple[str, ...] = ()
    train_lengths: IntArray | None = None
    test_lengths: IntArray | None = None


def make_dataset(dataset: AnyDatasetSpec) -> Dataset:
    """The examples of a dataset; the same description always gives the same ones."""
    if isinstance(dataset, DatasetSpec):
        return _drawn(dataset)
    return _arrays(dataset) if isinstance(dataset, ArraysSpec) else _given(dataset)


def _drawn(dataset: DatasetSpec) -> Dataset:
    """Each example has one uniform number more, its rank: the lowest ranks train, in that order, unless it is given.

    So a larger share moves examples from the test part to the training part and leaves the others where they are.
    """
    kind, form = DATASETS[dataset.kind], describe(dataset)
    asked = kind.complete(dataset)
    draws = np.random.Generator(np.random.PCG64(asked.seed)).random((asked.samples, kind.draw_count(asked) + 1))
    inputs, labels = kind.generate(draws[:, :-1], asked)
    if not kind.ordered:
        order = np.argsort(draws[:, -1], kind="stable")
        inputs, labels = inputs[order], labels[order]
    lengths = _token_counts(inputs) if kind.variable_length else None
    cut = asked.train_size
    return Dataset(
        kind.task,
        form.classes,
        inputs[:cut],
        labels[:cut],
        inputs[cut:],
        labels[cut:],
        form.shape,
        form.steps,
        kind.vocabulary,
        None if lengths is None else lengths[:cut],
        None if lengths is None else lengths[cut:],
    )


def _token_counts(inputs: Float64Array) -> IntArray:
    """How many tokens each sequence has (N,): padding is 0 and stands at the end only."""
    counts: IntArray = np.sum(inputs != 0.0, axis=1, dtype=np.int64)
    return counts


def _given(dataset: PointsSpec) -> Dataset:
    train, test = _columns(dataset, dataset.train), _columns(dataset, dataset.test)
    return Dataset(dataset.task, dataset.classes, *train, *test)


def _columns(dataset: PointsSpec, rows: tuple[Point, ...]) -> tuple[Float64Array, Float64Array]:
    inputs = np.array([row[:2] for row in rows], dtype=np.float64).reshape(-1, 2)
    return inputs, _labels(dataset, [row[2] for row in rows])


def _arrays(dataset: ArraysSpec) -> Dataset:
    def inputs(numbers: bytes, labels: tuple[Label, ...]) -> Float64Array:
        return np.frombuffer(numbers, np.float64).reshape(len(labels), prod(dataset.shape))

    return Dataset(
        dataset.task,
        dataset.classes,
        inputs(dataset.train_inputs, dataset.train_labels),
        _labels(dataset, dataset.train_labels),
        inputs(dataset.test_inputs, dataset.test_labels),
        _labels(dataset, dataset.test_labels),
        dataset.shape,
    )


def _labels(dataset: GivenSpec, labels: Sequence[Label]) -> Float64Array:
    """Class indices, or the values of a regression."""
    if dataset.task == "regression":
        return np.array(labels, dtype=np.float64)
    index = {label: place for place, label in enumerate(dataset.classes)}
    return np.array([index[label] for label in labels], dtype=np.float64)
