"""Given points: good ones are read fast, wrong ones are told by row and column, and arrays hold them as they are."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from engine.datasets import make_dataset
from engine.datasets.inline import read_points
from engine.limits import MOST_POINTS
from engine.parts import AxisSpec, PointsSpec
from engine.reading import Reader
from tests.engine.strategies import inline_points

GOOD: list[Any] = [[0, 0, -1], [1.5, -2, 1]]


def read(**fields: Any) -> tuple[PointsSpec, dict[str, str]]:
    reader = Reader()
    points = read_points(reader, {"kind": "points", "train": GOOD} | fields, "/dataset")
    return points, {issue.pointer: issue.message for issue in reader.errors}


class TestGoodPoints:
    def test_numbers_become_floats(self) -> None:
        points, errors = read(test=[(2, 2, 1)])
        assert errors == {}
        assert points == PointsSpec(
            "classification", ((0.0, 0.0, -1.0), (1.5, -2.0, 1.0)), ((2.0, 2.0, 1.0),), None, (-1.0, 1.0)
        )

    def test_texts_are_classes_in_sorted_order(self) -> None:
        assert read(train=[[0, 0, "pear"], [1, 1, "apple"]])[0].classes == ("apple", "pear")

    def test_numbers_are_sorted_as_numbers(self) -> None:
        assert read(train=[[0, 0, 10], [1, 1, 9], [2, 2, -1]])[0].classes == (-1.0, 9.0, 10.0)

    def test_a_class_may_be_in_the_test_part_alone(self) -> None:
        assert read(test=[[0, 0, 3]])[0].classes == (-1.0, 1.0, 3.0)

    def test_a_regression_has_no_classes(self) -> None:
        points, errors = read(task="regression", train=[[0, 0, 0.25]])
        assert errors == {}
        assert points.classes == ()

    def test_axes_tell_what_a_coordinate_meant(self) -> None:
        axes = [{"name": "age", "center": 40, "scale": 5}, {"name": "height"}]
        assert read(axes=axes)[0].axes == (AxisSpec("age", 40.0, 5.0), AxisSpec("height", 0.0, 1.0))

    def test_ten_thousand_points_are_read_in_milliseconds(self) -> None:
        half = np.random.default_rng(1).normal(size=(MOST_POINTS // 2, 3)).tolist()
        best = min(self.seconds(half) for _ in range(5))
        assert best < 0.06  # 4 ms where it was written; the room is for slow and busy machines

    def seconds(self, half: list[list[float]]) -> float:
        started = time.process_time()
        points, errors = read(task="regression", train=half, test=half)
        assert (len(points.train) + len(points.test), errors) == (MOST_POINTS, {})
        return time.process_time() - started

    @given(inline_points())
    def test_every_number_is_kept(self, document: dict[str, Any]) -> None:
        reader = Reader()
        points = read_points(reader, document, "/dataset")
        assert reader.errors == []
        assert [list(row) for row in points.train] == document["train"]
        assert [list(row) for row in points.test] == document["test"]


class TestBadPoints:
    @pytest.mark.parametrize(
        ("row", "pointer"),
        [
            ([0, 0], "/dataset/train/1"),
            ([0, 0, 1, 1], "/dataset/train/1"),
            ([], "/dataset/train/1"),
            ("abc", "/dataset/train/1"),
            ({"x": 1}, "/dataset/train/1"),
            (None, "/dataset/train/1"),
            ([True, 0, 1], "/dataset/train/1/0"),
            (["1", 0, 1], "/dataset/train/1/0"),
            ([0, float("nan"), 1], "/dataset/train/1/1"),
            ([0, float("inf"), 1], "/dataset/train/1/1"),
            ([0, 10**400, 1], "/dataset/train/1/1"),
            ([1.1e6, 0, 1], "/dataset/train/1/0"),
            ([0, -1.1e6, 1], "/dataset/train/1/1"),
            ([0, 0, None], "/dataset/train/1/2"),
            ([0, 0, True], "/dataset/train/1/2"),
            ([0, 0, float("nan")], "/dataset/train/1/2"),
            ([0, 0, [1]], "/dataset/train/1/2"),
        ],
    )
    @pytest.mark.parametrize("task", ["classification", "regression"])
    def test_the_row_and_the_column_are_told(self, task: str, row: Any, pointer: str) -> None:
        assert list(read(task=task, train=[[0, 0, 1], row, [0, 0, 2]])[1]) == [pointer]

    @pytest.mark.parametrize("label", ["", " ", "x" * 61, "a\x00b", "\ud800"])
    def test_a_class_name_can_be_shown(self, label: str) -> None:
        assert list(read(train=[[0, 0, "a"], [0, 0, label]])[1]) == ["/dataset/train/1/2"]

    def test_a_regression_has_no_text_labels(self) -> None:
        assert list(read(task="regression", train=[[0, 0, "a"]])[1]) == ["/dataset/train/0/2"]

    @pytest.mark.parametrize(
        ("train", "words"),
        [
            ([[0, 0, 1]], "Found 1 class: 2 to 10 work; give points of at least two."),
            (
                [[0, 0, n] for n in range(11)],
                "Found 11 classes: 2 to 10 work; join some, or choose the task regression.",
            ),
        ],
    )
    def test_the_classes_must_make_sense(self, train: list[Any], words: str) -> None:
        assert read(train=train)[1] == {"/dataset": words}

    def test_labels_are_of_one_kind(self) -> None:
        message = "Write all labels the same way: all as numbers or all as texts."
        assert read(train=[[0, 0, 1], [0, 0, "1"]])[1] == {"/dataset/train": message}
        assert read(test=[[0, 0, "a"]])[1] == {"/dataset": message}

    def test_training_points_are_needed(self) -> None:
        assert list(read(train=[])[1]) == ["/dataset/train"]
        reader = Reader()
        read_points(reader, {"kind": "points"}, "/dataset")
        assert [issue.pointer for issue in reader.errors] == ["/dataset/train"]

    @pytest.mark.parametrize("value", [None, 3, "text", {}, True])
    def test_points_are_a_list(self, value: Any) -> None:
        assert list(read(train=value, test=value)[1]) == ["/dataset/train", "/dataset/test"]

    def test_too_many_points(self) -> None:
        assert list(read(train=[GOOD[0]] * (MOST_POINTS + 1))[1]) == ["/dataset/train"]
        assert list(read(train=GOOD * 3000, test=GOOD * 3000)[1]) == ["/dataset"]

    def test_fifty_bad_rows_are_enough(self) -> None:
        assert len(read(train=[[0]] * 5000)[1]) == 50

    @pytest.mark.parametrize("task", ["clustering", None, 3])
    def test_the_task_is_one_of_two(self, task: Any) -> None:
        assert list(read(task=task)[1]) == ["/dataset/task"]

    @pytest.mark.parametrize(
        ("axes", "pointers"),
        [
            ([], ["/dataset/axes"]),
            ([{"name": "a"}], ["/dataset/axes"]),
            (3, ["/dataset/axes"]),
            ([{"name": "a"}, {}], ["/dataset/axes/1/name"]),
            (
                [{"name": "a", "scale": 0}, {"name": "b", "scale": -1}],
                ["/dataset/axes/0/scale", "/dataset/axes/1/scale"],
            ),
            ([{"name": "a", "center": float("inf")}, {"name": "b"}], ["/dataset/axes/0/center"]),
            ([{"name": "a", "unit": "m"}, {"name": "b"}], ["/dataset/axes/0/unit"]),
        ],
    )
    def test_axes_are_two(self, axes: Any, pointers: list[str]) -> None:
        assert list(read(axes=axes)[1]) == pointers


class TestArrays:
    def test_labels_become_indices(self) -> None:
        points, _ = read(train=[[0, 1, "pear"], [2, 3, "apple"]], test=[[4, 5, "pear"]])
        dataset = make_dataset(points)
        assert dataset.classes == ("apple", "pear")
        assert dataset.train_inputs.tolist() == [[0, 1], [2, 3]]
        assert dataset.train_labels.tolist() == [1, 0]
        assert dataset.test_inputs.tolist() == [[4, 5]]
        assert dataset.test_labels.tolist() == [1]

    def test_numbers_stay_numbers_in_a_regression(self) -> None:
        dataset = make_dataset(read(task="regression", train=[[0, 1, 0.5], [2, 3, -7]])[0])
        assert dataset.train_labels.tolist() == [0.5, -7]
        assert dataset.classes == ()

    def test_the_test_part_may_be_empty(self) -> None:
        dataset = make_dataset(read()[0])
        assert dataset.test_inputs.shape == (0, 2)
        assert dataset.test_labels.shape == (0,)

    @given(inline_points())
    def test_points_are_neither_moved_nor_reordered(self, document: dict[str, Any]) -> None:
        dataset = make_dataset(read_points(Reader(), document, ""))
        assert dataset.train_inputs.tolist() == [row[:2] for row in document["train"]]
        assert dataset.test_inputs.tolist() == [row[:2] for row in document["test"]]
