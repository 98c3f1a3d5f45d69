"""Reading examples of any shape that were given: rows of a table, images, sequences of vectors."""

from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import Any

import numpy as np

from engine.datasets.inline import MIXED_LABELS, TASKS
from engine.limits import CLASSES, COORDINATE, LONGEST_LABEL, MOST_INPUTS, MOST_NUMBERS, MOST_POINTS, Bounds
from engine.parts import ArraysSpec, Task
from engine.reading import Reader, finite_numbers, is_list, is_name
from engine.types import Float64Array, Json, Label

FIELDS = ("kind", "task", "shape", "train", "test")
SIDE = Bounds(1, MOST_INPUTS, 1)


@dataclass(frozen=True, slots=True)
class _Part:
    """Examples and their labels, as they were read."""

    inputs: bytes = b""
    labels: tuple[Label, ...] = ()


def read_arrays(reader: Reader, value: Json, pointer: str) -> ArraysSpec:
    """Inline arrays: ``{"kind": "arrays", "task", "shape", "train": {"inputs": [[…], …], "labels": […]}, "test"}``.

    Each row of inputs is one example, flat: as many numbers as the shape holds.
    """
    fields = reader.record(value, pointer, FIELDS)
    before = len(reader.errors)
    named = reader.choice(fields.get("task", "classification"), f"{pointer}/task", TASKS, "classification")
    task: Task = "regression" if named == "regression" else "classification"
    sides = reader.items(fields.get("shape"), f"{pointer}/shape", 1, 3, "numbers, the shape of one example")
    shape = tuple(reader.whole(side, f"{pointer}/shape/{place}", SIDE) for place, side in enumerate(sides)) or (1,)
    if prod(shape) > MOST_INPUTS:
        reader.problem(f"{pointer}/shape", f"One example may hold {MOST_INPUTS} numbers; give smaller ones.")
    train, test = _Part(), _Part()
    if len(reader.errors) == before:
        train = _read_part(reader, fields.get("train"), f"{pointer}/train", task, prod(shape), 1)
        if fields.get("test") is not None:
            test = _read_part(reader, fields["test"], f"{pointer}/test", task, prod(shape), 0)
    numbers = (len(train.labels) + len(test.labels)) * prod(shape)
    if numbers > MOST_NUMBERS or len(train.labels) + len(test.labels) > MOST_POINTS:
        reader.problem(
            pointer, f"Give at most {MOST_POINTS} examples and {MOST_NUMBERS} numbers, training and test together."
        )
    classes = () if task == "regression" or len(reader.errors) > before else _classes(reader, train, test, pointer)
    return ArraysSpec(task, shape, train.inputs, train.labels, test.inputs, test.labels, classes)


def _read_part(reader: Reader, value: Json, pointer: str, task: Task, size: int, least: int) -> _Part:
    """One side's rows and labels; an empty one if anything is wrong with it."""
    before = len(reader.errors)
    fields = reader.record(value, pointer, ("inputs", "labels"), '{"inputs": [[0, 1]], "labels": [1]}')
    if len(reader.errors) > before:
        return _Part()
    most = min(MOST_POINTS, MOST_NUMBERS // size)
    rows = reader.items(fields.get("inputs"), f"{pointer}/inputs", least, most, "examples")
    if len(reader.errors) > before:
        return _Part()
    labels = reader.items(fields.get("labels"), f"{pointer}/labels", len(rows), len(rows), "labels, one an example")
    for place, row in enumerate(rows):
        if not is_list(row) or len(row) != size:
            reader.problem(f"{pointer}/inputs/{place}", f"Give a list of {size} numbers, as many as the shape holds.")
        if reader.full:
            break
    if len(reader.errors) > before:
        return _Part()
    numbers = finite_numbers([*chain.from_iterable(rows)])
    if numbers is None or np.abs(numbers).max(initial=0.0) > COORDINATE.maximum:
        for place, row in enumerate(rows):
            reader.vector(row, f"{pointer}/inputs/{place}", size, COORDINATE, "numbers")
        return _Part()
    return _Part(numbers.tobytes(), _read_labels(reader, labels, f"{pointer}/labels", task))


def _read_labels(reader: Reader, labels: Any, pointer: str, task: Task) -> tuple[Label, ...]:
    numbers = finite_numbers(labels)
    if numbers is not None and np.abs(numbers).max(initial=0.0) <= COORDINATE.maximum:
        return tuple(numbers.tolist())
    if task == "classification" and all(type(label) is str and is_name(label, LONGEST_LABEL) for label in labels):
        return tuple(labels)
    before = len(reader.errors)
    for place, label in enumerate(labels):
        if task == "classification" and isinstance(label, str):
            reader.name(label, f"{pointer}/{place}", LONGEST_LABEL)
        else:
            reader.real(label, f"{pointer}/{place}", COORDINATE)
        if reader.full:
            break
    if len(reader.errors) == before:
        reader.problem(pointer, MIXED_LABELS)
    return ()


def _classes(reader: Reader, train: _Part, test: _Part, pointer: str) -> tuple[Label, ...]:
    labels = {*train.labels, *test.labels}
    if len({type(label) for label in labels}) > 1:
        reader.problem(pointer, MIXED_LABELS)
    elif not CLASSES.minimum <= len(labels) <= CLASSES.maximum:
        remedy = "give examples of at least two" if len(labels) < 2 else "join some, or choose the task regression"
        reader.problem(pointer, f"Found {len(labels)} class{'' if len(labels) == 1 else 'es'}: 2 to 10 work; {remedy}.")
    else:
        return tuple(sorted(labels))
    return ()


def arrays_to_json(arrays: ArraysSpec) -> dict[str, Any]:
    """The document that :func:`read_arrays` reads."""

    def part(inputs: bytes, labels: tuple[Label, ...]) -> dict[str, Any]:
        rows: Float64Array = np.frombuffer(inputs, np.float64).reshape(len(labels), prod(arrays.shape))
        return {"inputs": rows.tolist(), "labels": list(labels)}

    return {
        "kind": "arrays",
        "task": arrays.task,
        "shape": list(arrays.shape),
        "train": part(arrays.train_inputs, arrays.train_labels),
        "test": part(arrays.test_inputs, arrays.test_labels),
    }
