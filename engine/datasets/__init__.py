"""Datasets: points, images, sequences and texts, drawn from a seed or given, and their split."""

from engine.datasets.kind import DatasetKind
from engine.datasets.kinds import DATASETS
from engine.datasets.making import Dataset, make_dataset
from engine.datasets.shape import DatasetShape, describe

__all__ = ["DATASETS", "Dataset", "DatasetKind", "DatasetShape", "describe", "make_dataset"]
