"""Landscapes: the loss over a plane through the space of all parameters.

A plane is a center θ₀ and two directions d₁, d₂ (P,); its point (a, b) is the network with the parameters
θ₀ + a d₁ + b d₂. The plane can be chosen in three ways: two parameters that move while all others stand still; two
random directions, each filter or unit of them as long as the center's (Li et al., Visualizing the loss landscape of
neural nets, 2018); or the principal plane of a trajectory, in which most of its way lies. All points are networks of
one shape, so they are looked at as a population: as many of them as fit the cache go through one forward pass together.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.batches import Table, make_table
from engine.evaluation import CHUNK_NUMBERS, chunk_size, widest_layer
from engine.layers.layer import in_shape
from engine.losses import LOSSES
from engine.network import Network
from engine.plan import ForwardPlan
from engine.spec import RunSpec
from engine.types import Array, Call, Float64Array

MOST_EXAMPLES_AT_ONCE = 512
"""Examples that go through the networks together; the widest layer decides how many networks go beside each other."""

FEWEST_EXAMPLES_AT_ONCE = 64
"""A layer that works with much memory would see a few examples at a time, and calls would cost more than sums."""

MOST_NUMBERS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Plane:
    """A center (P,) and two directions (2, P) in the space of the parameters."""

    center: Float64Array
    directions: Float64Array

    def points(self, first: Float64Array, second: Float64Array) -> Float64Array:
        """The parameters (N, P) at pairs of coordinates (N,), (N,)."""
        return np.asarray(self.center + first[:, None] * self.directions[0] + second[:, None] * self.directions[1])

    def coordinates(self, theta: Array) -> Float64Array:
        """Where parameters (N, P) lie, seen from straight above the plane: (N, 2)."""
        away = (theta.astype(np.float64) - self.center).T
        return np.asarray(np.linalg.lstsq(self.directions.T, away, rcond=None)[0].T)


@dataclass(frozen=True, slots=True)
class Landscape:
    """The loss over a plane: ``losses[i, j]`` at ``second[i]``, ``first[j]``; NaN where the numbers broke."""

    plane: Plane
    first: Float64Array
    second: Float64Array
    losses: Float64Array


def parameter_plane(center: Array, first: int, second: int) -> Plane:
    """Two parameters move, all others stand still. Raises ValueError if they are one."""
    if first == second:
        raise ValueError("Give two different parameters.")
    directions = np.zeros((2, len(center)))
    directions[0, first], directions[1, second] = 1.0, 1.0
    return Plane(center.astype(np.float64), directions)


def random_plane(network: Network, center: Array, seed: int) -> Plane:
    """Two normal directions, each column of each matrix (the weights into one unit, or one filter) as long as the
    center's own; biases stand still: d ← d ‖θ‖ / ‖d‖ (Li et al. 2018, section 4)."""
    rng = np.random.default_rng([seed, 4])
    center = center.astype(np.float64)
    directions = rng.normal(size=(2, len(center))) * network.weight_mask()
    weights = np.where(network.weight_mask() == 1.0, center, 0.0)[None]
    for own, drawn in zip(network.matrices(weights), network.matrices(directions), strict=True):
        length = np.linalg.norm(own, axis=1, keepdims=True)
        drawn_length = np.linalg.norm(drawn, axis=1, keepdims=True)
        drawn *= np.divide(length, drawn_length, out=np.zeros(drawn_length.shape), where=drawn_length > 0.0)
    return Plane(center, directions)


def principal_plane(trajectory: Array) -> tuple[Plane, Float64Array]:
    """The plane through the end of a trajectory (N, P) in which most of its way lies, and the share of the variance
    (2,) that each of its unit directions explains. They are the first right singular vectors of the way to the end
    (Li et al. 2018, section 7). Raises ValueError where nothing moved.
    """
    steps = trajectory.astype(np.float64)
    center = steps[-1]
    _, sizes, directions = np.linalg.svd(steps - center, full_matrices=False)
    variances = sizes**2
    if not variances.sum() > 0.0:
        raise ValueError("These parameters never moved; train first.")
    found = np.zeros((2, steps.shape[1]))
    shares = np.zeros(2)
    for place in range(min(2, int((sizes > sizes[0] * 1e-12).sum()))):
        found[place], shares[place] = directions[place], variances[place] / variances.sum()
    if not found[1].any():  # a straight way leaves the second direction free: any at right angles will do
        found[1, np.abs(found[0]).argmin()] = 1.0
        found[1] -= (found[0] @ found[1]) * found[0]
        found[1] /= np.linalg.norm(found[1])
    return Plane(center, found), shares


