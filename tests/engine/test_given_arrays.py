"""Given arrays: what is read, what is refused and where, and that a specification keeps them as they are."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets import describe, make_dataset
from engine.limits import MOST_INPUTS
from engine.population import Population
from engine.spec import ArraysSpec, RunSpec, SpecError


def document(**changes: Any) -> dict[str, Any]:
    """Two rows of three numbers, and one to test on."""
    train = {"inputs": [[1, 2, 3], [4, 5, 6.5]], "labels": ["cat", "dog"]}
    test = {"inputs": [[0, 0, 0]], "labels": ["dog"]}
    return {"kind": "arrays", "shape": [3], "train": train, "test": test} | changes


def errors_of(dataset: Any) -> dict[str, str]:
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict({"dataset": dataset})
    return {issue.pointer: issue.message for issue in caught.value.errors}


class TestReading:
    def test_rows_labels_and_classes(self) -> None:
        spec = RunSpec.from_dict({"dataset": document()})
        dataset = make_dataset(spec.dataset)
        assert dataset.train_inputs.tolist() == [[1, 2, 3], [4, 5, 6.5]]
        assert (dataset.classes, dataset.train_labels.tolist(), dataset.test_labels.tolist()) == (
            ("cat", "dog"),
            [0, 1],
            [1],
        )
        assert (spec.features, spec.output.activation) == ((), "sigmoid")

    @pytest.mark.parametrize(("shape", "inputs"), [([12], "vector"), ([4, 3], "sequence"), ([1, 4, 3], "image")])
    def test_the_shape_says_what_they_are(self, shape: list[int], inputs: str) -> None:
        part = {"inputs": [[0.5] * 12, [1.5] * 12], "labels": [1, 2.5]}
        reader = RunSpec.from_dict({"dataset": document(task="regression", shape=[12], train=part, test=None)})
        assert describe(reader.dataset).inputs == "vector"
        arrays = ArraysSpec("regression", tuple(shape), b"", ())
        assert (describe(arrays).inputs, describe(arrays).size) == (inputs, 12)

    @given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 5), st.randoms(use_true_random=False))
    @settings(max_examples=20)
    def test_a_round_trip_keeps_every_bit(self, size: int, train: int, test: int, random: Any) -> None:
        def part(count: int) -> dict[str, Any]:
            rows = [[random.uniform(-9, 9) for _ in range(size)] for _ in range(count)]
            return {"inputs": rows, "labels": [random.uniform(-1, 1) for _ in range(count)]}

        dataset = document(task="regression", shape=[size], train=part(train), test=part(test))
        spec = RunSpec.from_dict({"dataset": dataset})
        assert spec.to_dict()["dataset"] == dataset
        assert RunSpec.from_dict(spec.to_dict()) == spec
        assert spec.merge({"seed": 5}).dataset == spec.dataset
        assert hash(spec.dataset) == hash(RunSpec.from_dict(spec.to_dict()).dataset)

    def test_a_million_numbers_are_read_and_one_more_is_not(self) -> None:
        row = [0.25] * 2000
        part = {"inputs": [row] * 500, "labels": [0, 1] * 250}
        assert RunSpec.from_dict({"dataset": document(shape=[2000], train=part, test=None)}).dataset.train_size == 500
        one = {"inputs": [row], "labels": [1]}
        assert "1000000 numbers" in errors_of(document(shape=[2000], train=part, test=one))["/dataset"]

    def test_a_network_trains_on_them(self) -> None:
        inputs = np.random.default_rng(0).normal(size=(60, 5))
        part = {"inputs": inputs.tolist(), "labels": np.where(inputs[:, 3] > 0, "up", "down").tolist()}
        spec = RunSpec.from_dict({"dataset": document(shape=[5], train=part, test=None), "layers": []})
        population = Population([spec])
        population.advance_epochs(100)
        assert population.accuracy()["train"][0] > 0.95


class TestRefusing:
    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"shape": None}, "/shape"),
            ({"shape": []}, "/shape"),
            ({"shape": [1, 1, 1, 3]}, "/shape"),
            ({"shape": [0]}, "/shape/0"),
            ({"shape": [3.5]}, "/shape/0"),
            ({"shape": [MOST_INPUTS, 2]}, "/shape"),
            ({"shape": [4], "train": {"inputs": [[1, 2, 3]], "labels": [1]}, "test": None}, "/train/inputs/0"),
            ({"train": None}, "/train"),
            ({"train": {"inputs": [], "labels": []}}, "/train/inputs"),
            ({"train": {"inputs": [[1, 2, 3]], "labels": []}}, "/train/labels"),
            ({"train": {"inputs": [[1, 2, "3"]], "labels": [1]}}, "/train/inputs/0/2"),
            ({"train": {"inputs": [[1, 2, None]], "labels": [1]}}, "/train/inputs/0/2"),
            ({"train": {"inputs": [[1, 2, True]], "labels": [1]}}, "/train/inputs/0/2"),
            ({"train": {"inputs": [[1, 2, float("nan")]], "labels": [1]}}, "/train/inputs/0/2"),
            ({"train": {"inputs": [[1, 2, 1e7]], "labels": [1]}}, "/train/inputs/0/2"),
            ({"train": {"inputs": [[1, 2, 10**400]], "labels": [1]}}, "/train/inputs/0/2"),
            ({"train": {"inputs": [3], "labels": [1]}}, "/train/inputs/0"),
            ({"train": {"inputs": [[1, 2, 3]], "labels": [None]}}, "/train/labels/0"),
            ({"train": {"inputs": [[1, 2, 3]] * 2, "labels": [1, "a"]}}, "/train/labels"),
            ({"train": {"inputs": [[1, 2, 3]], "labels": ["dog"], "weights": []}}, "/train/weights"),
            ({"train": {"inputs": [[1, 2, 3]], "labels": ["dog"]}}, ""),
            ({"train": {"inputs": [[1, 2, 3]] * 11, "labels": [*range(11)]}, "test": None}, ""),
            ({"train": {"inputs": [[1, 2, 3]], "labels": [1]}}, ""),
            ({"task": "clustering"}, "/task"),
            ({"noise": 0.1}, "/noise"),
        ],
    )
    def test_each_fault_has_its_place(self, changes: dict[str, Any], pointer: str) -> None:
        errors = errors_of(document(**changes))
        assert list(errors) == [f"/dataset{pointer}"]
        assert errors[f"/dataset{pointer}"][-1] == "."

    def test_a_long_list_of_faults_ends(self) -> None:
        part = {"inputs": [["x", "y", "z"]] * 5000, "labels": [1] * 5000}
        assert len(errors_of(document(train=part))) == 50

    def test_features_are_of_points_only(self) -> None:
        with pytest.raises(SpecError) as caught:
            RunSpec.from_dict({"dataset": document(), "features": ["x1"]})
        assert "rows of a table" in caught.value.errors[0].message

    def test_from_arrays_to_a_ready_made_set_and_back(self) -> None:
        spec = RunSpec.from_dict({"dataset": document()})
        ready = spec.merge({"dataset": {"kind": "xor"}})
        assert ready.features == ("x1", "x2")
        assert ready.merge({"dataset": document()}).dataset == spec.dataset
