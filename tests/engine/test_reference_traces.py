"""TensorFlow Playground's own engine: from its weights, on its points, the same loss after every epoch."""

import json
from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec

DATA = files("tests.engine").joinpath("data")


def read_trace(name: str) -> dict[str, Any]:
    trace: dict[str, Any] = json.loads(DATA.joinpath(f"{name}.json").read_text())
    return trace


@pytest.mark.parametrize("name", ["circle_4-2", "spiral_8-8-8"])
def test_every_loss_agrees_to_twelve_places(name: str) -> None:
    trace = read_trace(name)
    population = Population([RunSpec.from_dict(trace["spec"])])
    population.advance_epochs(100)
    curve = population.curve(0)
    assert len(curve["train"]) == len(trace["train_loss"]) == 101
    assert np.abs(curve["train"] - trace["train_loss"]).max() < 1e-12
    assert np.abs(curve["test"] - trace["test_loss"]).max() < 1e-12


def test_the_same_holds_among_others_with_other_data_and_rates() -> None:
    trace = read_trace("circle_4-2")
    spec = RunSpec.from_dict(trace["spec"])
    other = spec.merge(
        {"dataset": {"train": trace["spec"]["dataset"]["train"][:33]}, "optimizer": {"learning_rate": 1}}
    )
    population = Population([other, spec, other])
    population.advance_epochs(100)
    assert np.abs(population.curve(1)["train"] - trace["train_loss"]).max() < 1e-12
