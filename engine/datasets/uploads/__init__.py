"""Uploads: files from strangers, read within bounds and turned into a dataset of given arrays."""

from engine.datasets.uploads.csv_files import read_csv
from engine.datasets.uploads.npz_files import read_npz
from engine.datasets.uploads.upload import LeftOut, Upload, UploadError

__all__ = ["LeftOut", "Upload", "UploadError", "read_csv", "read_npz"]
