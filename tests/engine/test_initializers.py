"""Initializers: the spread they promise."""

import numpy as np
import pytest

from engine.initializers import INITIALIZERS
from engine.limits import INITIALIZER_SCALES

INPUTS, UNITS = 300, 200


@pytest.mark.parametrize(
    ("name", "scale", "variance"),
    [
        ("uniform", 0.5, 0.5**2 / 3),
        ("normal", 0.7, 0.7**2),
        ("glorot_uniform", 1.0, 2 / (INPUTS + UNITS)),
        ("he_normal", 1.0, 2 / INPUTS),
        ("constant", 0.3, 0.0),
    ],
)
def test_variance_and_shape(name: str, scale: float, variance: float) -> None:
    weights = INITIALIZERS[name].draw(np.random.default_rng(1), INPUTS, UNITS, scale)
    assert weights.shape == (INPUTS, UNITS)
    assert weights.dtype == np.float64
    assert weights.var() == pytest.approx(variance, rel=0.02, abs=1e-30)
    assert weights.mean() == pytest.approx(scale if name == "constant" else 0.0, abs=0.01)


def test_uniform_weights_stay_within_the_half_width() -> None:
    weights = INITIALIZERS["uniform"].draw(np.random.default_rng(1), 100, 100, 0.25)
    assert 0.24 < np.abs(weights).max() <= 0.25


def test_the_scale_explained_is_the_scale_read() -> None:
    assert set(INITIALIZERS) == set(INITIALIZER_SCALES)
    for name, entry in INITIALIZERS.items():
        assert INITIALIZER_SCALES[name].default == (1.0 if entry.scale is None else entry.scale.default)
