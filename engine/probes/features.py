"""The features over the plane, used or not: they never change."""

from functools import cache

import numpy as np

from engine.features import FEATURES, compute_features
from engine.probes.grids import LEVELS, grid_points
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array, ByteArray

FEATURE_REACH = 2.0
"""Half of a feature's value is shown, cut off at the ends of the scale."""


@cache
def feature_bytes(resolution: int) -> ByteArray:
    """All features in catalog order (9, res, res) on the scale ±2."""
    values = compute_features(grid_points(resolution), list(FEATURES)).T.clip(-FEATURE_REACH, FEATURE_REACH)
    levels = values * (LEVELS / (2 * FEATURE_REACH)) + (LEVELS / 2 + 0.5)
    grid: ByteArray = levels.astype(np.uint8).reshape(-1, resolution, resolution)
    grid.flags.writeable = False
    return grid


def probe_features(population: Seen, options: Options) -> dict[str, Array]:
    """``grid`` uint8 (R, 9, res, res), ``range`` float32 (R, 9, 2). ``resolution`` is 8 to 64 (32)."""
    grid = feature_bytes(options.resolution(32, 8, 64))
    replicas = len(population.specs)
    ends = np.broadcast_to(np.array([-FEATURE_REACH, FEATURE_REACH], np.float32), (replicas, len(grid), 2))
    return {"grid": np.broadcast_to(grid, (replicas, *grid.shape)), "range": ends}
