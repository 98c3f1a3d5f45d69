"""Activations: their values, their derivatives, and that they stay in the buffers and the precision they are given."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS, LEAK, OUTPUT_ACTIVATIONS, SOFTMAX, TRAINABLE, Pointwise
from tests.engine.numeric import watched

Z = np.linspace(-8.0, 8.0, 161)
POINTWISE = [pytest.param(entry, id=name) for name, entry in ACTIVATIONS.items()]
EVERY = [pytest.param(entry, id=name) for name, entry in OUTPUT_ACTIVATIONS.items()]
KINKED = {"relu", "leaky_relu", "elu", "threshold"}

FORMULAS = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, LEAK * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "sine": np.sin,
    "silu": lambda z: z / (1 + np.exp(-z)),
    "gelu": lambda z: z * 0.5 * np.vectorize(math.erfc)(-z / math.sqrt(2)),
    "threshold": lambda z: np.where(z > 0, 1.0, 0.0),
}


def test_every_activation_has_a_formula_here() -> None:
    assert set(FORMULAS) == set(ACTIVATIONS)
    assert set(OUTPUT_ACTIVATIONS) == {*ACTIVATIONS, "softmax"}
    assert all(entry.name == name for name, entry in OUTPUT_ACTIVATIONS.items())


@pytest.mark.parametrize("activation", POINTWISE)
def test_values_are_those_of_the_formula(activation: Pointwise) -> None:
    np.testing.assert_allclose(activation(Z), FORMULAS[activation.name](Z), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("activation", POINTWISE)
def test_slopes_agree_with_central_differences(activation: Pointwise) -> None:
    z = Z[np.abs(Z) > 1e-3] if activation.name in KINKED else Z
    step = 1e-5
    numeric = (FORMULAS[activation.name](z + step) - FORMULAS[activation.name](z - step)) / (2 * step)
    np.testing.assert_allclose(activation.slope(z), numeric, rtol=1e-7, atol=1e-9)


def test_tanh_is_a_stretched_sigmoid() -> None:
    np.testing.assert_allclose(ACTIVATIONS["tanh"](Z), 2 * ACTIVATIONS["sigmoid"](2 * Z) - 1, atol=1e-15)


def test_the_slope_of_tanh_is_one_over_cosh_squared() -> None:
    np.testing.assert_allclose(ACTIVATIONS["tanh"].slope(Z), 1 / np.cosh(Z) ** 2, atol=1e-15)


def test_the_slope_of_softplus_is_the_sigmoid() -> None:
    np.testing.assert_allclose(ACTIVATIONS["softplus"].slope(Z), ACTIVATIONS["sigmoid"](Z), rtol=1e-12)


@pytest.mark.parametrize("activation", POINTWISE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_at_gives_one_wherever_it_stands(activation: Pointwise, dtype: type) -> None:
    """Exactly one, but for the products z σ(z) and z Φ(z), which may be a rounding away."""
    ones = activation(np.full(37, activation.one_at, dtype))
    eps = float(np.finfo(dtype).eps)
    assert len(np.unique(ones)) == 1
    assert ones[0] == pytest.approx(1.0, rel=eps if activation.name in ("silu", "gelu") else 0.0, abs=0)


@pytest.mark.parametrize("activation", EVERY)
def test_the_result_may_replace_the_sums(activation: Pointwise) -> None:
    for shape in ((2, 3, 5), (1, 2, 1), (1, 1, 1), (3, 7)):
        z = np.random.default_rng(1).normal(size=shape)
        expected = activation(z)
        same, another = z.copy(), z.copy()
        activation.apply(same, same, np.empty_like(z))
        activation.apply(another, another[...], np.empty_like(z))
        np.testing.assert_array_equal(same, expected)
        np.testing.assert_array_equal(another, expected)


@pytest.mark.parametrize("activation", EVERY)
def test_only_the_rows_given_change(activation: Pointwise) -> None:
    """A forward pass works on the units' rows of blocks that end in a row of ones."""
    block = np.random.default_rng(1).normal(size=(3, 4, 5))
    expected = activation(block[:, :3].copy())
    units, last = block[:, :3], block[:, 3].copy()
    activation.apply(units, units, np.empty(units.shape))
    np.testing.assert_array_equal(units, expected)
    np.testing.assert_array_equal(block[:, 3], last)


