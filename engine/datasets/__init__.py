"""Datasets: points in the plane, drawn from a seed or given, and their split."""

from engine.datasets.kind import DatasetKind
from engine.datasets.making import DATASETS, Dataset, make_dataset

__all__ = ["DATASETS", "Dataset", "DatasetKind", "make_dataset"]
