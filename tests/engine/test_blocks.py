"""Replicas trained in blocks that share their memory: the same numbers as in one piece."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec, training
from engine.layers.layer import Memories, Memory
from engine.network import Network, numbers_at_once
from engine.training import replica_blocks

LAYERS: list[dict[str, Any]] = [
    {"kind": "convolution", "filters": 2, "padding": "same"},
    {"kind": "max_pooling"},
    {"kind": "dropout", "rate": 0.2},
    {"kind": "convolution", "filters": 3},
    {"units": 4, "inputs": ["layer2", "layer4"]},
]


def specs(count: int) -> list[RunSpec]:
    document = {"dataset": {"kind": "digits", "samples": 60}, "layers": LAYERS}
    return [RunSpec.from_dict({**document, "seed": seed}) for seed in range(count)]


def test_blocks_cover_every_replica_once() -> None:
    network = Network(specs(1)[0])
    for replicas in (1, 5, 400):
        blocks = replica_blocks(network, replicas, 10)
        assert [place for part in blocks for place in range(part.start, part.stop)] == list(range(replicas))
        sizes = [part.stop - part.start for part in blocks]
        assert max(sizes) - min(sizes) <= 1
        assert max(sizes) * numbers_at_once(network.wires) * 10 <= training.BLOCK_NUMBERS


def test_blocks_change_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Population(specs(5))
    monkeypatch.setattr(training, "BLOCK_NUMBERS", 2 * 12 * numbers_at_once(whole.network.wires))
    blocks = Population(specs(5))
    assert [part.stop - part.start for part, _ in blocks._trainer._plans] == [1, 2, 2]
    for population in (whole, blocks):
        population.advance(14)
    np.testing.assert_array_equal(whole.theta, blocks.theta)


def test_memory_gives_the_same_buffers_again_and_says_when_it_cannot() -> None:
    memory = Memory()
    first, second = memory.zeros((2, 3), "float32"), memory.zeros((4,), "bool")
    assert not first.any()
    memory.rewind()
    assert memory.zeros((2, 3), "float32") is first
    with pytest.raises(ValueError, match="share their memory"):
        memory.zeros((5,), "bool")
    assert not second.any()


def test_memories_keep_those_of_the_sizes_last_asked_for() -> None:
    memories = Memories(most=3)
    kept, forgotten = memories.of("kept"), memories.of("forgotten")
    for size in range(2):
        memories.of(size)
        assert memories.of("kept") is kept
    assert memories.of("forgotten") is not forgotten
