"""The points themselves."""

import numpy as np

from engine.probes.options import Options, ProbeError
from engine.probes.seen import Seen
from engine.types import Array, Float64Array


def probe_data(population: Seen, options: Options) -> dict[str, Array]:
    """``train`` (R, N, 3) and ``test`` (R, M, 3) float32: x1, x2 and the class index, or the value of a regression.

    Raises :class:`ProbeError` where the replicas have different numbers of points, which one array cannot hold.
    """
    datasets = [table.dataset for table in population.tables]
    if len({(len(data.train_labels), len(data.test_labels)) for data in datasets}) > 1:
        raise ProbeError("name", "These runs have different numbers of points; ask for each by itself.")
    return {
        "train": np.stack([_rows(data.train_inputs, data.train_labels) for data in datasets]),
        "test": np.stack([_rows(data.test_inputs, data.test_labels) for data in datasets]),
    }


def _rows(inputs: Float64Array, labels: Float64Array) -> Array:
    return np.column_stack([inputs, labels]).astype(np.float32)
