"""Activations against torch.nn.functional: values and slopes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.activations import ACTIVATIONS, LEAK, SOFTMAX
from tests.reference.agreement import assert_agree, value_and_gradients

REFERENCES: dict[str, Callable[[Any], Any]] = {
    "linear": lambda z: z * 1.0,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu": partial(functional.leaky_relu, negative_slope=LEAK),
    "elu": functional.elu,
    "softplus": functional.softplus,
    "sine": torch.sin,
    "silu": functional.silu,
    "gelu": functional.gelu,
    "threshold": lambda z: torch.heaviside(z.detach(), torch.zeros(1, dtype=z.dtype)) + 0.0 * z,
}
Z = np.concatenate([np.linspace(-12.0, 12.0, 242), np.random.default_rng(1).normal(0.0, 0.1, 58)])


def test_every_activation_has_its_reference() -> None:
    assert set(REFERENCES) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", list(REFERENCES))
def test_values_and_slopes(name: str) -> None:
    values, (slopes,) = value_and_gradients(REFERENCES[name], Z)
    assert_agree(ACTIVATIONS[name](Z), values)
    assert_agree(ACTIVATIONS[name].slope(Z), slopes)


@pytest.mark.parametrize("spread", [0.1, 1.0, 20.0])
def test_softmax_and_what_it_passes_back(spread: float) -> None:
    rng = np.random.default_rng(2)
    z, delta = rng.normal(0.0, spread, (3, 5, 7)), rng.normal(size=(3, 5, 7))
    a = SOFTMAX(z)
    values, _ = value_and_gradients(partial(torch.softmax, dim=1), z)
    _, (expected,) = value_and_gradients(lambda sums: torch.softmax(sums, dim=1) * torch.tensor(delta), z)
    assert_agree(a, values)
    SOFTMAX.pullback(delta, a, np.empty_like(a))
    assert_agree(delta, expected)
