"""A run among others gives the same bits as alone: for a small network of every kind of layer, and every optimizer."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.layers import KINDS
from engine.optimizers import OPTIMIZERS
from tests.engine.test_sizes import BEGINNINGS, CASES

SMALL = {"circle": 60, "digits": 100, "adding": 60, "copy": 60}


def assert_alone_is_together(document: dict[str, Any]) -> None:
    """Seven steps of the third of four runs, each of a seed of its own."""
    specs = [RunSpec.from_dict(document | {"seed": seed}) for seed in range(4)]
    together, alone = Population(specs), Population(specs[2:3])
    for population in (together, alone):
        population.advance(7)
    np.testing.assert_array_equal(together.theta[2], alone.theta[0])
    np.testing.assert_array_equal(together.losses()["train"][2], alone.losses()["train"][0])
    assert np.isfinite(alone.theta).all()


def test_every_kind_of_layer_is_here() -> None:
    assert {kind for kind, _, _ in CASES} == set(KINDS)


@pytest.mark.parametrize(("kind", "beginning", "skips"), CASES)
def test_a_layer_does_not_know_its_neighbours(kind: str, beginning: str, skips: bool) -> None:
    dataset, first = BEGINNINGS[beginning]
    layer: dict[str, Any] = {"kind": kind} | ({"inputs": ["features", "layer1"]} if skips else {})
    data = dataset | {"samples": SMALL[dataset["kind"]]}
    assert_alone_is_together({"dataset": data, "layers": [*first, layer, {"kind": "flatten"}]})


@pytest.mark.parametrize("clip", ["none", "value", "norm"])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_an_optimizer_does_not_know_its_neighbours(kind: str, clip: str) -> None:
    optimizer = {"kind": kind, "clip": {"kind": clip}, "schedule": {"kind": "cosine"}}
    assert_alone_is_together({"dataset": {"kind": "spiral", "samples": 60}, "optimizer": optimizer})
