"""A training step as a worksheet: every number of the forward pass, the error and the way back, with its formula.

>>> from engine import Population, RunSpec
>>> from engine.worksheet import example_worksheet
>>> points = {"kind": "points", "task": "regression", "train": [[2, -1, 1]]}
>>> initial = {"weights": [[[1, 0.5]], [[2]]], "biases": [[0], [0]]}
>>> layers = [{"units": 1, "activation": "tanh"}]
>>> spec = RunSpec.from_dict({"dataset": points, "layers": layers, "initial": initial, "dtype": "float64"})
>>> sheet = example_worksheet(Population([spec]))
>>> sheet.of("forward")[0].line
'z^{(1)}_1 = w^{(1)}_{1,1} x_1 + w^{(1)}_{2,1} x_2 + b^{(1)}_1 = 1·2 + 0.5·(−1) + 0 = 1.5'

The step is that of plain gradient descent on one example, whatever optimizer the run uses: a batch averages many such
gradients, and optimizers make more of them. In the order to read: ``network`` is the arithmetic, ``writer`` the words
for it with ``words`` of the activations, ``records`` what comes out.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.holding import trainable_mask
from engine.network import Network
from engine.types import Array
from engine.worksheet.network import WorksheetError, read_layers, take_step
from engine.worksheet.records import PHASES, Entry, Phase, Worksheet
from engine.worksheet.writer import write_backward, write_error, write_forward

if TYPE_CHECKING:
    from engine.population import Population

__all__ = ["PHASES", "Entry", "Phase", "Worksheet", "WorksheetError", "example_worksheet", "worksheet"]


def worksheet(
    network: Network,
    theta: Array,
    features: Array,
    targets: Array,
    loss: str,
    learning_rate: float,
    trainable: Array | None = None,
) -> Worksheet:
    """One step on one example: parameters theta (P,), features (F,) as the network is given them, targets (K,).

    A parameter with a 0 in ``trainable`` (P,) is held where it is; without it, all move. Dense layers with any
    activations, wired in any way, are shown, under squared error and cross-entropy. Raises :class:`WorksheetError` for
    anything else, for too many parameters, and where numbers are not finite.
    """
    if not (math.isfinite(learning_rate) and learning_rate >= 0.0):
        raise WorksheetError("Give a learning rate that is a finite number and not negative.")
    layers = read_layers(network, theta, np.ones_like(theta) if trainable is None else trainable)
    wanted = np.asarray(targets, np.float64)
    step = take_step(layers, np.asarray(features, np.float64), wanted, loss)
    error = list(write_error(step, wanted, loss))
    entries = [*write_forward(step), *error, *write_backward(step, wanted, loss, learning_rate)]
    after = theta.astype(np.float64).reshape(1, -1).copy()
    for matrix, layer, x, delta in zip(network.matrices(after), layers, step.inputs, step.deltas, strict=True):
        matrix[0] -= learning_rate * np.outer([*x, 1.0], delta) * layer.moves
    return Worksheet(tuple(entries), error[-1].value, after[0])


def example_worksheet(
    population: "Population", replica: int = 0, example: int = 0, learning_rate: float | None = None
) -> Worksheet:
    """The step a replica would take on one of its training examples, by its own learning rate if none is given.

    Raises IndexError for an unknown replica or example, and :class:`WorksheetError` as :func:`worksheet` does.
    """
    spec, rows = population.specs[replica], population.tables[replica].train
    if not 0 <= example < len(rows):
        raise IndexError(f"There are training examples 0 to {len(rows) - 1}.")
    rate = spec.optimizer.learning_rate if learning_rate is None else learning_rate
    outputs = population.network.layers[-1]["units"]
    features, targets = rows[example, : -outputs - 1], rows[example, -outputs:]
    trainable = trainable_mask(population.network, spec)
    return worksheet(population.network, population.theta[replica], features, targets, spec.loss, rate, trainable)
