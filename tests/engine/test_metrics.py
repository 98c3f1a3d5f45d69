"""Metrics: what counts as right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Population
from engine.metrics import correct
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
