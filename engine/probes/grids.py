"""Grids: a network looked at over the whole plane, in chunks that fit the cache, as bytes on the colour scale."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from engine.activations import OUTPUT_ACTIVATIONS
from engine.evaluation import chunk_size, chunk_starts, replica_block
from engine.features import compute_features
from engine.network import Network
from engine.plan import ForwardPlan
from engine.types import Array, BoolArray, ByteArray, Call, Float32Array, Float64Array

REACH = 6.0
LEVELS = 255.0


def grid_points(resolution: int) -> Float64Array:
    """The centres (resolution², 2) of the cells of [−6, 6]², row by row from the top."""
    centers = (2.0 * np.arange(resolution) + 1.0 - resolution) * (REACH / resolution)
    return np.column_stack([np.tile(centers, resolution), np.repeat(-centers, resolution)])


class GridPlan:
    """Chosen layers over a grid: ``values`` (R, U, cells) after ``run``. All buffers are allocated once."""

    def __init__(self, network: Network, theta: Array, resolution: int, layers: Sequence[int], unit: slice) -> None:
        widths = [len(range(network.wires[layer].units)[unit]) for layer in layers]
        edges = np.cumsum([0, *widths]).tolist()
        cells = resolution * resolution
        features = compute_features(grid_points(resolution), network.features)
        x = np.hstack([features, np.ones((cells, 1))]).T.astype(theta.dtype)
        self.values = np.empty((len(theta), edges[-1], cells), theta.dtype)
        self.rows = dict(zip(layers, (slice(*pair) for pair in pairwise(edges)), strict=True))
        self._calls: list[Call] = []
        chunk = chunk_size(network, cells)
        step = replica_block(network, chunk)
        for start in range(0, len(theta), step):
            replicas = slice(start, start + step)
            plan = ForwardPlan(network, theta[replicas], chunk, depth=max(layers) + 1)
            for first in chunk_starts(cells, chunk):
                part = slice(first, first + chunk)
                self._calls += plan.compile(np.ascontiguousarray(x[:, part]))
                for layer, rows in self.rows.items():
                    source = plan.nodes.values(layer)[:, unit]
                    self._calls.append(partial(np.copyto, self.values[replicas, rows, part], source))

    def run(self) -> None:
        """Compute the values for the parameters as they are now."""
        with np.errstate(all="ignore"):
            for call in self._calls:
                call()


def finite_rows(values: Array) -> BoolArray:
    """Which grids (R, U) are finite everywhere, from values (R, U, cells); what is not is made finite in place."""
    with np.errstate(all="ignore"):
        finite: BoolArray = np.asarray(np.isfinite(np.add.reduce(values, axis=-1)))
        if not finite.all():
            finite = np.asarray(np.isfinite(values).all(axis=-1))
            np.nan_to_num(values, copy=False)
    return finite


def scale_of(activation: str, values: Array) -> Float32Array:
    """The scale's ends (R, U, 2) for grids (R, U, cells): the activation's own, or ±m with m the largest |value|."""
    bounds = OUTPUT_ACTIVATIONS[activation].range
    ends = np.empty((*values.shape[:2], 2), np.float32)
    if bounds is not None:
        ends[:] = bounds
        return ends
    largest = np.maximum(values.max(axis=-1), -values.min(axis=-1))
    ends[..., 1] = np.where(largest > 0, largest, 1.0)
    ends[..., 0] = -ends[..., 1]
    return ends


def to_bytes(values: Array, ends: Float32Array) -> ByteArray:
    """Values (R, U, cells) on the scale between ``ends`` (R, U, 2) as bytes; ``values`` are overwritten."""
    low, high = ends[..., :1].astype(values.dtype), ends[..., 1:].astype(values.dtype)
    gain = LEVELS / 2 / (high / 2 - low / 2)
    np.multiply(values, gain, values)
    np.add(values, 0.5 - low * gain, values)
    return values.astype(np.uint8)
