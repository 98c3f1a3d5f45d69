"""Losses against torch.nn.functional: values and slopes, summed over the output units of an example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.activations import ACTIVATIONS, SOFTMAX
from engine.losses import LOSSES
from engine.types import Array
from tests.reference.agreement import assert_agree, value_and_gradients

SHAPES = [(3, 1, 40), (3, 4, 40)]


def by_value(loss: str) -> Callable[[Any, Any], Any]:
    """PyTorch's loss of outputs and targets (R, K, B), each unit's part by itself."""
    return {
        "squared_error": lambda a, t: 0.5 * functional.mse_loss(a, t, reduction="none"),
        "reconstruction": lambda a, t: 0.5 * functional.mse_loss(a, t, reduction="none"),
        "absolute_error": lambda a, t: functional.l1_loss(a, t, reduction="none"),
        "huber": lambda a, t: functional.huber_loss(a, t, reduction="none", delta=1.0),
        "hinge": lambda a, t: torch.relu(1.0 - t * a),
    }[loss]


def engine_terms(loss: str, values: Array, targets: Array) -> Array:
    terms = values.copy()
    LOSSES[loss].terms(terms, targets, np.empty((values.shape[0], values.shape[1] + 1, values.shape[2])))
    return terms


def engine_slope(loss: str, outputs: Array, targets: Array) -> Array:
    slope = np.empty_like(outputs)
    LOSSES[loss].slope(outputs, targets, slope)
    return slope


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("loss", [name for name in LOSSES if not LOSSES[name].from_logits])
def test_a_loss_of_the_outputs(loss: str, shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(3)
    outputs, targets = rng.normal(0.0, 2.0, shape), rng.choice([-1.0, 1.0], shape)
    reference = by_value(loss)
    values, (slopes,) = value_and_gradients(lambda a: reference(a, torch.tensor(targets)), outputs)
    assert_agree(engine_terms(loss, outputs, targets), values)
    assert_agree(engine_slope(loss, outputs, targets), slopes)


@pytest.mark.parametrize("spread", [0.1, 1.0, 20.0])
def test_binary_cross_entropy(spread: float) -> None:
    rng = np.random.default_rng(4)
    z, targets = rng.normal(0.0, spread, (3, 1, 40)), rng.integers(0, 2, (3, 1, 40)).astype(np.float64)

    def reference(sums: Any) -> Any:
        return functional.binary_cross_entropy_with_logits(sums, torch.tensor(targets), reduction="none")

    values, (slopes,) = value_and_gradients(reference, z)
    assert_agree(engine_terms("cross_entropy", z, targets), values)
    assert_agree(engine_slope("cross_entropy", ACTIVATIONS["sigmoid"](z), targets), slopes)


@pytest.mark.parametrize("spread", [0.1, 1.0, 20.0])
def test_categorical_cross_entropy(spread: float) -> None:
    rng = np.random.default_rng(5)
    z, labels = rng.normal(0.0, spread, (3, 4, 40)), rng.integers(0, 4, (3, 40))
    targets = (labels[:, None] == np.arange(4)[:, None]).astype(np.float64)

    def reference(sums: Any) -> Any:
        return functional.cross_entropy(sums, torch.tensor(labels), reduction="none")

    values, (slopes,) = value_and_gradients(reference, z)
    assert_agree(engine_terms("cross_entropy", z, targets).sum(axis=1), values)
    assert_agree(engine_slope("cross_entropy", SOFTMAX(z), targets), slopes)
