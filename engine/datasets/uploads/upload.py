"""What comes of an uploaded file, and what every kind of file has in common."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from engine.datasets.arrays import read_arrays
from engine.limits import CLASSES
from engine.parts import ArraysSpec, Task
from engine.reading import Reader
from engine.types import Float64Array, Label

MOST_BYTES = 10_000_000
TEST_SHARE = 0.2
SPLIT_SEED = 1


class UploadError(ValueError):
    """A file that cannot be used; the message says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was left out: its line in the file, counted from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A dataset, the names of its columns where it has any, and the rows left out: the first few, and how many."""

    dataset: ArraysSpec
    names: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0


def check_size(data: bytes) -> None:
    """Raise :class:`UploadError` for a file that is empty or too large to be looked at."""
    if not data:
        raise UploadError("The file is empty; choose another.")
    if len(data) > MOST_BYTES:
        raise UploadError(f"The file has {len(data)} bytes and {MOST_BYTES} are read; send fewer rows.")


def task_of(labels: list[Label]) -> Task:
    """Classes where labels are texts or few whole numbers, numbers to predict where they are not."""
    distinct = set(labels)
    if any(isinstance(label, str) or label != int(label) for label in distinct):
        return "classification" if any(isinstance(label, str) for label in distinct) else "regression"
    return "classification" if len(distinct) <= CLASSES.maximum else "regression"


def part(inputs: Float64Array, labels: list[Label]) -> dict[str, Any]:
    """One side of the document that a specification holds."""
    return {"inputs": inputs.reshape(len(labels), prod(inputs.shape[1:])).tolist(), "labels": labels}


def split(inputs: Float64Array, labels: list[Label]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A training and a test side: a fifth tests, drawn once and for all; fewer than five examples all train."""
    order = np.random.Generator(np.random.PCG64(SPLIT_SEED)).permutation(len(labels))
    cut = len(labels) - int(len(labels) * TEST_SHARE)
    train, test = order[:cut], order[cut:]
    return (
        part(inputs[train], [labels[place] for place in train.tolist()]),
        part(inputs[test], [labels[place] for place in test.tolist()]),
    )


def make(task: Task, shape: tuple[int, ...], train: dict[str, Any], test: dict[str, Any]) -> ArraysSpec:
    """The dataset, through the same door as one that was typed in. Raises :class:`UploadError` with the first fault."""
    reader = Reader()
    document = {"kind": "arrays", "task": task, "shape": list(shape), "train": train, "test": test}
    dataset = read_arrays(reader, document, "")
    if reader.errors:
        fault = reader.errors[0]
        where = f" (at {fault.pointer})" if fault.pointer else ""
        raise UploadError(f"{fault.message}{where}")
    return dataset
