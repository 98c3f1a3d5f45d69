"""Evaluation: the loss and accuracy over all training and all test examples, without touching the training state.

Training and test examples of a replica pass through the network together, in chunks that fit the cache. The chunks
depend on the network's shape alone, so a replica's loss does not depend on its neighbours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby

import numpy as np

from engine.batches import Table, sizes_of
from engine.layers.layer import Memories, in_shape
from engine.losses import Loss
from engine.metrics import correct
from engine.network import Network
from engine.plan import ForwardPlan
from engine.types import Array, BoolArray, Call, Float64Array

CHUNK_NUMBERS = 32_768
"""Numbers in one layer's buffer for one replica: 128 KB in float32."""

BLOCK_NUMBERS = 65_536
"""Numbers in one layer's buffer for a block of replicas."""

FILLED_NUMBERS = 320
"""Numbers in one layer's buffer for the examples that fill up replicas with few, so that they go in one block."""

FEW = 256
"""From so many examples on, a replica is not filled up."""


def widest_layer(network: Network) -> int:
    """The most numbers of an example that a layer has in use at a time."""
    return max(max(wire.units + 1, wire.joined, wire.layer.at_once(wire.inputs)) for wire in network.wires)


def chunk_size(network: Network, examples: int) -> int:
    """How many examples go through the network at once."""
    return max(1, min(examples, CHUNK_NUMBERS // widest_layer(network)))


def chunk_starts(examples: int, chunk: int) -> list[int]:
    """Where the chunks start; the last one overlaps its neighbour so that all have one size."""
    return [*range(0, examples - chunk, chunk), examples - chunk]


def replica_block(network: Network, chunk: int) -> int:
    """How many replicas go through the network at once."""
    return max(1, BLOCK_NUMBERS // (widest_layer(network) * chunk))


def pieces(
    network: Network, theta: Array, examples: int, memories: Memories, *, depth: int, logits: bool = False
) -> Iterator[tuple[slice, slice, ForwardPlan]]:
    """A forward pass of all replicas over so many examples, piece by piece: some of the replicas, some of the examples
    and the plan for them, which leaves its values to be copied before the next one runs."""
    chunk = chunk_size(network, examples)
    step = replica_block(network, chunk)
    for start in range(0, len(theta), step):
        replicas = slice(start, min(start + step, len(theta)))
        memory = memories.of((replicas.stop - start, chunk, depth))
        plan = ForwardPlan(network, theta[replicas], chunk, logits=logits, depth=depth, memory=memory)
        for first in chunk_starts(examples, chunk):
            yield replicas, slice(first, first + chunk), plan


def filled(network: Network, examples: int) -> int:
    """How many examples a block computes for a replica that has so many."""
    step = max(1, FILLED_NUMBERS // widest_layer(network))
    return examples if examples >= FEW else -(-examples // step) * step


def _rows(table: Table, count: int) -> Array:
    """All training and test examples (count, F + 1 + K …), the last one repeated to so many."""
    rows = np.vstack([table.train, table.test])
    return np.vstack([rows, *[rows[-1:]] * (count - len(rows))])


@dataclass(frozen=True, slots=True)
class _Alike:
    """Neighbouring replicas of a block with equally many training and test examples, and where these lie."""

    replicas: slice
    train: slice
    test: slice


def _of_one_size(tables: Sequence[Table]) -> list[_Alike]:
    found: list[_Alike] = []
    for (train, test), members in groupby(range(len(tables)), key=lambda place: sizes_of(tables[place])):
        replicas = list(members)
        found.append(_Alike(slice(replicas[0], replicas[-1] + 1), slice(0, train), slice(train, train + test)))
    return found


class _Block:
    """A few neighbouring replicas that compute equally many examples."""

    def __init__(self, network: Network, theta: Array, tables: Sequence[Table], loss: Loss, memories: Memories) -> None:
        self._count = filled(network, sum(sizes_of(tables[0])))
        self._alike = _of_one_size(tables)
        rows = np.stack([_rows(table, self._count) for table in tables]).transpose(0, 2, 1)
        first = network.input_size + 1
        last = first + network.wires[-1].units
        self._parts = [np.ascontiguousarray(part) for part in np.split(rows, [first, last], axis=1)]
        x, targets, steps = self._parts
        self._share = 1.0 / (network.steps or 1)
        self._steps = steps if network.steps and network.various_lengths else None
        self._shape = network.wires[-1].outputs
        self._targets = targets
        chunk = chunk_size(network, x.shape[-1])
        memory = memories.of((len(theta), chunk))
        self._plan = ForwardPlan(network, theta, chunk, logits=loss.from_logits, memory=memory)
        self._terms = np.empty(targets.shape)
        self._outputs = np.empty_like(targets)
        values = self._plan.values
        scratch = memory.zeros((len(theta), *self._shape[:-1], self._shape[-1] + 1, chunk), theta.dtype)
        self._calls: list[Call] = []
        for start in chunk_starts(x.shape[-1], chunk):
            part = slice(start, start + chunk)
            self._calls += [
                *self._plan.compile(x[..., part], steps[..., part]),
                partial(np.copyto, self._outputs[..., part], values),
                partial(loss.terms, self._shaped(values), self._shaped(targets[..., part]), scratch),
                partial(np.copyto, self._terms[..., part], values),
            ]

    def put(self, replica: int, table: Table) -> None:
        """Other examples for a replica, as many as it had."""
        rows = _rows(table, self._count).T
        edges = np.cumsum([part.shape[1] for part in self._parts[:-1]])
        for part, of_table in zip(self._parts, np.split(rows, edges), strict=True):
            part[replica] = of_table

    def _shaped(self, rows: Array) -> Array:
        """Rows of outputs or targets (R, K, N), with an answer for every step (R, T, K, N)."""
        return in_shape(rows, self._shape)

    def losses(self, train: Float64Array, test: Float64Array) -> None:
        """Mean training and test loss of each replica (R,), summed in float64."""
        for call in self._calls:
            call()
        if self._steps is not None:
            terms = self._shaped(self._terms)
            np.multiply(terms, self._steps[:, :, None], terms)
        elif self._share < 1.0:
            np.multiply(self._terms, self._share, self._terms)
        for part in self._alike:
            _means(self._terms[part.replicas, ..., part.train], train[part.replicas])
            _means(self._terms[part.replicas, ..., part.test], test[part.replicas])

    def accuracies(self, train: Float64Array, test: Float64Array, threshold: float) -> None:
        """The share of examples classified rightly, for each replica, by the outputs that gave the last losses."""
        hits = correct(self._shaped(self._outputs), self._shaped(self._targets), threshold)
        if self._steps is not None:
            hits = (hits * self._steps).sum(axis=1)
        elif hits.ndim == 3:
            hits = hits.mean(axis=1)
        for part in self._alike:
            train[part.replicas] = hits[part.replicas, part.train].mean(axis=1)
            if part.test.stop > part.test.start:
                test[part.replicas] = hits[part.replicas, part.test].mean(axis=1)


def _means(terms: Array, out: Float64Array) -> None:
    """The mean over examples of terms (R, K, N), added up over the outputs, in float64; without examples nothing."""
    if terms.shape[-1]:
        np.add.reduce(terms, axis=(1, 2), out=out)
        np.divide(out, terms.shape[-1], out)


class Evaluation:
    """The whole training and test sets of R replicas bound to their parameters ``theta`` (R, P)."""

    def __init__(self, network: Network, theta: Array, tables: Sequence[Table], loss: Loss) -> None:
        self.has_test: BoolArray = np.array([len(table.test) > 0 for table in tables])
        self._train, self._test = np.zeros(len(theta)), np.full(len(theta), np.nan)
        self._network, self._theta, self._tables, self._loss = network, theta, list(tables), loss
        self._known: set[int] = set()

    @cached_property
    def _blocks(self) -> list[tuple[slice, _Block]]:
        """Replicas with about as many examples, as many at a time as fit the cache; made at the first look."""
        network, theta, tables = self._network, self._theta, self._tables
        blocks, memories = [], Memories()
        counts = [filled(network, sum(sizes_of(table))) for table in tables]
        for count, members in groupby(range(len(tables)), key=counts.__getitem__):
            replicas = list(members)
            step = replica_block(network, chunk_size(network, count))
            for start in range(replicas[0], replicas[-1] + 1, step):
                part = slice(start, min(start + step, replicas[-1] + 1))
                blocks.append((part, _Block(network, theta[part], tables[part], self._loss, memories)))
        return blocks

    def put(self, replica: int, table: Table) -> None:
        """Other examples for a replica, as many as it had."""
        self.forget()
        self._tables[replica] = table
        for part, block in self.__dict__.get("_blocks", ()):
            if part.start <= replica < part.stop:
                block.put(replica - part.start, table)

    def forget(self) -> None:
        """The parameters or the data are others."""
        self._known.clear()

    def losses(self, replicas: BoolArray | None = None) -> tuple[Float64Array, Float64Array]:
        """Training and test loss (R,), in arrays that the next call overwrites: of all replicas or, at least, of those
        chosen. Each block is computed once until :meth:`forget`."""
        for place, (part, block) in enumerate(self._blocks):
            if place not in self._known and (replicas is None or replicas[part].any()):
                block.losses(self._train[part], self._test[part])
                self._known.add(place)
        return self._train, self._test

    def accuracies(self, threshold: float) -> tuple[Float64Array, Float64Array]:
        """Training and test accuracy (R,) of the parameters that :meth:`losses` has seen last, in new arrays."""
        train, test = np.zeros(len(self._train)), np.full(len(self._train), np.nan)
        for part, block in self._blocks:
            block.accuracies(train[part], test[part], threshold)
        return train, test
