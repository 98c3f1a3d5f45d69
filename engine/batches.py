"""Batches: each replica's examples, shuffled once an epoch and laid out so that a batch is a view.

An epoch of N examples is ⌈N / B⌉ batches. The last one may be short: its empty places repeat an example with weight 0,
so every step has the same shape; so do the columns that fill up a batch to a width which is fast (:func:`columns`).
Replicas may have different N, orders and positions; each shuffles with a generator of
its own, so what it sees does not depend on its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.activations import OUTPUT_ACTIVATIONS
from engine.datasets import Dataset, make_dataset
from engine.features import compute_features
from engine.layers.layer import Batch
from engine.layers.tape import Tape
from engine.network import Network
from engine.spec import RunSpec
from engine.types import Array, BoolArray, Float64Array, IntArray

COPIED_NUMBERS = 16_384
"""Numbers that are laid out in their order at a time: 64 KB in float32."""


@dataclass(frozen=True, slots=True)
class Table:
    """A run's data as the network sees them: rows (N, F + 1 + K) of features or raw inputs, a one, and targets.

    Sequences of various lengths have T more columns: the weight of each step, 1 / length to the end and 0 behind it.
    """

    dataset: Dataset
    train: Array
    test: Array


def sizes_of(table: Table) -> tuple[int, int]:
    """How many training and test examples there are."""
    return len(table.train), len(table.test)


def low_target(spec: RunSpec) -> float:
    """The target of a class that is not the right one: −1 for outputs that reach it, else 0.

    One output unit: 0/1 for sigmoid, −1/+1 for all others. Several units: −1/+1 for tanh, 0/1 for all others. Hinge has
    −1/+1 always: a margin has a side.
    """
    activation = spec.output.activation
    if spec.loss == "hinge":
        return -1.0
    if spec.output_units > 1:
        return -1.0 if activation == "tanh" else 0.0
    return 0.0 if OUTPUT_ACTIVATIONS[activation].range == (0.0, 1.0) else -1.0


def make_targets(spec: RunSpec, labels: Float64Array) -> Float64Array:
    """Targets (N, K) of class indices or values (N,); with a label for every step (N, T), targets (N, T·K)."""
    columns = labels if labels.ndim == 2 else labels[:, None]
    if spec.task == "regression":
        return columns
    low = low_target(spec)
    if spec.output_units == 1:
        return low + (1.0 - low) * columns
    hits = np.where(columns[..., None] == np.arange(spec.output_units), 1.0, low)
    return hits.reshape(len(labels), columns.shape[1] * spec.output_units)


def step_weights(lengths: IntArray, steps: int) -> Float64Array:
    """(N, T): 1 / length at each of an example's own steps, 0 behind its end."""
    return np.asarray((np.arange(steps) < lengths[:, None]) / np.maximum(lengths, 1)[:, None])


def make_table(spec: RunSpec) -> Table:
    """Draw or take the points of a specification, with features and targets in its precision."""
    dataset = make_dataset(spec.dataset)

    def rows(inputs: Float64Array, labels: Float64Array, lengths: IntArray | None) -> Array:
        features = compute_features(inputs, spec.features) if spec.features else inputs
        targets = features if spec.task == "reconstruction" else make_targets(spec, labels)
        steps = [] if lengths is None else [step_weights(lengths, dataset.shape[0])]
        return np.hstack([features, np.ones((len(features), 1)), targets, *steps]).astype(spec.dtype)

    return Table(
        dataset,
        rows(dataset.train_inputs, dataset.train_labels, dataset.train_lengths),
        rows(dataset.test_inputs, dataset.test_labels, dataset.test_lengths),
    )


def other_table(old: RunSpec, table: Table, new: RunSpec) -> Table:
    """The table of a changed specification: the one there is, where nothing that it depends on has changed."""
    made_of = ("dataset", "features", "loss", "layers", "output", "dtype")
    same = all(getattr(old, name) == getattr(new, name) for name in made_of)
    return table if same else make_table(new)


@dataclass(slots=True)
class Feed:
    """Where one replica stands in its data: ``order`` (N,) of this epoch, ``cursor`` batches of it are done.

    ``rng`` shuffles; ``noise`` is for layers that disturb, such as dropout.
    """

    table: Table
    rng: np.random.Generator
    noise: np.random.Generator
    shuffle: bool
    order: IntArray
    cursor: int = 0

    def start_over(self) -> None:
        """A new first epoch over the table as it is now, with the generator as it stands."""
        self.order, self.cursor = np.arange(len(self.table.train)), 0
        if self.shuffle:
            self.rng.shuffle(self.order)


