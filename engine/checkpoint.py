"""Checkpoints: numbers and arrays as bytes, exact and readable without running any code.

A little-endian u32 length, a JSON header of that length, then the arrays' bytes one after the other.
"""

import json
import struct
from typing import Any

import numpy as np

from engine.types import Array

LENGTH = struct.Struct("<I")
KINDS = frozenset({"<f4", "<f8", "<i8", "<u2"})


def pack(values: dict[str, Any], arrays: dict[str, Array]) -> bytes:
    """JSON values and named arrays as bytes."""
    index = [[name, array.dtype.str, array.shape] for name, array in arrays.items()]
    header = json.dumps({"values": values, "arrays": index}).encode()
    return b"".join([LENGTH.pack(len(header)), header, *(array.tobytes() for array in arrays.values())])


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The values and arrays of :func:`pack`. Raises ValueError for bytes that are not a whole checkpoint."""
    try:
        (length,) = LENGTH.unpack_from(data)
        header = json.loads(data[LENGTH.size : LENGTH.size + length])
        offset = LENGTH.size + length
        arrays: dict[str, Array] = {}
        for name, kind, shape in header["arrays"]:
            if kind not in KINDS:
                raise ValueError(f"unknown kind of number {kind}")
            count = int(np.prod(shape, dtype=np.int64))
            arrays[name] = np.frombuffer(data, kind, count, offset).reshape(shape).copy()
            offset += arrays[name].nbytes
        values: dict[str, Any] = header["values"]
    except (struct.error, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"This is not a checkpoint: {error}") from error
    return values, arrays
