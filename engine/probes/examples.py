"""Examples: chosen rows of a run's data taken through the network, in chunks that fit the cache.

An example is chosen by its ``part``, "train" or "test", and its number ``example`` there. Replicas have data of their
own: the same number may be another example in each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.batches import Table
from engine.evaluation import pieces
from engine.features import compute_features
from engine.layers.layer import Batch, Memories
from engine.looking import steps_of_words
from engine.network import Network
from engine.probes.options import Options, ProbeError
from engine.probes.seen import Seen
from engine.types import Array, Call, Float32Array, Float64Array

PARTS = ("test", "train")
LARGEST = 1e30
"""What is shown of a number that broke or is too large for float32."""


def chosen_part(population: Seen, options: Options) -> str:
    """The option ``part``. Raises :class:`ProbeError` if a replica has no examples there."""
    part = options.choice("part", PARTS)
    if fewest(population, part) == 0:
        raise ProbeError("part", "This run has no test examples; ask for train.")
    return part


def rows_of(table: Table, part: str) -> Array:
    """The rows (N, F + 1 + K) of one part of a run's data."""
    return table.train if part == "train" else table.test


def labels_of(table: Table, part: str) -> Float64Array:
    """The labels (N,) or, with one for every step, (N, T) of one part of a run's data."""
    return table.dataset.train_labels if part == "train" else table.dataset.test_labels


def fewest(population: Seen, part: str) -> int:
    """How many examples every replica has at least."""
    return min(len(rows_of(table, part)) for table in population.tables)


def chosen_example(population: Seen, options: Options) -> tuple[str, int]:
    """The options ``part`` and ``example``, by default the first of the test examples."""
    part = chosen_part(population, options)
    return part, options.whole("example", 0, 0, fewest(population, part) - 1)


@dataclass(frozen=True, slots=True)
class Columns:
    """Examples as a network takes them: ``x`` (R or 1, F + 1, N), the last row ones, and where sequences have various
    lengths ``steps`` (R or 1, T, N), 1 / length to an example's end and 0 behind it."""

    x: Array
    steps: Array | None

    def some(self, replicas: slice, places: slice) -> "Columns":
        """Some of the examples, for some of the replicas."""
        replicas = slice(None) if len(self.x) == 1 else replicas
        steps = None if self.steps is None else np.ascontiguousarray(self.steps[replicas, :, places])
        return Columns(np.ascontiguousarray(self.x[replicas, :, places]), steps)


def batch_of(network: Network, rows: Array) -> Batch:
    """Rows (R, N, F + 1 + K (+ T)) of replicas' tables as a batch of which every example weighs the same."""
    columns = rows.transpose(0, 2, 1)
    first = network.input_size + 1
    last = first + network.wires[-1].units
    x, y, steps = (np.ascontiguousarray(part) for part in np.split(columns, [first, last], axis=1))
    share = 1.0 / (network.steps if network.steps and not network.various_lengths else 1)
    weights = np.array(share / rows.shape[1], rows.dtype)
    return Batch(x, y, weights, steps if network.various_lengths else None)


def example_columns(population: Seen, part: str, places: slice) -> Columns:
    """What the network is given of some examples of each replica."""
    rows = np.stack([rows_of(table, part)[places] for table in population.tables])
    batch = batch_of(population.network, rows)
    return Columns(batch.x, batch.steps)


def columns_of(network: Network, inputs: Float64Array, dtype: np.dtype[np.generic]) -> Columns:
    """Inputs (N, D) given from outside, the same for all replicas. A sequence of words ends where only 0 follows."""
    features = compute_features(inputs, network.features) if network.features else inputs
    x = np.ascontiguousarray(np.hstack([features, np.ones((len(features), 1))]).T[None].astype(dtype))
    steps = steps_of_words(network, inputs)
    return Columns(x, None if steps is None else steps.astype(dtype))


def chosen_columns(population: Seen, options: Options) -> Columns:
    """One example: the one given as ``inputs``, or that of ``part`` and ``example``."""
    if options.has("inputs"):
        given = options.inputs(population.specs[0].form.size)
        return columns_of(population.network, given, population.theta.dtype)
    part, example = chosen_example(population, options)
    return example_columns(population, part, slice(example, example + 1))


class Pass:
    """N examples taken through the network: ``values`` of the chosen layers, (R, U, N) each.

    With ``logits`` the output layer keeps its sums z.
    """

    def __init__(
        self, network: Network, theta: Array, columns: Columns, layers: Sequence[int], *, logits: bool = False
    ) -> None:
        examples = columns.x.shape[-1]
        shapes = {layer: (len(theta), network.wires[layer].units, examples) for layer in layers}
        self.values = {layer: np.empty(shape, theta.dtype) for layer, shape in shapes.items()}
        self._calls: list[Call] = []
        depth = max(layers) + 1
        for replicas, part, plan in pieces(network, theta, examples, Memories(), depth=depth, logits=logits):
            some = columns.some(replicas, part)
            self._calls += plan.compile(some.x, some.steps)
            for layer, target in self.values.items():
                self._calls.append(partial(np.copyto, target[replicas, :, part], plan.nodes.values(layer)))

    def run(self) -> "Pass":
        """Compute the values for the parameters as they are now."""
        with np.errstate(all="ignore"):
            for call in self._calls:
                call()
        return self


class PartPass:
    """All, or the first, examples of one part of the data taken through the network.

    Replicas with fewer examples than others repeat their last one; ``counts`` (R,) are how many each really has.
    """

    def __init__(self, population: Seen, part: str, layers: Sequence[int], most: int | None, logits: bool) -> None:
        self.tables = list(population.tables)
        tables = [rows_of(table, part)[:most] for table in self.tables]
        self.counts = [len(rows) for rows in tables]
        longest = max(self.counts)
        rows = np.stack([np.pad(rows, ((0, longest - len(rows)), (0, 0)), mode="edge") for rows in tables])
        batch = batch_of(population.network, rows)
        self.targets, self.steps = batch.y, batch.steps
        columns = Columns(batch.x, batch.steps)
        self.through = Pass(population.network, population.theta, columns, layers, logits=logits)

    @property
    def values(self) -> dict[int, Array]:
        """The chosen layers' outputs, (R, U, N) each, after a run."""
        return self.through.values

    def run(self) -> "PartPass":
        """Compute the values for the parameters as they are now."""
        self.through.run()
        return self


def part_pass(
    population: Seen, part: str, layers: Sequence[int], most: int | None = None, *, logits: bool = False
) -> PartPass:
    """A part's pass, run: kept with the population until its data change."""
    tables = tuple(map(id, population.tables))  # the pass keeps them alive, so that no other table gets their number
    key = ("examples", part, tuple(layers), most, logits, tables)
    return population.view(key, lambda: PartPass(population, part, layers, most, logits)).run()


def finite(values: Array) -> Float32Array:
    """float32, with what broke as 0 and what is too large cut off."""
    kept = np.nan_to_num(values, posinf=LARGEST, neginf=-LARGEST)
    return np.asarray(np.clip(kept, -LARGEST, LARGEST), np.float32)
