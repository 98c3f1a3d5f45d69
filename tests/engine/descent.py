"""Helpers for tests of updates: a network's parameters with gradients that are given, not computed."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine import Network, RunSpec
from engine.batches import Batches, make_table, new_feed
from engine.network import initial_parameters
from engine.training import Trainer
from engine.types import Array, Float64Array, IntArray
from engine.updates import Updates
from tests.engine.numeric import make_spec


def spec_with(optimizer: dict[str, Any], **fields: Any) -> RunSpec:
    """A small network in float64 under this optimizer."""
    return make_spec((2,), **{"dtype": "float64"} | fields, optimizer=optimizer)


def trainer_of(*specs: RunSpec) -> tuple[Trainer, Updates]:
    """The loop of training from the runs' own starts, and the updates it takes."""
    theta = np.stack([initial_parameters(spec) for spec in specs]).astype(specs[0].dtype)
    feeds = [new_feed(make_table(spec), spec.seed, spec.shuffle) for spec in specs]
    step, epoch = np.zeros((2, len(specs)), np.int64)
    network = Network(specs[0])
    updates = Updates(network, specs, theta, step, epoch)
    return Trainer(network, specs, feeds, updates), updates


class Descent:
    """Updates fed with gradients by hand; every replica takes every step."""

    def __init__(self, *specs: RunSpec, seed: int = 5) -> None:
        network = Network(specs[0])
        self.rng = np.random.default_rng(seed)
        start = self.rng.normal(size=(1, network.parameters))
        self.theta: Array = np.tile(start, (len(specs), 1)).astype(specs[0].dtype)
        self.step: IntArray = np.zeros(len(specs), np.int64)
        self.epoch: IntArray = np.zeros(len(specs), np.int64)
        self.updates = Updates(network, specs, self.theta, self.step, self.epoch)
        feeds = [new_feed(make_table(spec), spec.seed, spec.shuffle) for spec in specs]
        self.batches = Batches(feeds, network, specs[0].batch_size)

    def follow(self, gradients: Sequence[Array]) -> Float64Array:
        """Take one step for each gradient, (P,) or (R, P)."""
        for gradient in gradients:
            self.updates.gradient[:] = gradient
            for calls in self.updates.calls(1, self.batches):
                for call in calls:
                    call()
            self.step += 1
            self.batches.cursor += 1
            ended = self.batches.remaining == 0
            self.epoch += ended
            self.batches.cursor[ended] = 0
        return self.theta.astype(np.float64)


def gradients(count: int, parameters: int = 9, seed: int = 3) -> list[Float64Array]:
    """Gradients that are like those of training: each a little like the one before."""
    noise = np.random.default_rng(seed).normal(size=(count, parameters))
    return list(np.cumsum(noise, axis=0) * 0.3)