@pytest.mark.parametrize("activation", EVERY)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_allocated_or_promoted(activation: Pointwise, dtype: type) -> None:
    z, out, scratch = (watched(np.ones((2, 3, 4)), dtype) for _ in range(3))
    activation.apply(z, out, scratch)
    if isinstance(activation, Pointwise):
        activation.derivative(z, out, scratch)
    else:
        activation.pullback(z, out, scratch)
    assert out.dtype == dtype


@pytest.mark.parametrize("activation", EVERY)
def test_large_sums_give_finite_outputs_within_range(activation: Pointwise) -> None:
    z = np.array([-1e4, -800.0, -40.0, 0.0, 40.0, 800.0, 1e4]).reshape(1, 1, -1).repeat(3, axis=1)
    with np.errstate(over="ignore"):
        a = activation(z)
    assert np.isfinite(a).all()
    low, high = activation.range or (-1e4, 1e4)
    assert a.min() >= low
    assert a.max() <= high


def test_a_step_has_no_slope_and_is_the_only_one_that_cannot_be_trained() -> None:
    assert not ACTIVATIONS["threshold"].slope(Z).any()
    assert set(ACTIVATIONS) - set(TRAINABLE) == {"threshold"}
    assert all(entry.slope(Z).any() for entry in TRAINABLE.values())


def test_a_threshold_unit_fires_above_zero() -> None:
    assert ACTIVATIONS["threshold"](np.array([-2.0, -1e-300, 0.0, 1e-300, 2.0])).tolist() == [0, 0, 0, 1, 1]


def test_the_gelu_keeps_its_small_tail() -> None:
    expected = -20.0 * 0.5 * math.erfc(20.0 / math.sqrt(2.0))
    assert ACTIVATIONS["gelu"](np.array([-20.0]))[0] == pytest.approx(expected, rel=1e-13)


def test_the_sigmoid_keeps_its_small_tail() -> None:
    assert ACTIVATIONS["sigmoid"](np.array([-50.0], np.float32))[0] == pytest.approx(1.9287e-22, rel=1e-4)


@given(st.integers(0, 2**32 - 1), st.integers(2, 10), st.floats(0.1, 300.0))
def test_softmax_sums_to_one(seed: int, classes: int, spread: float) -> None:
    p = SOFTMAX(np.random.default_rng(seed).normal(0, spread, (2, classes, 7)))
    np.testing.assert_allclose(p.sum(axis=-2), 1.0, rtol=1e-13)
    assert (p >= 0).all()


@given(st.integers(0, 2**32 - 1), st.floats(-1e3, 1e3))
def test_softmax_does_not_change_with_a_common_shift(seed: int, shift: float) -> None:
    z = np.random.default_rng(seed).normal(size=(1, 4, 3))
    np.testing.assert_allclose(SOFTMAX(z + shift), SOFTMAX(z), rtol=1e-9)


def test_the_pullback_of_softmax_is_its_jacobian() -> None:
    rng = np.random.default_rng(3)
    p = SOFTMAX(rng.normal(size=(1, 4, 1)))
    delta = rng.normal(size=(1, 4, 1))
    row = p[0, :, 0]
    jacobian = np.diag(row) - np.outer(row, row)
    expected = jacobian.T @ delta[0, :, 0]
    SOFTMAX.pullback(delta, p, np.empty_like(delta))
    np.testing.assert_allclose(delta[0, :, 0], expected, rtol=1e-12)


@pytest.mark.parametrize("activation", POINTWISE)
def test_the_curve_for_drawing(activation: Pointwise) -> None:
    z, a, slope = activation.curve()
    assert (len(z), z[0], z[-1]) == (61, -4.0, 4.0)
    np.testing.assert_array_equal(a, activation(z))
    np.testing.assert_array_equal(slope, activation.slope(z))
