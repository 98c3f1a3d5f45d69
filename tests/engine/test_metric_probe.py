"""The metrics of a run as a view: each against its definition, and a mark where it has no value."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.metrics import METRICS
from engine.probes import ProbeError
from tests.engine.numeric import make_spec

OF_CLASSES = {"accuracy", "precision", "recall"}
OF_NUMBERS = {"mean_absolute_error", "r_squared"}
EACH_STEP: dict[str, Any] = {
    "dataset": {"kind": "running_parity", "samples": 40, "length": 6},
    "features": [],
    "layers": [],
}


def trained(*specs: RunSpec) -> Population:
    population = Population(specs)
    population.advance(20)
    return population


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("kind", ["spiral", "three_blobs"])
def test_of_classes_it_says_what_the_confusion_says(part: str, kind: str) -> None:
    first, second = (make_spec(dataset={"kind": kind, "samples": samples}, seed=samples) for samples in (60, 100))
    population = trained(first, second)
    found = population.probe("metrics", part=part)
    counts = population.probe("confusion", part=part)["counts"]
    right = np.diagonal(counts, axis1=1, axis2=2)
    assert set(found) == OF_CLASSES | {f"{name}_valid" for name in OF_CLASSES}
    np.testing.assert_allclose(found["accuracy"], population.accuracy()[part], rtol=1e-6)
    np.testing.assert_allclose(found["precision"], right / np.maximum(counts.sum(axis=1), 1), rtol=1e-6)
    np.testing.assert_allclose(found["recall"], right / np.maximum(counts.sum(axis=2), 1), rtol=1e-6)
    np.testing.assert_array_equal(found["precision_valid"], counts.sum(axis=1) > 0)
    np.testing.assert_array_equal(found["recall_valid"], counts.sum(axis=2) > 0)


def test_a_class_that_nothing_is_taken_for_has_no_precision() -> None:
    population = Population([make_spec(dataset={"kind": "three_blobs"})])
    population.theta[:] = 0.0  # all outputs are alike, and the first class wins
    found = population.probe("metrics")
    assert found["precision_valid"].tolist() == [[1, 0, 0]]
    assert found["precision"][0, 1:].tolist() == [0.0, 0.0]
    assert found["recall"].tolist() == [[1.0, 0.0, 0.0]]
    assert found["recall_valid"].tolist() == [[1, 1, 1]]


def test_a_class_without_test_examples_has_no_recall() -> None:
    points = {"kind": "points", "task": "classification", "train": [[0, 0, "a"], [1, 1, "b"]], "test": [[0, 1, "b"]]}
    found = Population([make_spec(dataset=points)]).probe("metrics")
    assert found["recall_valid"].tolist() == [[0, 1]]


@pytest.mark.parametrize("part", ["train", "test"])
def test_of_numbers_it_says_how_far_off_they_are(part: str) -> None:
    first = make_spec((3,), dataset={"kind": "plane", "samples": 60})
    population = trained(first, first.merge({"dataset": {"samples": 80}}))
    found = population.probe("metrics", part=part)
    assert set(found) == OF_NUMBERS | {f"{name}_valid" for name in OF_NUMBERS}
    assert all(found[f"{name}_valid"].tolist() == [1, 1] for name in OF_NUMBERS)
    for replica, table in enumerate(population.tables):
        data = table.dataset
        inputs, labels = (
            (data.train_inputs, data.train_labels) if part == "train" else (data.test_inputs, data.test_labels)
        )
        off = population.predict(inputs)[replica, :, 0] - labels
        assert found["mean_absolute_error"][replica] == pytest.approx(np.abs(off).mean(), rel=1e-4)
        explained = 1.0 - (off**2).sum() / ((labels - labels.mean()) ** 2).sum()
        assert found["r_squared"][replica] == pytest.approx(explained, rel=1e-3)


def test_targets_that_are_all_alike_leave_nothing_to_explain() -> None:
    points = {"kind": "points", "task": "regression", "train": [[0, 0, 0.5], [1, 1, 1]], "test": [[0, 1, 1], [1, 0, 1]]}
    population = Population([make_spec(dataset=points)])
    found = population.probe("metrics")
    assert (found["r_squared"].tolist(), found["r_squared_valid"].tolist()) == ([0.0], [0])
    assert found["mean_absolute_error_valid"].tolist() == [1]
    assert population.probe("metrics", part="train")["r_squared_valid"].tolist() == [1]


def test_a_reconstruction_is_measured_as_numbers_are() -> None:
    population = trained(make_spec((3,), loss="reconstruction", output={"activation": "linear"}))
    found = population.probe("metrics")
    data = population.tables[0].dataset
    off = np.abs(population.predict(data.test_inputs)[0] - population.tables[0].test[:, 3:5])
    assert found["mean_absolute_error"][0] == pytest.approx(off.mean(), rel=1e-4)


def test_answers_at_every_step_count_one_by_one() -> None:
    population = trained(RunSpec.from_dict(EACH_STEP))
    found = population.probe("metrics")
    counts = population.probe("confusion")["counts"]
    assert counts.sum() == 6 * len(population.tables[0].test)
    np.testing.assert_allclose(found["accuracy"], population.accuracy()["test"], rtol=1e-6)


@pytest.mark.parametrize("dataset", ["spiral", "plane"])
def test_numbers_that_broke_never_leave(dataset: str) -> None:
    for broken in (np.nan, np.inf, 3e38):
        population = Population([make_spec((3,), "linear", dataset={"kind": dataset})])
        population.theta[:] = broken
        for values in population.probe("metrics").values():
            assert np.isfinite(values).all()


def test_every_metric_but_the_confusion_is_told() -> None:
    assert {"confusion"} | OF_CLASSES | OF_NUMBERS == set(METRICS)


def test_without_test_examples_there_is_nothing_to_measure() -> None:
    points = {"kind": "points", "task": "classification", "train": [[0, 0, 0], [1, 1, 1]], "test": []}
    with pytest.raises(ProbeError) as caught:
        Population([make_spec(dataset=points)]).probe("metrics")
    assert caught.value.option == "part"
