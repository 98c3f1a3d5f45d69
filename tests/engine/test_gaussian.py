"""The normal tail against the error function of the standard library, which knows one number at a time."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.gaussian import bell, density, tail
from engine.types import Array
from tests.engine.numeric import watched


def tail_of(z: Array) -> Array:
    out = np.empty_like(z)
    tail(z, out, np.empty_like(z))
    return out


def expected_tail(z: float) -> float:
    return 0.5 * math.erfc(abs(z) / math.sqrt(2.0))


@given(st.lists(st.floats(-8.0, 8.0), min_size=1))
def test_the_tail_is_that_of_the_error_function(values: list[float]) -> None:
    expected = [expected_tail(value) for value in values]
    np.testing.assert_allclose(tail_of(np.array(values)), expected, rtol=2e-14)


@given(st.lists(st.floats(-8.0, 8.0, width=32), min_size=1))
def test_in_single_precision_it_is_as_good_as_that_allows(values: list[float]) -> None:
    found = tail_of(np.array(values, np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [expected_tail(value) for value in values], rtol=8e-6)


@given(st.floats(8.0, 37.0))
def test_far_out_it_loses_only_what_the_exponential_loses(z: float) -> None:
    """A rounding of z² / 2 is multiplied by the exponential's own slope."""
    assert tail_of(np.array([z]))[0] == pytest.approx(expected_tail(z), rel=z * z * np.finfo(np.float64).eps + 5e-15)


def test_both_sides_are_alike_and_the_middle_is_a_half() -> None:
    z = np.linspace(0.0, 40.0, 401)
    np.testing.assert_array_equal(tail_of(-z), tail_of(z))
    assert tail_of(np.zeros(1))[0] == pytest.approx(0.5, abs=1e-16)
    assert (np.diff(tail_of(z[:370])) < 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_sums_have_no_tail(dtype: type) -> None:
    with np.errstate(under="ignore", over="ignore"):
        assert tail_of(np.array([-1e30, -50.0, 50.0, 1e30], dtype)).tolist() == [0.0] * 4


def test_the_density_is_minus_the_slope_of_the_tail() -> None:
    z, step = np.linspace(0.1, 6.0, 60), 1e-5
    out = np.empty_like(z)
    density(z, out)
    np.testing.assert_allclose(out, (tail_of(z - step) - tail_of(z + step)) / (2 * step), rtol=1e-8, atol=1e-12)


def test_the_density_is_the_bell_under_which_the_area_is_one() -> None:
    z = np.linspace(-10.0, 10.0, 2001)
    curve, area = np.empty_like(z), np.empty_like(z)
    bell(z, curve)
    density(z, area)
    assert curve.max() == 1.0
    np.testing.assert_allclose(area, curve / math.sqrt(2 * math.pi), rtol=1e-15)
    assert area.sum() * 0.01 == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_allocated_or_promoted(dtype: Any) -> None:
    z, out, scratch = (watched(np.ones((2, 3)), dtype) for _ in range(3))
    tail(z, out, scratch)
    density(z, out)
    assert out.dtype == dtype
