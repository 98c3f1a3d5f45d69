"""Reading points that were given instead of generated.

The ordinary case, thousands of good rows, is checked column by column (10 000 points: 4 ms); only when something is
wrong are the rows walked one by one to say where.
"""

from collections.abc import Sequence

import numpy as np

from engine.limits import AXIS_CENTER, AXIS_SCALE, CLASSES, COORDINATE, LONGEST_LABEL, MOST_POINTS
from engine.parts import AxisSpec, Point, PointsSpec, Task
from engine.reading import Reader, finite_numbers, is_list, is_name
from engine.types import Json, Label

FIELDS = ("kind", "task", "train", "test", "axes")
TASKS = ("classification", "regression")
MIXED_LABELS = "Write all labels the same way: all as numbers or all as texts."


def read_points(reader: Reader, value: Json, pointer: str) -> PointsSpec:
    """An inline dataset: ``{"kind": "points", "task", "train": [[x1, x2, label], …], "test", "axes"}``."""
    fields = reader.record(value, pointer, FIELDS)
    before = len(reader.errors)
    named = reader.choice(fields.get("task", "classification"), f"{pointer}/task", TASKS, "classification")
    task: Task = "regression" if named == "regression" else "classification"
    train: tuple[Point, ...] = ()
    if "train" in fields:
        train = _read_rows(reader, fields["train"], f"{pointer}/train", task, least=1)
    else:
        reader.problem(f"{pointer}/train", "Give the training points: a list of [x1, x2, label].")
    test = _read_rows(reader, fields.get("test", ()), f"{pointer}/test", task, least=0)
    if len(train) + len(test) > MOST_POINTS:
        reader.problem(pointer, f"Give at most {MOST_POINTS} points, training and test together.")
    axes = _read_axes(reader, fields["axes"], f"{pointer}/axes") if "axes" in fields else None
    if len(reader.errors) > before or task == "regression":
        return PointsSpec(task, train, test, axes)
    return PointsSpec(task, train, test, axes, _classes(reader, train, test, pointer))


def _read_rows(reader: Reader, value: Json, pointer: str, task: Task, least: int) -> tuple[Point, ...]:
    rows = reader.items(value, pointer, least, MOST_POINTS, "points")
    good = _read_columns(rows, task)
    if good is not None:
        return good
    before = len(reader.errors)
    for place, row in enumerate(rows):
        if reader.full:
            break
        _explain_row(reader, row, f"{pointer}/{place}", task)
    if len(reader.errors) == before:  # every row is good by itself
        reader.problem(pointer, MIXED_LABELS)
    return ()


def _read_columns(rows: Sequence[Json], task: Task) -> tuple[Point, ...] | None:
    """All rows at once, or None if any of them needs a closer look."""
    if not all(is_list(row) and len(row) == 3 for row in rows):
        return None
    labels = [row[2] for row in rows]
    positions = finite_numbers([number for row in rows for number in (row[0], row[1])])
    if positions is None or np.abs(positions).max(initial=0.0) > COORDINATE.maximum:
        return None
    if task == "classification" and all(type(label) is str for label in labels):
        values: list[Label] = labels
        if not all(is_name(label, LONGEST_LABEL) for label in set(labels)):
            return None
    else:
        numbers = finite_numbers(labels)
        if numbers is None or np.abs(numbers).max(initial=0.0) > COORDINATE.maximum:
            return None
        values = numbers.tolist()
    flat = positions.tolist()
    return tuple(zip(flat[::2], flat[1::2], values, strict=True))


def _explain_row(reader: Reader, row: Json, pointer: str, task: Task) -> None:
    if not is_list(row) or len(row) != 3:
        reader.problem(pointer, "Give three values: x1, x2 and the label.")
        return
    reader.real(row[0], f"{pointer}/0", COORDINATE)
    reader.real(row[1], f"{pointer}/1", COORDINATE)
    if task == "classification" and isinstance(row[2], str):
        reader.name(row[2], f"{pointer}/2", LONGEST_LABEL)
    else:
        reader.real(row[2], f"{pointer}/2", COORDINATE)


def _classes(reader: Reader, train: tuple[Point, ...], test: tuple[Point, ...], pointer: str) -> tuple[Label, ...]:
    labels = {point[2] for point in (*train, *test)}
    if len({type(label) for label in labels}) > 1:
        reader.problem(pointer, MIXED_LABELS)
        return ()
    if not CLASSES.minimum <= len(labels) <= CLASSES.maximum:
        few = len(labels) < CLASSES.minimum
        remedy = "give points of at least two" if few else "join some, or choose the task regression"
        reader.problem(pointer, f"Found {len(labels)} class{'' if len(labels) == 1 else 'es'}: 2 to 10 work; {remedy}.")
        return ()
    return tuple(sorted(labels))


def _read_axes(reader: Reader, value: Json, pointer: str) -> tuple[AxisSpec, AxisSpec] | None:
    axes = [
        _read_axis(reader, axis, f"{pointer}/{place}")
        for place, axis in enumerate(reader.items(value, pointer, 2, 2, "axes"))
    ]
    return (axes[0], axes[1]) if axes else None


def _read_axis(reader: Reader, value: Json, pointer: str) -> AxisSpec:
    fields = reader.record(value, pointer, ("name", "center", "scale"))
    return AxisSpec(
        reader.name(fields.get("name"), f"{pointer}/name", LONGEST_LABEL),
        reader.real(fields.get("center", AXIS_CENTER.default), f"{pointer}/center", AXIS_CENTER),
        reader.real(fields.get("scale", AXIS_SCALE.default), f"{pointer}/scale", AXIS_SCALE),
    )
