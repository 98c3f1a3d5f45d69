"""Losses: their values against the textbook's formulas, and that large logits stay finite."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS, SOFTMAX
from engine.losses import LOSSES
from engine.types import Array
from tests.engine.numeric import watched


def terms(name: str, values: Array, targets: Array) -> Array:
    """Each unit's part of the loss, from values (R, K, B)."""
    result = values.copy()
    scratch = np.empty((values.shape[0], values.shape[1] + 1, values.shape[2]), values.dtype)
    LOSSES[name].terms(result, targets, scratch)
    return result


def one_hot(rng: np.random.Generator, replicas: int, classes: int, examples: int) -> Array:
    labels = rng.integers(0, classes, (replicas, 1, examples))
    return (labels == np.arange(classes)[None, :, None]).astype(np.float64)


def test_squared_error_is_half_the_square() -> None:
    found = terms("squared_error", np.array([[[1.0, -0.5, 2.0]]]), np.array([[[1.0, 1.0, -1.0]]]))
    np.testing.assert_array_equal(found, [[[0.0, 1.125, 4.5]]])


def test_the_distances_agree_where_they_meet() -> None:
    """Huber is the squared error up to a distance of 1, and half a unit below the absolute error from there on."""
    difference = np.linspace(-3.0, 3.0, 61).reshape(1, 1, -1)
    zero = np.zeros_like(difference)
    squared, absolute, huber = (terms(name, difference, zero) for name in ("squared_error", "absolute_error", "huber"))
    near = np.abs(difference) <= 1.0
    np.testing.assert_allclose(huber[near], squared[near], rtol=1e-15)
    np.testing.assert_allclose(huber[~near], absolute[~near] - 0.5, rtol=1e-15)
    np.testing.assert_array_equal(absolute, np.abs(difference))


def test_hinge_asks_for_a_margin_of_one_on_the_right_side() -> None:
    outputs, targets = np.array([[[2.0, 1.0, 0.25, -3.0, -2.0]]]), np.array([[[1.0, 1.0, 1.0, 1.0, -1.0]]])
    np.testing.assert_array_equal(terms("hinge", outputs, targets), [[[0.0, 0.0, 0.75, 4.0, 0.0]]])
    slope = np.empty_like(outputs)
    LOSSES["hinge"].slope(outputs, targets, slope)
    np.testing.assert_array_equal(slope, [[[0.0, 0.0, -1.0, -1.0, 0.0]]])


@pytest.mark.parametrize("name", ["squared_error", "absolute_error", "huber", "hinge"])
@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(1, 4))
def test_slopes_agree_with_central_differences(name: str, seed: int, classes: int) -> None:
    """At outputs that stand apart from every corner: |a − t| is 0 or 1 there, and t a is 1."""
    rng = np.random.default_rng(seed)
    targets = rng.choice([-1.0, 1.0], (2, classes, 5))
    distance = rng.choice([-1.0, 1.0], targets.shape) * (rng.uniform(0.1, 0.9, targets.shape) + rng.integers(0, 2))
    outputs, step = targets + distance, 1e-6
    numeric = (terms(name, outputs + step, targets) - terms(name, outputs - step, targets)) / (2 * step)
    slope = np.empty_like(outputs)
    LOSSES[name].slope(outputs, targets, slope)
    np.testing.assert_allclose(slope, numeric, rtol=1e-6, atol=1e-9)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 8.0))
def test_binary_cross_entropy_is_that_of_the_sigmoid(seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    z = rng.normal(0, spread, (2, 1, 6)).clip(-20, 20)
    t = rng.integers(0, 2, z.shape).astype(np.float64)
    p = ACTIVATIONS["sigmoid"](z)
    expected = -t * np.log(p) - (1 - t) * np.log(1 - p)
    np.testing.assert_allclose(terms("cross_entropy", z, t), expected, rtol=1e-6, atol=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(2, 10), st.floats(0.01, 8.0))
def test_categorical_cross_entropy_is_that_of_softmax(seed: int, classes: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    z = rng.normal(0, spread, (2, classes, 6))
    t = one_hot(rng, 2, classes, 6)
    expected = -(t * np.log(SOFTMAX(z))).sum(axis=1)
    np.testing.assert_allclose(terms("cross_entropy", z, t).sum(axis=1), expected, rtol=1e-9, atol=1e-12)


def test_two_classes_by_softmax_are_one_by_sigmoid() -> None:
    z = np.linspace(-5, 5, 11).reshape(1, 1, -1)
    pair = np.concatenate([np.zeros_like(z), z], axis=1)
    right = np.concatenate([np.zeros_like(z), np.ones_like(z)], axis=1)
    one = terms("cross_entropy", z, np.ones_like(z))
    np.testing.assert_allclose(terms("cross_entropy", pair, right).sum(axis=1, keepdims=True), one, rtol=1e-12)


@pytest.mark.parametrize("name", list(LOSSES))
def test_the_slope_of_an_output_that_hits_its_target_is_zero(name: str) -> None:
    targets = np.array([[[-1.0, 1.0], [1.0, -1.0]]])
    out = np.full_like(targets, np.nan)
    LOSSES[name].slope(targets, targets, out)
    np.testing.assert_array_equal(out, np.zeros_like(targets))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("classes", [1, 3])
def test_cross_entropy_of_huge_logits_is_finite_and_linear(dtype: type, classes: int) -> None:
    z = np.zeros((1, classes, 2), dtype)
    z[0, 0] = [-1e4, 1e4]
    t = np.zeros_like(z)
    t[0, 0] = 1.0
    others = np.log(max(1, classes - 1))
    np.testing.assert_allclose(terms("cross_entropy", z, t).sum(axis=1), [[1e4 + others, 0.0]], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", list(LOSSES))
@pytest.mark.parametrize("classes", [1, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_allocated_or_promoted(name: str, classes: int, dtype: type) -> None:
    values, targets = (watched(np.ones((2, classes, 4)), dtype) for _ in range(2))
    out = watched(np.full((2, classes, 4), np.nan), dtype)
    LOSSES[name].slope(values, targets, out)
    LOSSES[name].terms(values, targets, watched(np.ones((2, classes + 1, 4)), dtype))
    assert values.dtype == out.dtype == dtype
    assert np.isfinite(np.asarray(out)).all()
    assert np.isfinite(np.asarray(values)).all()