def landscape(
    spec: RunSpec, plane: Plane, first: Float64Array, second: Float64Array, *, table: Table | None = None
) -> Landscape:
    """The mean training loss at all points of a grid over a plane, as one population.

    41 × 41 points of a 2-8-8-1 network on 250 examples take 12 ms (see docs/performance.md).
    """
    surface = Surface(spec, make_table(spec) if table is None else table, len(first) * len(second))
    return Landscape(plane, first, second, surface.over(plane, first, second))


def trajectory_landscape(
    spec: RunSpec, trajectory: Array, resolution: int = 41, margin: float = 0.25, *, table: Table | None = None
) -> tuple[Landscape, Float64Array, Float64Array]:
    """The loss over the principal plane of a trajectory (N, P), wide enough to hold it with a margin around; where each
    of its points lies in that plane (N, 2); and the share of the variance (2,) that each direction explains."""
    plane, shares = principal_plane(trajectory)
    path = plane.coordinates(trajectory)
    low, high = path.min(axis=0), path.max(axis=0)
    border = margin * np.maximum(high - low, (high - low).max())
    first, second = (np.linspace(*ends, resolution) for ends in zip(low - border, high + border, strict=True))
    return landscape(spec, plane, first, second, table=table), path, shares


class Surface:
    """As many networks as fit the cache, looked at over the training examples, all or the first of them: fill ``theta``
    (size, P), then ask."""

    def __init__(self, spec: RunSpec, table: Table, points: int, most: int | None = None) -> None:
        network, loss = Network(spec), LOSSES[spec.loss]
        examples = len(table.train[:most])
        some = min(examples, FEWEST_EXAMPLES_AT_ONCE, max(1, MOST_NUMBERS_AT_ONCE // widest_layer(network)))
        chunk = max(some, chunk_size(network, min(examples, MOST_EXAMPLES_AT_ONCE)))
        self.size = max(1, min(points, CHUNK_NUMBERS // (widest_layer(network) * chunk)))
        self._table = table  # kept alive: who holds a surface knows it by its table
        self.theta = np.empty((self.size, network.parameters), spec.dtype)
        self._losses = np.empty(self.size)
        self._network, self._loss = network, loss
        self._plans: dict[int, ForwardPlan] = {}
        columns = table.train[:most].T
        self._calls: list[Call] = []
        self._sums: list[tuple[Array, float]] = []
        for start in range(0, examples, chunk):
            self._add(np.ascontiguousarray(columns[:, start : start + chunk])[None], examples)

    def _add(self, columns: Array, examples: int) -> None:
        """The calls for some of the examples: forward, the loss of each, and its weighted sum."""
        network = self._network
        first = network.input_size + 1
        x, targets, steps = np.split(columns, [first, first + network.wires[-1].units], axis=1)
        shape = network.wires[-1].outputs
        plan = self._plan(columns.shape[-1])
        values, goals = in_shape(plan.values, shape), in_shape(targets, shape)
        scratch = np.empty((self.size, *shape[:-1], shape[-1] + 1, columns.shape[-1]), columns.dtype)
        self._calls += [*plan.compile(x, steps), partial(self._loss.terms, values, goals, scratch)]
        total = np.zeros(self.size)
        if network.steps and network.various_lengths:
            self._calls.append(partial(np.multiply, values, steps[:, :, None], values))
        share = 1.0 if network.various_lengths else 1.0 / (network.steps or 1)
        self._calls.append(partial(np.add.reduce, values, tuple(range(1, values.ndim)), np.float64, total))
        self._sums.append((total, share / examples))

    def _plan(self, examples: int) -> ForwardPlan:
        """A plan for so many examples: chunks of one length share it, so the buffers do not grow with the data."""
        if examples not in self._plans:
            self._plans[examples] = ForwardPlan(self._network, self.theta, examples, logits=self._loss.from_logits)
        return self._plans[examples]

    def losses(self) -> Float64Array:
        """The mean loss (size,) of each network, in an array that the next call overwrites."""
        for call in self._calls:
            call()
        self._losses.fill(0.0)
        for total, share in self._sums:
            self._losses += total * share
        return self._losses

    def over(self, plane: Plane, first: Float64Array, second: Float64Array) -> Float64Array:
        """The mean loss (N, M) at each of N ``second`` and M ``first`` coordinates; NaN where the numbers broke."""
        across, down = (axis.reshape(-1) for axis in np.meshgrid(first, second))
        return self.along(plane, across, down).reshape(len(second), len(first))

    def along(self, plane: Plane, first: Float64Array, second: Float64Array) -> Float64Array:
        """The mean loss (N,) at pairs of coordinates (N,), (N,); NaN where the numbers broke."""
        found = np.empty(len(first))
        with np.errstate(all="ignore"):
            for start in range(0, len(first), self.size):
                part = slice(start, start + self.size)
                points = plane.points(first[part], second[part])
                self.theta[: len(points)] = points
                found[part] = self.losses()[: len(points)]
        return np.where(np.isfinite(found), found, np.nan)
