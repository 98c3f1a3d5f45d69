"""Metrics: what counts as right, and that what has no value is masked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Population
from engine.metrics import (
    METRICS,
    Metric,
    accuracy,
    classes,
    confusion_matrix,
    correct,
    mean_absolute_error,
    precision,
    r_squared,
    recall,
)
from engine.types import Array
from tests.engine.numeric import make_spec


@pytest.mark.parametrize(("low", "threshold"), [(-1.0, 0.0), (0.0, 0.5)])
def test_one_unit_decides_by_the_middle_between_its_targets(low: float, threshold: float) -> None:
    targets = np.array([[[low, low, 1.0, 1.0]]])
    outputs = np.array([[[threshold - 0.1, threshold + 0.1, threshold - 0.1, threshold + 0.1]]])
    assert correct(outputs, targets, threshold).tolist() == [[True, False, False, True]]


def test_an_output_on_the_border_counts_as_the_first_class() -> None:
    assert correct(np.array([[[0.0, 0.0]]]), np.array([[[-1.0, 1.0]]]), 0.0).tolist() == [[True, False]]


def test_several_units_decide_by_the_largest_whatever_their_scale() -> None:
    targets = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]])
    outputs = np.array([[[-5.0, 9.0, 0.3], [-6.0, 8.0, 0.1], [-7.0, 7.0, 0.6]]])
    assert correct(outputs, targets, 0.5).tolist() == [[True, False, True]]


@given(st.integers(1, 4), st.integers(1, 6), st.sampled_from([1, 3]), st.integers(0, 2**32 - 1))
def test_each_replica_and_example_is_judged_by_itself(replicas: int, examples: int, units: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    outputs, targets = rng.normal(size=(2, replicas, units, examples))
    together = correct(outputs, targets, 0.0)
    assert together.shape == (replicas, examples)
    for replica in range(replicas):
        for example in range(examples):
            one = np.s_[replica : replica + 1, :, example : example + 1]
            assert together[replica, example] == correct(outputs[one], targets[one], 0.0)[0, 0]


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        ("cross_entropy", "sigmoid"),
        ("squared_error", "sigmoid"),
        ("squared_error", "tanh"),
        ("hinge", "linear"),
        ("huber", "tanh"),
        ("absolute_error", "sigmoid"),
    ],
)
def test_accuracy_is_that_of_the_classes_one_would_read_off(loss: str, output: str) -> None:
    """Cross-entropy is evaluated before the sigmoid, where the border is 0 and not a half."""
    population = Population([make_spec(loss=loss, output={"activation": output}, seed=seed) for seed in range(3)])
    population.advance_epochs(20)
    accuracy = population.accuracy()
    for replica, table in enumerate(population.tables):
        data = table.dataset
        for part, inputs, labels in (
            ("train", data.train_inputs, data.train_labels),
            ("test", data.test_inputs, data.test_labels),
        ):
            classes = population.classify(population.predict(inputs)[replica])
            assert accuracy[part][replica] == pytest.approx((classes == labels).mean())


def one_hot(labels: list[int], count: int) -> Array:
    return (np.array(labels) == np.arange(count)[:, None]).astype(np.float64)[None]


TRUE = one_hot([0, 0, 0, 1, 1, 2], 4)
ANSWERS = one_hot([0, 0, 1, 1, 2, 0], 4)


def test_the_confusion_matrix_has_a_row_for_every_true_class() -> None:
    assert confusion_matrix(ANSWERS, TRUE, 0.5).tolist() == [
        [[2, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]],
    ]


def test_precision_recall_and_accuracy_of_a_matrix_worked_by_hand() -> None:
    assert accuracy(ANSWERS, TRUE, 0.5).tolist() == [0.5]
    assert precision(ANSWERS, TRUE, 0.5).tolist() == [[2 / 3, 0.5, 0.0, None]]
    assert recall(ANSWERS, TRUE, 0.5).tolist() == [[2 / 3, 0.5, 0.0, None]]
    assert recall(TRUE, ANSWERS, 0.5).tolist() == precision(ANSWERS, TRUE, 0.5).tolist()


def test_two_classes_of_one_unit_have_a_matrix_of_their_own() -> None:
    targets, outputs = np.array([[[-1.0, -1.0, 1.0, 1.0]]]), np.array([[[-0.5, 0.5, 0.5, 0.1]]])
    assert confusion_matrix(outputs, targets, 0.0).tolist() == [[[1, 1], [0, 2]]]
    assert precision(outputs, targets, 0.0).tolist() == [[1.0, 2 / 3]]


@given(st.integers(1, 3), st.integers(0, 12), st.sampled_from([1, 2, 5]), st.integers(0, 2**32 - 1))
def test_what_is_counted_agrees_whichever_way_it_is_counted(
    replicas: int, examples: int, units: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    outputs, targets = rng.normal(size=(2, replicas, units, examples))
    confusion = confusion_matrix(outputs, targets, 0.0)
    assert (confusion.sum(axis=(1, 2)) == examples).all()
    for replica in range(replicas):
        pairs = list(zip(classes(targets, 0.0)[replica], classes(outputs, 0.0)[replica], strict=True))
        for true, answer in np.ndindex(*confusion.shape[1:]):
            assert confusion[replica, true, answer] == pairs.count((true, answer))
    right = accuracy(outputs, targets, 0.0)
    if examples:
        np.testing.assert_allclose(right, correct(outputs, targets, 0.0).mean(axis=1))
    else:
        assert right.tolist() == [None] * replicas


def test_mean_absolute_error_and_r_squared_worked_by_hand() -> None:
    targets, outputs = np.array([[[1.0, 2.0, 3.0]]]), np.array([[[1.5, 2.0, 2.0]]])
    assert mean_absolute_error(outputs, targets, 0.0).tolist() == [0.5]
    assert r_squared(outputs, targets, 0.0).tolist() == [1 - 1.25 / 2]


def test_r_squared_of_the_mean_is_zero_and_of_the_targets_one() -> None:
    targets = np.random.default_rng(1).normal(size=(2, 3, 40))
    mean = np.broadcast_to(targets.mean(axis=-1, keepdims=True), targets.shape)
    np.testing.assert_allclose(r_squared(mean, targets, 0.0), 0.0, atol=1e-12)
    assert r_squared(targets, targets, 0.0).tolist() == [1.0, 1.0]
    assert (r_squared(-targets, targets, 0.0) < 0.0).all()


def test_single_precision_is_measured_in_double() -> None:
    """Σ (t − mean)² of large targets close together vanishes in float32."""
    targets = (10_000.0 + np.linspace(0.0, 1.0, 201)).astype(np.float32)[None, None]
    outputs = targets.copy()
    outputs[..., ::2] += np.float32(0.0625)
    expected = 1 - (101 * 0.0625**2) / ((targets.astype(np.float64) - targets.astype(np.float64).mean()) ** 2).sum()
    assert r_squared(outputs, targets, 0.0)[0] == pytest.approx(expected, rel=1e-12)


def test_targets_that_are_all_alike_leave_nothing_to_explain() -> None:
    constant = np.full((1, 1, 7), 0.1)
    assert r_squared(constant, constant, 0.0).tolist() == [None]
    assert r_squared(constant + 1.0, constant, 0.0).tolist() == [None]
    assert mean_absolute_error(constant + 1.0, constant, 0.0).tolist() == [1.0]


@pytest.mark.parametrize("metric", [pytest.param(metric, id=name) for name, metric in METRICS.items()])
@pytest.mark.parametrize("units", [1, 3])
def test_nan_never_leaves_a_metric(metric: Metric, units: int) -> None:
    targets = np.random.default_rng(1).normal(size=(2, units, 5))
    outputs = targets.copy()
    outputs[1, 0, 2] = np.nan
    for values in (metric.measure(outputs, targets, 0.0), metric.measure(outputs[..., :0], targets[..., :0], 0.0)):
        assert len(values) == 2
        assert np.isfinite(np.ma.compressed(values)).all()
