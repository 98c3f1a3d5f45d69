"""Optimizers: one step by hand."""

import numpy as np
import pytest

from engine.optimizers import OPTIMIZERS
from tests.engine.numeric import watched


def test_gradient_descent_goes_against_the_slope_at_each_replicas_own_rate() -> None:
    theta, grad = np.array([[1.0, -2.0], [1.0, -2.0]]), np.array([[0.5, -1.0], [0.5, -1.0]])
    OPTIMIZERS["sgd"].update(theta, grad, np.array([[0.1, 0.1], [2.0, 2.0]]))
    np.testing.assert_allclose(theta, [[0.95, -1.9], [0.0, 0.0]])


@pytest.mark.parametrize("name", list(OPTIMIZERS))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_allocated_or_promoted(name: str, dtype: type) -> None:
    theta, grad, rate = (watched(np.ones((2, 3)), dtype) for _ in range(3))
    OPTIMIZERS[name].update(theta, grad, rate)
    np.testing.assert_array_equal(np.asarray(theta), 0)
