"""Optimizers and schedules against torch.optim: ten steps of every optimizer, in a network and on given gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from engine import Network, Population
from engine.optimizers import OPTIMIZERS
from engine.types import Array, Float64Array
from tests.engine.descent import Descent, gradients, spec_with
from tests.engine.numeric import make_spec
from tests.reference.agreement import assert_agree, tensor

STEPS = 10
RATE = 0.05
Make = Callable[[list[dict[str, Any]]], Any]


def makers() -> dict[str, tuple[dict[str, Any], Make]]:
    """For each optimizer numbers that are not its defaults, and PyTorch's with the same; groups: weights, biases."""
    optim = torch.optim
    return {
        "sgd": ({}, lambda groups: optim.SGD(groups, lr=RATE)),
        "momentum": ({"momentum": 0.8}, lambda groups: optim.SGD(groups, lr=RATE, momentum=0.8)),
        "classic_momentum": ({"momentum": 0.8}, lambda groups: optim.SGD(groups, lr=RATE, momentum=0.8)),
        "nesterov": ({"momentum": 0.8}, lambda groups: optim.SGD(groups, lr=RATE, momentum=0.8, nesterov=True)),
        "adagrad": ({"epsilon": 1e-6}, lambda groups: optim.Adagrad(groups, lr=RATE, eps=1e-6)),
        "rmsprop": (
            {"rho": 0.95, "epsilon": 1e-6},
            lambda groups: optim.RMSprop(groups, lr=RATE, alpha=0.95, eps=1e-6),
        ),
        "adam": (
            {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6},
            lambda groups: optim.Adam(groups, lr=RATE, betas=(0.8, 0.99), eps=1e-6),
        ),
        "adamw": (
            {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6, "weight_decay": 0.2},
            lambda groups: optim.AdamW(groups, lr=RATE, betas=(0.8, 0.99), eps=1e-6),
        ),
    }


MAKERS = makers()


class Follower:
    """A row of parameters that PyTorch moves, its weights and its biases in groups of their own."""

    def __init__(self, kind: str, start: Float64Array, is_weight: Array) -> None:
        numbers, make = MAKERS[kind]
        self.places = [np.flatnonzero(is_weight), np.flatnonzero(~is_weight)]
        self.parts = [tensor(start[place]) for place in self.places]
        decay = {"weight_decay": numbers["weight_decay"]} if "weight_decay" in numbers else {}
        no_decay = dict.fromkeys(decay, 0.0)
        self.optimizer = make(
            [
                {
                    "params": [
                        self.parts[0],
                    ],
                    **decay,
                },
                {"params": [self.parts[1]], **no_decay},
            ]
        )

    def step(self, gradient: Float64Array) -> Float64Array:
        for part, place in zip(self.parts, self.places, strict=True):
            part.grad = torch.tensor(gradient[place])
        self.optimizer.step()
        return self.row()

    def row(self) -> Float64Array:
        row = np.empty(sum(map(len, self.places)))
        for part, place in zip(self.parts, self.places, strict=True):
            row[place] = part.detach().numpy()
        return row


def follower_of(descent: Descent, kind: str) -> Follower:
    weights = Network(spec_with({})).weight_mask() == 1.0
    return Follower(kind, descent.theta[0].astype(np.float64), weights)


def test_every_optimizer_is_compared() -> None:
    assert list(MAKERS) == list(OPTIMIZERS)


@pytest.mark.parametrize("kind", list(MAKERS))
def test_ten_steps_on_given_gradients(kind: str) -> None:
    """Two replicas at once, of which the other has other numbers."""
    document = {"kind": kind, "learning_rate": RATE} | MAKERS[kind][0]
    descent = Descent(spec_with({"kind": kind}), spec_with(document))
    follower = follower_of(descent, kind)
    for gradient in gradients(STEPS):
        assert_agree(descent.follow([gradient])[1], follower.step(gradient))


@pytest.mark.parametrize("kind", list(MAKERS))
def test_ten_steps_of_a_network(kind: str) -> None:
    """2-3-1, tanh and sigmoid, cross-entropy over all 30 training points: PyTorch takes its own gradients."""
    document = {"kind": kind, "learning_rate": RATE} | MAKERS[kind][0]
    spec = make_spec((3,), dtype="float64", batch_size=30, shuffle=False, optimizer=document)
    population = Population([spec])
    mask = population.network.weight_mask() == 1.0
    follower = Follower(kind, population.theta[0].astype(np.float64), mask)
    table = population.tables[0]
    x, y = torch.tensor(table.train[:, :2]), torch.tensor(table.train[:, 3])
    for _ in range(STEPS):
        population.advance(1)
        follower.step(network_gradient(follower.row(), x, y))
        assert_agree(population.theta[0], follower.row())


def network_gradient(row: Float64Array, x: Any, y: Any) -> Float64Array:
    """The gradient of the mean cross-entropy by the nine parameters of the first and the four of the last layer."""
    theta = tensor(row)
    first, last = theta[:9].reshape(3, 3), theta[9:].reshape(4, 1)
    hidden = torch.tanh(x @ first[:-1] + first[-1])
    logits = (hidden @ last[:-1] + last[-1]).reshape(-1)
    torch.nn.functional.binary_cross_entropy_with_logits(logits, y).backward()
    gradient: Float64Array = theta.grad.numpy()
    return gradient


def test_clipping_by_value() -> None:
    clip = {"kind": "value", "limit": 0.3}
    descent = Descent(spec_with({"learning_rate": RATE, "clip": clip}))
    follower = follower_of(descent, "sgd")
    for gradient in gradients(STEPS):
        clipped = tensor(gradient)
        clipped.grad = torch.tensor(gradient)
        torch.nn.utils.clip_grad_value_([clipped], 0.3)
        assert_agree(descent.follow([gradient])[0], follower.step(clipped.grad.numpy()))


SCHEDULERS: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "step": ({"every": 3, "factor": 0.3}, lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.3)),
    "exponential": ({"factor": 0.8}, lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.8)),
    "cosine": (
        {"epochs": 8, "floor": 0.1},
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 8, eta_min=0.1 * RATE),
    ),
    "warmup": ({"warmup": 5}, lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.2, 1.0, 4)),
}


@pytest.mark.parametrize("kind", list(SCHEDULERS))
def test_schedules_of_one_step_an_epoch(kind: str) -> None:
    numbers, make = SCHEDULERS[kind]
    steps = 8 if kind == "cosine" else STEPS
    schedule = {"kind": kind} | numbers
    descent = Descent(spec_with({"learning_rate": RATE, "schedule": schedule}, batch_size=30))
    follower = follower_of(descent, "sgd")
    scheduler = make(follower.optimizer)
    for gradient in gradients(steps):
        assert_agree(descent.follow([gradient])[0], follower.step(gradient))
        scheduler.step()
