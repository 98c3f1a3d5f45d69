"""Histograms: how large activations and gradients are, layer by layer, on one scale that never moves.

The bins are powers of ten of |value|, four to each, from 10⁻¹² to 10⁴: so a gradient that vanishes on its way down
through the layers is seen to walk to the left (Glorot & Bengio, Understanding the difficulty of training deep
feedforward neural networks, 2010). What is smaller counts as zero, what is larger as the last bin.
"""

from functools import cache

import numpy as np

from engine.losses import LOSSES
from engine.network import Network, numbers_of_a_batch
from engine.plan import TrainingPlan
from engine.probes.examples import PartPass, batch_of, chosen_part, fewest, finite, part_pass, rows_of
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array, Float64Array

LOWEST, HIGHEST = -12, 4
BINS_PER_POWER = 4
BINS = (HIGHEST - LOWEST) * BINS_PER_POWER
MOST_SAMPLED = 256
"""Examples that are looked at: the first of the part."""
MOST_KEPT = 4_000_000
"""Numbers that are kept of them for each replica: fewer examples are looked at where the network is very large."""

DYING = ("relu",)
"""Activations that are flat on one side: a unit that is never on the other has no gradient."""
SATURATING = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""Activations that flatten out towards bounds."""
NEAR = 0.025
"""How near to a bound, as a share of the way between both, a unit counts as saturated."""
NEARLY_ALWAYS = 0.9
"""The share of the examples at which a unit must be near a bound to be called saturated."""


@cache
def edges() -> Float64Array:
    """The borders of the bins (65,)."""
    return np.logspace(LOWEST, HIGHEST, BINS + 1)


def histogram(values: Array) -> tuple[Float64Array, float]:
    """The shares (64,) of values of any shape in the bins, and the share of zeros; both add up to 1.

    What is not finite counts as large.
    """
    sizes = np.abs(np.nan_to_num(values, nan=np.inf)).reshape(-1).astype(np.float64)
    if not sizes.size:
        return np.zeros(BINS), 1.0
    seen = sizes[sizes >= edges()[0]]
    places = np.floor((np.log10(np.minimum(seen, edges()[-1])) - LOWEST) * BINS_PER_POWER)
    counts = np.bincount(places.astype(np.int64).clip(0, BINS - 1), minlength=BINS)
    return counts / sizes.size, 1.0 - len(seen) / sizes.size


def histograms(layers: list[list[Array]]) -> dict[str, Array]:
    """Of values by replica and layer: ``shares`` (R, L, 64), ``zeros`` (R, L) and the ``edges`` (R, 65), float32."""
    shares = np.zeros((len(layers), len(layers[0]), BINS), np.float32)
    zeros = np.zeros(shares.shape[:2], np.float32)
    for replica, each in enumerate(layers):
        for place, values in enumerate(each):
            shares[replica, place], zeros[replica, place] = histogram(values)
    borders = np.broadcast_to(edges().astype(np.float32), (len(layers), BINS + 1))
    return {"shares": shares, "zeros": zeros, "edges": borders}


def sampled(network: Network) -> int:
    """How many examples are looked at. It depends on the network's shape alone."""
    return max(1, min(MOST_SAMPLED, MOST_KEPT // numbers_of_a_batch(network.wires)))


def probe_histograms(population: Seen, options: Options) -> dict[str, Array]:
    """The activations of all L layers at up to 256 examples of ``part``: ``shares`` float32 (R, L, 64) in bins of
    |a| between ``edges`` (R, 65), ``zeros`` (R, L), and ``dead`` and ``saturated`` (R, L), the shares of such units.

    A unit is dead if it is a ReLU and 0 at every example, saturated if it is within 2.5 % of the end of its range (that
    of sigmoid, tanh or softmax) at more than nine in ten. ``unit_dead`` and ``unit_saturated`` (R, units) float32 say
    for each unit at how many of the examples that is so. A unit of an image is a channel, of a sequence a feature.
    """
    part = chosen_part(population, options)
    network = population.network
    found = part_pass(population, part, range(len(network.wires)), sampled(network))
    values = [
        [found.values[place][replica, :, :size] for place in range(len(network.wires))]
        for replica, size in enumerate(found.counts)
    ]
    return histograms(values) | _idle_units(network, found)


def _idle_units(network: Network, found: PartPass) -> dict[str, Array]:
    dead, saturated, shares = [], [], []
    for replica, size in enumerate(found.counts):
        off, full = [], []
        for place, wire in enumerate(network.wires):
            by_unit = units_apart(found.values[place][replica, :, :size], wire.outputs)
            off.append((by_unit == 0.0).mean(axis=1) * (wire.activation in DYING))
            full.append(_near_bounds(by_unit, wire.activation).mean(axis=1))
        dead.append([float((unit == 1.0).mean()) for unit in off])
        saturated.append([float((unit > NEARLY_ALWAYS).mean()) for unit in full])
        shares.append((np.concatenate(off), np.concatenate(full)))
    return {
        "dead": np.array(dead, np.float32),
        "saturated": np.array(saturated, np.float32),
        "unit_dead": np.array([off for off, _ in shares], np.float32),
        "unit_saturated": np.array([full for _, full in shares], np.float32),
    }


def units_apart(values: Array, shape: tuple[int, ...]) -> Array:
    """One layer's values (U, N) by unit, (units, all its values): the channels of an image, a sequence's features."""
    shaped = values.reshape(*shape, values.shape[-1])
    if len(shape) == 2:
        shaped = shaped.swapaxes(0, 1)
    return shaped.reshape(shaped.shape[0], -1)


def _near_bounds(values: Array, activation: str) -> Array:
    if activation not in SATURATING:
        return np.zeros(values.shape, np.bool_)
    low, high = SATURATING[activation]
    gap = NEAR * (high - low)
    return np.asarray((values < low + gap) | (values > high - gap))


class GradientPlan:
    """The gradient (R, P) of the mean loss of the first training examples, as many as every replica has, up to 256."""

    def __init__(self, population: Seen) -> None:
        self.tables = list(population.tables)
        network, theta = population.network, population.theta
        size = min(sampled(network), fewest(population, "train"))
        batch = batch_of(network, np.stack([rows_of(table, "train")[:size] for table in self.tables]))
        self.gradient = np.zeros_like(theta)
        plan = TrainingPlan(network, theta, self.gradient, size, LOSSES[population.specs[0].loss])
        self._calls = plan.compile(batch)

    def run(self) -> Array:
        """Compute it for the parameters as they are now."""
        with np.errstate(all="ignore"):
            for call in self._calls:
                call()
        return self.gradient


def sample_gradient(population: Seen) -> Array:
    """The gradient (R, P) of the mean loss of up to 256 training examples. Dropout and noise are left out."""
    key = ("gradient", tuple(map(id, population.tables)))
    return population.view(key, lambda: GradientPlan(population)).run()


def probe_gradients(population: Seen, options: Options) -> dict[str, Array]:
    """The gradient of the mean loss of up to 256 training examples, dropout and noise left out, layer by layer:
    ``shares`` float32 (R, L, 64) in bins of |∂L/∂w| between ``edges`` (R, 65), ``zeros`` (R, L), and ``norms`` (R, L).

    A layer without parameters has zeros alone.
    """
    network, gradient = population.network, sample_gradient(population)
    by_layer = network.blocks(gradient)
    layers = [
        [np.concatenate([np.empty(0), *(matrix[replica].reshape(-1) for matrix in matrices)]) for matrices in by_layer]
        for replica in range(len(gradient))
    ]
    norms = [[_norm(values) for values in each] for each in layers]
    return histograms(layers) | {"norms": finite(np.array(norms))}


def _norm(values: Float64Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.nan_to_num(np.sqrt((values * values).sum()), nan=np.inf))
