"""Arrays as NumPy saves them, read without pickle.

A stranger's archive can claim or unfold to anything. So sizes are added up from the zip directory before any member is
opened, each member's header must agree with its size there, and only then are its numbers read, never more than said.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from engine.datasets.uploads.upload import Upload, UploadError, check_size, make, part, split, task_of
from engine.limits import MOST_NUMBERS, MOST_POINTS
from engine.types import Array, Float64Array, Label

MOST_MEMBERS = 16
LARGEST_ITEM = 8
LONGEST_HEADER = 4096
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MOST_AXES = 4
DIRECTORY_ENTRY = b"PK\x01\x02"
INPUT_NAMES = ("x", "inputs", "data", "images")
LABEL_NAMES = ("y", "labels", "target")
WANTED = "Name the arrays x and y, or x_train, y_train, x_test and y_test."


@dataclass(frozen=True, slots=True)
class _Header:
    """What a member says about itself."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran: bool


def read_npz(data: bytes) -> Upload:
    """Arrays x (N, …) and y (N,), or both for training and test; an array called images (N, H, W) gets one channel.

    One example is (F,), (T, D) or (C, H, W). Raises :class:`UploadError`, also for object arrays, which could run code.
    """
    check_size(data)
    if data.count(DIRECTORY_ENTRY) > MOST_MEMBERS:
        raise UploadError(f"The archive has more than {MOST_MEMBERS} arrays; save only the inputs and the labels.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            arrays = _members(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, UploadError):
            raise
        raise UploadError("The file is no whole NPZ archive; save it again with numpy.savez.") from None
    return _take(arrays)


def _members(archive: zipfile.ZipFile) -> dict[str, Array]:
    """Every array of the archive by its name, once their sizes are known to be within bounds."""
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if total > LARGEST_ITEM * (MOST_NUMBERS + MOST_POINTS) + MOST_MEMBERS * LONGEST_HEADER:
        raise UploadError(f"Unpacked it would take {total} bytes; give at most {MOST_NUMBERS} numbers.")
    arrays: dict[str, Array] = {}
    for entry in entries:
        if not entry.filename.endswith(".npy") or entry.flag_bits & 1 or entry.compress_type not in PACKINGS:
            raise UploadError(
                "The archive holds something that is no open NumPy array; save it again with numpy.savez."
            )
        name = entry.filename.removesuffix(".npy").lower()
        with archive.open(entry) as member:
            arrays[name] = _read(member, entry.file_size, name[:40] if name.isprintable() else "?")
    return arrays


def _read(member: Any, size: int, name: str) -> Array:
    start = io.BytesIO(member.read(LONGEST_HEADER))
    header = _header(start, name)
    wanted = prod(header.shape) * header.dtype.itemsize
    if size != start.tell() + wanted:
        raise UploadError(f"The array {name} is cut short or longer than its header says; save it again.")
    begun = start.read(wanted)
    numbers = begun + member.read(wanted - len(begun))
    if len(numbers) != wanted:
        raise UploadError(f"The array {name} is cut short; save it again.")
    order: Any = "F" if header.fortran else "C"
    array: Array = np.frombuffer(numbers, header.dtype).reshape(header.shape, order=order)
    return array


def _header(start: io.BytesIO, name: str) -> _Header:
    """A member's header, of a kind of numbers that can be trained on."""
    try:
        version = np.lib.format.read_magic(start)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, fortran, dtype = read(start, max_header_size=LONGEST_HEADER)
    except (ValueError, KeyError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise UploadError(
            f"The array {name} has no header that NumPy writes; save it again with numpy.savez."
        ) from None
    if dtype.hasobject or dtype.kind not in "biuf" or dtype.itemsize > LARGEST_ITEM:
        raise UploadError(
            f"The array {name} does not hold plain numbers; turn it into float64 or int64 and save it again."
        )
    if len(shape) > MOST_AXES:
        raise UploadError(
            f"The array {name} has {len(shape)} axes; an example has one, two or three, and N is one more."
        )
    if any(not 0 <= side <= MOST_NUMBERS for side in shape) or prod(shape) > MOST_NUMBERS:
        raise UploadError(f"The array {name} holds too many numbers; give at most {MOST_NUMBERS}.")
    return _Header(dtype, shape, fortran)


def _take(arrays: dict[str, Array]) -> Upload:
    """The dataset in the arrays: split by whoever saved them, or by us."""
    inputs, labels, channels = _pair(arrays, "_train")
    if inputs is not None and labels is not None:
        test_inputs, test_labels, _ = _pair(arrays, "_test")
        shape = _shape(inputs, channels)
        train = part(inputs, labels)
        test: dict[str, Any] = {"inputs": [], "labels": []}
        if test_inputs is not None and test_labels is not None:
            if test_inputs.shape[1:] != inputs.shape[1:]:
                raise UploadError("Training and test examples differ in shape; give both the same.")
            test = part(test_inputs, test_labels)
        return Upload(make(task_of(labels + (test_labels or [])), shape, train, test))
    inputs, labels, channels = _pair(arrays, "")
    if inputs is None or labels is None:
        raise UploadError(f"The archive holds no inputs with labels. {WANTED}")
    return Upload(make(task_of(labels), _shape(inputs, channels), *split(inputs, labels)))


def _pair(arrays: dict[str, Array], side: str) -> tuple[Float64Array | None, list[Label] | None, bool]:
    """Inputs (N, …) and labels of one side, or None, and whether the inputs are images without channels."""
    x = next((name for name in INPUT_NAMES if name + side in arrays), None)
    y = next((name for name in LABEL_NAMES if name + side in arrays), None)
    if x is None or y is None:
        return None, None, False
    inputs, labels = arrays[x + side].astype(np.float64), arrays[y + side].astype(np.float64)
    if labels.ndim != 1 or inputs.ndim < 1 or len(inputs) != len(labels) or not inputs.size:
        raise UploadError("Inputs and labels must be as many, N inputs (N, …) and N labels (N,), and at least one.")
    if inputs.ndim == 1:
        inputs = inputs[:, None]
    if not np.isfinite(labels).all():
        raise UploadError("Some labels are not finite numbers; leave their examples out.")
    return inputs, labels.tolist(), x == "images" and inputs.ndim == 3


def _shape(inputs: Float64Array, channels: bool) -> tuple[int, ...]:
    return (1, *inputs.shape[1:]) if channels else inputs.shape[1:]
