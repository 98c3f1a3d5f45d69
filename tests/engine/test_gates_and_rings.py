"""Truth tables, and sets of any number of classes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import limits
from engine.datasets import Dataset, describe, make_dataset
from engine.datasets.many_classes import COUNTS, RING
from engine.parts import DatasetSpec
from engine.population import Population
from engine.spec import RunSpec, SpecError

TABLES = {"gate_and": [0, 0, 0, 1], "gate_or": [0, 1, 1, 1], "gate_nand": [1, 1, 1, 0], "gate_xor": [0, 1, 1, 0]}
SEPARABLE = ["gate_and", "gate_or", "gate_nand"]
NOISE = st.floats(0.0, limits.NOISE.maximum)


def joined(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    inputs = np.concatenate([dataset.train_inputs, dataset.test_inputs])
    return inputs, np.concatenate([dataset.train_labels, dataset.test_labels])


def corners(points: np.ndarray) -> np.ndarray:
    """Which row of the truth table each point belongs to."""
    return (points[:, 0] > 0) + 2 * (points[:, 1] > 0)


class TestGates:
    @pytest.mark.parametrize("kind", TABLES)
    @given(noise=NOISE, seed=st.integers(0, 1000))
    @settings(max_examples=10)
    def test_the_truth_table_holds_at_any_noise(self, kind: str, noise: float, seed: int) -> None:
        points, labels = joined(make_dataset(DatasetSpec(kind, 80, noise, seed=seed)))
        assert labels.tolist() == [TABLES[kind][corner] for corner in corners(points)]
        assert np.bincount(corners(points)).tolist() == [20] * 4
        assert np.abs(np.abs(points) - 3.0).max() <= 5.0 * noise
        assert np.abs(points).max() < 6.0

    def test_without_noise_there_are_four_points(self) -> None:
        points, _ = joined(make_dataset(DatasetSpec("gate_xor", 40)))
        assert np.unique(points, axis=0).tolist() == [[-3, -3], [-3, 3], [3, -3], [3, 3]]

    def test_not_turns_its_input_over(self) -> None:
        for noise in (0.0, 0.5):
            x, labels = joined(make_dataset(DatasetSpec("gate_not", 40, noise)))
            assert np.array_equal(labels == 1, x[:, 0] < 0)
        assert describe(DatasetSpec("gate_not")).inputs == "line"

    def test_noise_moves_the_same_copies(self) -> None:
        still, half, full = (joined(make_dataset(DatasetSpec("gate_or", 60, s)))[0] for s in (0.0, 0.25, 0.5))
        assert np.allclose(2 * (half - still), full - still)
        assert len(np.unique(full, axis=0)) == 60

    @pytest.mark.parametrize("kind", TABLES)
    def test_one_unit_learns_what_a_line_parts_and_nothing_else(self, kind: str) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": kind, "noise": 0.2}, "layers": []})
        population = Population([spec])
        population.advance_epochs(30)
        assert (population.accuracy()["train"][0] == 1.0) == (kind in SEPARABLE)


class TestManyClasses:
    @pytest.mark.parametrize("kind", ["blobs", "spirals"])
    @pytest.mark.parametrize("classes", range(2, 11))
    def test_the_classes_asked_for_are_there_and_balanced(self, kind: str, classes: int) -> None:
        spec = DatasetSpec(kind, 300, classes=classes)
        points, labels = joined(make_dataset(spec))
        counts = np.bincount(labels.astype(int))
        assert len(counts) == len(describe(spec).classes) == classes
        assert counts.max() - counts.min() <= 1
        assert np.abs(points).max() <= 6.0

    @pytest.mark.parametrize("kind", ["blobs", "spirals"])
    def test_a_network_gets_an_output_for_each(self, kind: str) -> None:
        for classes, units in ((2, 1), (3, 3), (10, 10)):
            spec = RunSpec.from_dict({"dataset": {"kind": kind, "classes": classes}})
            assert spec.output_units == units
            assert spec.to_dict()["dataset"]["classes"] == classes
            assert RunSpec.from_dict(spec.to_dict()) == spec

    @pytest.mark.parametrize("classes", [1, 11, 2.5, "5", True])
    def test_two_to_ten_classes_or_a_remedy(self, classes: Any) -> None:
        with pytest.raises(SpecError) as caught:
            RunSpec.from_dict({"dataset": {"kind": "blobs", "classes": classes}})
        [issue] = caught.value.errors
        assert issue.pointer == "/dataset/classes"
        assert issue.message.startswith("Give a whole number from 2 to 10")

    def test_changing_the_number_changes_the_output(self) -> None:
        spec = RunSpec.from_dict({"dataset": {"kind": "blobs", "classes": 2}, "output": {"activation": "sigmoid"}})
        changed = spec.merge({"dataset": {"classes": 4}})
        assert (changed.output.activation, changed.output_units) == ("softmax", 4)
        assert changed.merge({"dataset": {"kind": "circle"}}).to_dict()["dataset"]["kind"] == "circle"

    @pytest.mark.parametrize("classes", [2, 5, 10])
    def test_blobs_stand_in_a_ring(self, classes: int) -> None:
        points, labels = joined(make_dataset(DatasetSpec("blobs", 5000, classes=classes)))
        centers = np.array([points[labels == label].mean(axis=0) for label in range(classes)])
        assert np.allclose(np.hypot(*centers.T), RING, atol=0.1)
        assert np.allclose(centers.sum(axis=0), 0.0, atol=0.3)
        own = points - centers[labels.astype(int)]
        assert np.isclose(own.var(), 0.25, rtol=0.05)

    def test_spirals_are_one_arm_turned(self) -> None:
        points, labels = joined(make_dataset(DatasetSpec("spirals", 400, classes=4)))
        radius = np.hypot(*points.T)
        arms = [points[labels == label][radius[labels == label].argsort()] for label in range(4)]
        for label, arm in enumerate(arms):
            quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])
            assert np.allclose(arm @ np.linalg.matrix_power(quarter, label), arms[0])

    @pytest.mark.parametrize("classes", [2, 10])
    def test_neighbouring_arms_stay_apart(self, classes: int) -> None:
        points, labels = joined(make_dataset(DatasetSpec("spirals", 600, classes=classes)))
        outer = np.hypot(*points.T) > 2.0
        points, labels = points[outer], labels[outer]
        distances = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
        assert distances[labels[:, None] != labels].min() > 0.7

    def test_the_default_is_five(self) -> None:
        assert COUNTS.default == len(describe(DatasetSpec("blobs")).classes) == 5
