"""Initializers: the spread they promise, and what the orthogonal one keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.initializers import INITIALIZERS
from engine.limits import INITIALIZER_SCALES
from engine.types import Float64Array

SHAPE = (300, 200)
FAN_IN, FAN_OUT = 500, 700
UNSCALED = 1.0


def draw(name: str, shape: tuple[int, int], scale: float = UNSCALED, seed: int = 1) -> Float64Array:
    """A matrix whose fans are not its sides, as a convolution's are not."""
    return INITIALIZERS[name].draw(np.random.default_rng(seed), shape, FAN_IN, FAN_OUT, scale)


@pytest.mark.parametrize(
    ("name", "scale", "variance"),
    [
        ("uniform", 0.5, 0.5**2 / 3),
        ("normal", 0.7, 0.7**2),
        ("glorot_uniform", UNSCALED, 2 / (FAN_IN + FAN_OUT)),
        ("glorot_normal", UNSCALED, 2 / (FAN_IN + FAN_OUT)),
        ("he_normal", UNSCALED, 2 / FAN_IN),
        ("he_uniform", UNSCALED, 2 / FAN_IN),
        ("lecun_normal", UNSCALED, 1 / FAN_IN),
        ("orthogonal", UNSCALED, 1 / max(SHAPE)),
        ("zeros", UNSCALED, 0.0),
        ("constant", 0.3, 0.0),
    ],
)
def test_variance_and_shape(name: str, scale: float, variance: float) -> None:
    weights = draw(name, SHAPE, scale)
    assert weights.shape == SHAPE
    assert weights.dtype == np.float64
    assert weights.var() == pytest.approx(variance, rel=0.02, abs=1e-30)
    assert weights.mean() == pytest.approx(scale if name == "constant" else 0.0, abs=0.01)


@pytest.mark.parametrize("name", list(INITIALIZERS))
def test_the_same_generator_gives_the_same_weights_of_the_shape_asked_for(name: str) -> None:
    for shape in ((1, 1), (7, 2), (2, 7)):
        first, second = (draw(name, shape, INITIALIZER_SCALES[name].default) for _ in range(2))
        assert first.shape == shape
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_even_weights_fill_their_interval(name: str) -> None:
    weights = draw(name, SHAPE)
    reach = np.sqrt(3 * (2 / (FAN_IN + FAN_OUT) if name == "glorot_uniform" else 2 / FAN_IN))
    assert 0.999 * reach < np.abs(weights).max() <= reach


@pytest.mark.parametrize("name", ["normal", "glorot_normal", "he_normal", "lecun_normal"])
def test_bell_curves_have_the_fourth_moment_of_one(name: str) -> None:
    weights = draw(name, SHAPE)
    assert (weights**4).mean() / weights.var() ** 2 == pytest.approx(3.0, rel=0.05)


def test_uniform_weights_stay_within_the_half_width() -> None:
    assert 0.24 < np.abs(draw("uniform", (100, 100), 0.25)).max() <= 0.25


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_orthogonal_weights_keep_lengths(rows: int, columns: int, seed: int) -> None:
    weights = draw("orthogonal", (rows, columns), seed=seed)
    square = weights.T @ weights if rows >= columns else weights @ weights.T
    np.testing.assert_allclose(square, np.eye(min(rows, columns)), atol=1e-12)


def test_a_product_of_orthogonal_layers_is_orthogonal_where_normal_ones_shrink_or_blow_up() -> None:
    size, depth = 20, 40
    spread = {}
    for name, scale in (("orthogonal", UNSCALED), ("normal", size**-0.5)):
        product = np.eye(size)
        for seed in range(depth):
            product = product @ draw(name, (size, size), scale, seed)
        values = np.linalg.svd(product, compute_uv=False)
        spread[name] = values.max() / values.min()
    assert spread["orthogonal"] == pytest.approx(1.0, rel=1e-10)
    assert spread["normal"] > 1e6


def test_rotations_and_reflections_are_equally_likely() -> None:
    """Without the sign fix the single weight of a 1 × 1 matrix would always be the same."""
    signs = [draw("orthogonal", (1, 1), seed=seed)[0, 0] for seed in range(200)]
    assert set(np.abs(signs)) == {1.0}
    assert 70 < sum(sign > 0 for sign in signs) < 130


def test_the_scale_explained_is_the_scale_read() -> None:
    assert set(INITIALIZERS) == set(INITIALIZER_SCALES)
    for name, entry in INITIALIZERS.items():
        assert INITIALIZER_SCALES[name].default == (UNSCALED if entry.scale is None else entry.scale.default)
