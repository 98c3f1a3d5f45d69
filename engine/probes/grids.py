"""Grids: a network looked at over the whole plane, in chunks that fit the cache, as bytes on the colour scale."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from engine.activations import OUTPUT_ACTIVATIONS
from engine.evaluation import pieces
from engine.features import compute_features
from engine.probes.seen import Seen
from engine.types import Array, BoolArray, Call, Float32Array, Float64Array

REACH = 6.0
LEVELS = 255.0
LARGEST_REACH = float(np.finfo(np.float32).max)
SMALLEST_REACH = 1e-30
"""A unit that never gets further from zero is drawn as zero: the inverse of its reach would overflow float32."""


def grid_points(resolution: int) -> Float64Array:
    """The centres (resolution², 2) of the cells of [−6, 6]², row by row from the top."""
    centers = (2.0 * np.arange(resolution) + 1.0 - resolution) * (REACH / resolution)
    return np.column_stack([np.tile(centers, resolution), np.repeat(-centers, resolution)])


class GridPlan:
    """Chosen layers over a grid: ``values`` (R, U, cells) after ``run``. All buffers are allocated once."""

    def __init__(self, population: Seen, resolution: int, layers: Sequence[int], unit: slice) -> None:
        network, theta = population.network, population.theta
        widths = [len(range(network.wires[layer].units)[unit]) for layer in layers]
        edges = np.cumsum([0, *widths]).tolist()
        cells = resolution * resolution
        features = compute_features(grid_points(resolution), network.features)
        x = np.hstack([features, np.ones((cells, 1))]).T.astype(theta.dtype)
        self.values = np.empty((len(theta), edges[-1], cells), theta.dtype)
        rows = {layer: slice(*pair) for layer, pair in zip(layers, pairwise(edges), strict=True)}
        self.segments = _segments([network.wires[layer].activation for layer in layers], edges)
        self._calls: list[Call] = []
        for replicas, part, plan in pieces(network, theta, cells, population.memories, depth=max(layers) + 1):
            self._calls += plan.compile(np.ascontiguousarray(x[:, part]))
            for layer, place in rows.items():
                source = plan.nodes.values(layer)[:, unit]
                self._calls.append(partial(np.copyto, self.values[replicas, place, part], source))

    def run(self) -> None:
        """Compute the values for the parameters as they are now."""
        with np.errstate(all="ignore"):
            for call in self._calls:
                call()


def _segments(activations: Sequence[str], edges: Sequence[int]) -> list[tuple[str, slice]]:
    """Neighbouring layers of one activation taken together, with the rows they fill."""
    segments: list[tuple[str, slice]] = []
    for activation, (start, stop) in zip(activations, pairwise(edges), strict=True):
        if segments and segments[-1][0] == activation:
            start = segments.pop()[1].start
        segments.append((activation, slice(start, stop)))
    return segments


def as_float32(values: Array) -> Float32Array:
    """float32, with what is too large for it at the ends of its range."""
    if values.dtype == np.float32 and np.isfinite(values).all():
        return values.copy()
    fitting: Float32Array = np.clip(np.nan_to_num(values), -LARGEST_REACH, LARGEST_REACH).astype(np.float32)
    return fitting


def finite_rows(values: Array) -> BoolArray:
    """Which grids (R, U) are finite everywhere, from values (R, U, cells); what is not is made finite in place."""
    finite = np.isfinite(values)
    rows: BoolArray = np.asarray(np.all(finite, axis=-1))
    if not rows.all():
        np.nan_to_num(values, copy=False)
    return rows


def shade(values: Array, activation: str, axis: int | tuple[int, int] = -1) -> Float32Array:
    """Turn values (R, U, cells) in place into levels 0 … 255, to be cut to bytes; return the scale's ends (…, 2).

    The ends are the activation's own bounds, or ±m, m the largest |value| along ``axis``, or 1 if that is next to 0, or
    what float32 can hold if that is more.
    """
    bounds = OUTPUT_ACTIVATIONS[activation].range
    ends = np.empty((len(values), values.shape[1] if axis == -1 else 1, 2), np.float32)
    if bounds is None:
        largest = np.maximum(values.max(axis=axis, keepdims=True), -values.min(axis=axis, keepdims=True))
        largest[largest < SMALLEST_REACH] = 1.0
        reach = np.minimum(largest[..., 0], LARGEST_REACH)
        ends[..., 0], ends[..., 1] = -reach, reach
        gain, offset = LEVELS / 2 / largest, LEVELS / 2
    else:
        ends[..., 0], ends[..., 1] = low, high = bounds
        gain, offset = LEVELS / (high - low), -low * LEVELS / (high - low)
    np.multiply(values, gain, values)
    np.add(values, offset + 0.5, values)
    return ends