def new_feed(table: Table, seed: int, shuffle: bool) -> Feed:
    """The first epoch of a run: its order comes from the seed's second stream (the first drew the parameters), and what
    disturbs it from the third."""
    rng, noise = (np.random.default_rng([seed, stream]) for stream in (1, 2))
    feed = Feed(table, rng, noise, shuffle, np.arange(0))
    feed.start_over()
    return feed


def columns(batch_size: int) -> int:
    """How many columns a batch takes in the buffers: a multiple of four for those with more than eight examples.

    A product of small matrices works on vectors of numbers: columns that fill none cost more than the added ones do.
    Ten examples in twelve columns make the forward products of small layers up to twice as fast.
    """
    return batch_size if batch_size <= 8 else -(-batch_size // 4) * 4


class Batches:
    """The epochs of R replicas side by side in one block (all batches, F + 1 + K, B); T rows more for step weights.

    B is the number of columns, of which the first ``batch_size`` are examples and the others repeat the first.

    With a label for each of ``steps`` steps, a step of an example weighs a T-th of it.
    """

    def __init__(self, feeds: Sequence[Feed], network: Network, batch_size: int) -> None:
        self._feeds = list(feeds)
        self._tapes: list[tuple[slice, Tape]] = []
        self._network = network
        self._share = 1.0 / (network.steps if network.steps and not network.various_lengths else 1)
        sizes = np.array([len(feed.table.train) for feed in feeds])
        self.counts: IntArray = -(-sizes // batch_size)
        self._first: IntArray = np.concatenate([[0], np.cumsum(self.counts)[:-1]])
        self._start = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._rows = np.concatenate([feed.table.train for feed in feeds])
        total, width = int(self.counts.sum()), self._rows.shape[1]
        index = np.repeat(self._start, self.counts * batch_size)
        self._index = index.reshape(-1, batch_size)
        self._orders = [
            index[first * batch_size : first * batch_size + size]
            for first, size in zip(self._first.tolist(), sizes.tolist(), strict=True)
        ]
        at_once = min(total, max(1, COPIED_NUMBERS // (width * columns(batch_size))))
        self._chosen = np.empty((at_once, columns(batch_size)), np.int64)
        self._gathered = np.empty((*self._chosen.shape, width), self._rows.dtype)
        self._blocks = np.empty((total, width, columns(batch_size)), self._rows.dtype)
        self._weights = self._example_weights(sizes, batch_size)
        self.cursor: IntArray = np.array([feed.cursor for feed in feeds])
        self._place = np.empty(len(feeds), np.int64)
        self._stage = np.empty((len(feeds), *self._blocks.shape[1:]), self._rows.dtype)
        stage_weights = np.empty((len(feeds), 1, columns(batch_size)), self._rows.dtype)
        self.staged = self._batch(self._stage, stage_weights)
        for order, feed, start in zip(self._orders, feeds, self._start.tolist(), strict=True):
            np.add(feed.order, start, out=order)
        self._lay_out(np.ones(len(feeds), np.bool_))

    def _batch(self, rows: Array, weights: Array) -> Batch:
        """Rows (R, F + 1 + K (+ T), B) as what they are."""
        first = self._network.input_size + 1
        last = first + self._network.wires[-1].units
        steps = rows[:, last:] if self._network.various_lengths else None
        return Batch(rows[:, :first], rows[:, first:last], weights, steps)

    def _example_weights(self, sizes: IntArray, batch_size: int) -> Array:
        """(all batches, 1, B): one over the number of real examples, 0 in all other places."""
        weights = np.zeros((int(self.counts.sum()), 1, columns(batch_size)))
        weights[:, :, :batch_size] = self._share / batch_size
        for last, size in zip((self._first + self.counts - 1).tolist(), (sizes % batch_size).tolist(), strict=True):
            if size:
                weights[last, :, :size] = self._share / size
                weights[last, :, size:] = 0.0
        return weights.astype(self._rows.dtype)

    @property
    def remaining(self) -> IntArray:
        """Batches left in each replica's epoch (R,)."""
        return self.counts - self.cursor

    def aligned(self) -> bool:
        """Whether all replicas stand at the same batch of epochs of the same length, so that a batch is a view."""
        return bool((self.counts == self.counts[0]).all() and (self.cursor == self.cursor[0]).all())

    def views(self) -> list[Batch]:
        """Every batch of aligned replicas. Where all examples weigh the same, one number stands for them, which takes a
        third of the time; where all replicas have the same weights, one row."""
        replicas, count = len(self._feeds), int(self.counts[0])
        blocks = self._blocks.reshape(replicas, count, *self._blocks.shape[1:])
        weights = self._weights.reshape(replicas, count, 1, -1)
        batches = []
        for place in range(count):
            own = weights[:, place]
            if (own == own[0]).all():
                own = own[0, 0, 0, ...] if (own == own[0, 0, 0]).all() else own[:1]
            batches.append(self._batch(blocks[:, place], own))
        return batches

    def stage(self, ahead: int) -> None:
        """Copy each replica's batch, ``ahead`` of its cursor, into ``staged``."""
        np.add(self.cursor, ahead, out=self._place)
        np.minimum(self._place, self.counts - 1, out=self._place)
        np.add(self._place, self._first, out=self._place)
        self._blocks.take(self._place, 0, self._stage, "clip")
        self._weights.take(self._place, 0, self.staged.weights, "clip")

    def begin_epoch(self, replicas: BoolArray) -> None:
        """Shuffle the chosen replicas' examples anew and return to their first batch."""
        for replica in np.flatnonzero(replicas).tolist():
            feed, order = self._feeds[replica], self._orders[replica]
            if feed.shuffle:
                feed.rng.shuffle(order)
            else:
                order[:] = np.arange(self._start[replica], self._start[replica] + len(order))
        self.cursor[replicas] = 0
        self._lay_out(replicas)

    def _lay_out(self, replicas: BoolArray) -> None:
        """Copy the chosen replicas' examples into their blocks, in order: those of all in one go if most batches are
        chosen, for a replica that stays where it is has the same ones there already."""
        if 2 * self.counts[replicas].sum() > len(self._blocks):
            self._copy(0, len(self._blocks))
            return
        for replica in np.flatnonzero(replicas).tolist():
            self._copy(self._first[replica], self._first[replica] + self.counts[replica])

    def _copy(self, first: int, last: int) -> None:
        size = self._index.shape[1]
        for start in range(first, last, len(self._chosen)):
            index = self._index[start : min(start + len(self._chosen), last)]
            chosen, gathered = self._chosen[: len(index)], self._gathered[: len(index)]
            np.copyto(chosen[:, :size], index)
            np.copyto(chosen[:, size:], index[:, :1])
            self._rows.take(chosen, 0, gathered, "clip")
            np.copyto(self._blocks[start : start + len(index)], gathered.transpose(0, 2, 1))

    def feed(self, replica: int) -> Feed:
        """Where a replica stands, as a record of its own that another :class:`Batches` can go on from."""
        feed = self._feeds[replica]
        self._give_back()
        order = self._orders[replica] - self._start[replica]
        return Feed(feed.table, feed.rng, feed.noise, feed.shuffle, order, int(self.cursor[replica]))

    def put(self, replica: int, feed: Feed) -> None:
        """Another run's feed in a replica's place, with as many examples."""
        start, size = int(self._start[replica]), len(feed.table.train)
        self._feeds[replica] = feed
        self._rows[start : start + size] = feed.table.train
        np.add(feed.order, start, out=self._orders[replica])
        self.cursor[replica] = feed.cursor
        for part, tape in self._tapes:
            if part.start <= replica < part.stop:
                tape.put(replica - part.start, feed.noise)
        first = int(self._first[replica])
        self._copy(first, first + int(self.counts[replica]))

    def set_shuffle(self, replica: int, shuffle: bool) -> None:
        """Shuffle or not from the next epoch on."""
        self._feeds[replica].shuffle = shuffle

    def noise(self, replica: int) -> np.random.Generator:
        """The generator of the layers that disturb a replica, where it stands now."""
        self._give_back()
        return self._feeds[replica].noise

    def tape(self, part: slice) -> Tape:
        """The numbers that disturb the replicas of a plan."""
        tape = Tape([feed.noise for feed in self._feeds[part]])
        self._tapes.append((part, tape))
        return tape

    def _give_back(self) -> None:
        for _, tape in self._tapes:
            tape.give_back()
