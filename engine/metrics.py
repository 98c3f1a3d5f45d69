"""Metrics: what is reported about a network beside the loss it minimises.

Outputs and targets are (R, K, N). With one output unit there are two classes, told apart by ``threshold``, the middle
between their targets; with several the largest wins. What has no value (0 / 0, or a number that is not finite) is
masked, and ``tolist`` of a masked array says None there: NaN never reaches a client.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from engine.parts import Task
from engine.types import Array, BoolArray, Float64Array, IntArray

Masked: TypeAlias = "np.ma.MaskedArray[Any, np.dtype[Any]]"

Measure: TypeAlias = Callable[[Array, Array, float], Masked]
"""measure(outputs, targets, threshold): values of replicas (R,), classes (R, C) or pairs of classes (R, C, C)."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric the page can show, for the tasks it fits."""

    name: str
    label: str
    explanation: str
    formula: str
    task: Task
    measure: Measure


def classes(values: Array, threshold: float) -> IntArray:
    """The class (R, N) that outputs or targets (R, K, N) stand for. A value on the border counts as the first class."""
    if values.shape[-2] == 1:
        return np.asarray(values[..., 0, :] > threshold, np.int64)
    return np.asarray(values.argmax(axis=-2))


def correct(outputs: Array, targets: Array, threshold: float) -> BoolArray:
    """Which examples are classified rightly (R, N)."""
    if outputs.shape[-2] == 1:
        return np.asarray((outputs[..., 0, :] > threshold) == (targets[..., 0, :] > threshold))
    return np.asarray(classes(outputs, threshold) == classes(targets, threshold))


def confusion_matrix(outputs: Array, targets: Array, threshold: float) -> IntArray:
    """How many examples of class i were taken for class j: (R, C, C), rows the true class, columns the answer."""
    count = max(2, outputs.shape[-2])
    cells = classes(targets, threshold) * count + classes(outputs, threshold)
    counts = [np.bincount(row, minlength=count * count).reshape(count, count) for row in cells]
    return np.array(counts, np.int64)


def share(part: Array, whole: Array) -> Masked:
    """part / whole in float64, masked where there is nothing to take a share of."""
    values = np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole != 0, dtype=np.float64)
    return np.ma.array(values, mask=whole == 0)


def accuracy(outputs: Array, targets: Array, threshold: float) -> Masked:
    """The share of examples classified rightly (R,); masked if there are none."""
    confusion = confusion_matrix(outputs, targets, threshold)
    return share(np.trace(confusion, axis1=1, axis2=2), confusion.sum(axis=(1, 2)))


def precision(outputs: Array, targets: Array, threshold: float) -> Masked:
    """Of the examples taken for a class, the share that belongs to it (R, C); masked where none was."""
    confusion = confusion_matrix(outputs, targets, threshold)
    return share(np.diagonal(confusion, axis1=1, axis2=2), confusion.sum(axis=1))


def recall(outputs: Array, targets: Array, threshold: float) -> Masked:
    """Of the examples of a class, the share that was found (R, C); masked where there are none."""
    confusion = confusion_matrix(outputs, targets, threshold)
    return share(np.diagonal(confusion, axis1=1, axis2=2), confusion.sum(axis=2))


def mean_absolute_error(outputs: Array, targets: Array, threshold: float) -> Masked:
    """1/N Σ |a − t| in float64, the mean over examples and output units (R,)."""
    distance = np.abs(_exact(outputs) - _exact(targets))
    found = share(distance.sum(axis=(1, 2)), np.full(len(distance), distance[0].size))
    return np.ma.masked_invalid(found)


def r_squared(outputs: Array, targets: Array, threshold: float) -> Masked:
    """1 − Σ (a − t)² / Σ (t − mean t)² in float64 (R,), each unit about its own mean; below 0 if the mean does better.

    Masked where the targets of every unit are all alike: there is no variation to explain.
    """
    outputs, targets = _exact(outputs), _exact(targets)
    constant = (targets == targets[..., :1]).all(axis=(1, 2))
    mean = targets.mean(axis=-1, keepdims=True) if targets.shape[-1] else np.zeros(targets.shape)
    unexplained = ((outputs - targets) ** 2).sum(axis=(1, 2))
    all_there_is = np.where(constant, 0.0, ((targets - mean) ** 2).sum(axis=(1, 2)))
    return np.ma.masked_invalid(1.0 - share(unexplained, all_there_is))


def _exact(values: Array) -> Float64Array:
    return values.astype(np.float64, copy=False)


def _confusion(outputs: Array, targets: Array, threshold: float) -> Masked:
    return np.ma.array(confusion_matrix(outputs, targets, threshold))


METRICS: dict[str, Metric] = {
    entry.name: entry
    for entry in (
        Metric(
            "accuracy",
            "Accuracy",
            "The share of examples given their right class. Misleading when one class is rare.",
            "right / all",
            "classification",
            accuracy,
        ),
        Metric(
            "confusion",
            "Confusion matrix",
            "How often each class was taken for each other one. What is right stands on the diagonal.",
            "n_{ij}: class i taken for class j",
            "classification",
            _confusion,
        ),
        Metric(
            "precision",
            "Precision",
            "Of the examples taken for a class, the share that belongs to it. No value if none was.",
            "n_{jj} / Σ_i n_{ij}",
            "classification",
            precision,
        ),
        Metric(
            "recall",
            "Recall",
            "Of the examples of a class, the share that was found. No value if there are none.",
            "n_{ii} / Σ_j n_{ij}",
            "classification",
            recall,
        ),
        Metric(
            "mean_absolute_error",
            "Mean absolute error",
            "How far off an output is on average, in the target's own unit.",
            "1/N Σ_i |a_i − t_i|",
            "regression",
            mean_absolute_error,
        ),
        Metric(
            "r_squared",
            "R²",
            "The explained share of the targets' variation: 0 is no better than their mean. No value if all are alike.",
            "1 − Σ_i (a_i − t_i)^2 / Σ_i (t_i − mean)^2",
            "regression",
            r_squared,
        ),
    )
}
"""What can be measured of a network's answers."""
