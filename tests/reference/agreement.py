"""How the engine and PyTorch are compared: the same float64 numbers go in, and what comes out agrees to 1e-9."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from engine.types import Array

RELATIVE = ABSOLUTE = 1e-9


def tensor(values: Array) -> Any:
    """A leaf of PyTorch's graph with these values."""
    return torch.tensor(np.ascontiguousarray(values), dtype=torch.float64, requires_grad=True)


def value_and_gradients(function: Callable[..., Any], *values: Array) -> tuple[Array, list[Array]]:
    """What PyTorch's function gives for these values, and the gradient of its sum by each of them."""
    leaves = [tensor(each) for each in values]
    result = function(*leaves)
    result.sum().backward()
    return result.detach().numpy(), [leaf.grad.numpy() for leaf in leaves]


def assert_agree(found: Array, expected: Array) -> None:
    """Fails with the largest difference if any number is off by more than 1e-9, of its size or as it stands."""
    assert np.asarray(found).dtype == np.asarray(expected).dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=RELATIVE, atol=ABSOLUTE)
