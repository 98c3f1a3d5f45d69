"""The inner loop, held against the same training written out in plain NumPy."""

import tracemalloc

import numpy as np
import pytest

from engine import RunSpec
from engine.activations import ACTIVATIONS, TRAINABLE
from engine.batches import make_table
from engine.network import Network, initial_parameters
from engine.optimizers import OPTIMIZERS
from engine.optimizers.clipping import CLIPS
from engine.training import Trainer
from engine.types import Float64Array
from tests.engine.descent import trainer_of
from tests.engine.numeric import make_spec


def run(trainer: Trainer, steps: int) -> None:
    """Take steps across the ends of epochs, as a population does."""
    for _ in range(steps):
        trainer.run(1)
        trainer.batches.cursor += 1
        ended = trainer.batches.remaining == 0
        if ended.any():
            trainer.batches.begin_epoch(ended)


def plain_training(spec: RunSpec, steps: int) -> Float64Array:
    """Squared error and no shuffling, example by example: no batched product, no folded bias, no buffer."""
    table, network = make_table(spec), Network(spec)
    features, size = len(spec.features), spec.batch_size
    row = initial_parameters(spec)[None]
    matrices = [matrix[0] for matrix in network.matrices(row)]
    first = 0
    for _ in range(steps):
        rows = table.train[first : first + size]
        first = first + size if first + size < len(table.train) else 0
        slopes = [np.zeros_like(matrix) for matrix in matrices]
        for example in rows:
            inputs, sums = [example[:features]], []
            for matrix, wire in zip(matrices, network.wires, strict=True):
                sums.append(inputs[-1] @ matrix[:-1] + matrix[-1])
                inputs.append(ACTIVATIONS[wire.activation](sums[-1][:, None])[:, 0])
            delta = inputs[-1] - example[features + 1 :]
            for place in reversed(range(len(matrices))):
                delta = delta * ACTIVATIONS[network.wires[place].activation].slope(sums[place][:, None])[:, 0]
                slopes[place][:-1] += np.outer(inputs[place], delta)
                slopes[place][-1] += delta
                delta = matrices[place][:-1] @ delta
        for matrix, slope in zip(matrices, slopes, strict=True):
            matrix -= spec.optimizer.learning_rate * slope / len(rows)
    return row


@pytest.mark.parametrize("activation", list(TRAINABLE))
@pytest.mark.parametrize("batch_size", [1, 7, 30], ids="batches of {}".format)
def test_training_is_gradient_descent_on_the_mean_of_each_batch(activation: str, batch_size: int) -> None:
    """30 training points: batches of 7 leave a short one at the end of the epoch, whose mean is over 2."""
    spec = make_spec(
        (4, 3),
        activation,
        loss="squared_error",
        output={"activation": "tanh"},
        dtype="float64",
        shuffle=False,
        batch_size=batch_size,
        optimizer={"learning_rate": 0.05},
    )
    trainer, updates = trainer_of(spec)
    run(trainer, 12)
    np.testing.assert_allclose(updates.theta, plain_training(spec, 12), rtol=1e-9, atol=1e-12)


def test_replicas_at_different_places_of_their_epochs_train_as_those_at_the_same() -> None:
    """Batches are read as views where all stand at the same place, and are copied first where they do not."""
    spec, neighbour = (make_spec(dtype="float64", seed=seed) for seed in (1, 2))
    together, ours = trainer_of(spec, neighbour)
    assert together.batches.aligned()
    staged, theirs = trainer_of(spec, neighbour.replace(dataset={"kind": "spiral", "samples": 90}))
    assert not staged.batches.aligned()
    run(together, 20)
    run(staged, 20)
    np.testing.assert_array_equal(ours.theta[0], theirs.theta[0])


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
@pytest.mark.parametrize("clip", list(CLIPS))
def test_a_step_allocates_no_arrays(kind: str, clip: str) -> None:
    optimizer = {"kind": kind, "clip": {"kind": clip}, "schedule": {"kind": "cosine"}}
    specs = [
        make_spec((64, 64), seed=seed, batch_size=30, optimizer=optimizer, regularizer={"kind": "l1", "rate": 0.1})
        for seed in range(4)
    ]
    trainer, _ = trainer_of(*specs)
    trainer.run(1)
    tracemalloc.start()
    for _ in range(20):
        trainer.run(1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    smallest_buffer = 4 * 30 * 64 * 4
    assert peak < smallest_buffer


def test_a_batch_is_never_larger_than_the_data() -> None:
    trainer, _ = trainer_of(make_spec(batch_size=5000))
    assert trainer.batch_size == 30
