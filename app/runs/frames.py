"""The binary frame: u32 header length, JSON header, 8-byte-aligned arrays that a browser reads as views.

```
| u32 little-endian: length of the header | header: JSON, spaces up to a multiple of 8 | array | padding | array | …
```
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

ALIGNMENT: Final = 8
DTYPES: Final = {np.dtype(name): name for name in ("uint8", "int32", "uint32", "float32", "float64")}
_encoder: Final = msgspec.json.Encoder()
_PADDING: Final = bytes(ALIGNMENT)


class Entry(msgspec.Struct, omit_defaults=True, gc=False):
    """Where an array lies, counted from the end of the header, and what it is."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int
    range: list[float] | None = None


class Named(NamedTuple):
    """An array on its way to a client; `range` is the span [lo, hi] that uint8 0..255 stands for."""

    name: str
    values: Array
    range: list[float] | None = None


def encode_frame(header: dict[str, Any], arrays: Sequence[Named]) -> bytes:
    """One binary message. `header` is completed by the list of `arrays`."""
    entries: list[Entry] = []
    parts: list[bytes] = []
    offset = 0
    for name, values, span in arrays:
        dtype = DTYPES.get(values.dtype)
        if dtype is None:
            raise TypeError(f"{name}: a frame does not carry {values.dtype.name}")
        entries.append(Entry(name, dtype, values.shape, offset, span))
        parts.append(values.tobytes())
        offset += values.nbytes
        if padding := -offset % ALIGNMENT:
            parts.append(_PADDING[:padding])
            offset += padding
    text = _encoder.encode({**header, "arrays": entries})
    text += b" " * (-(4 + len(text)) % ALIGNMENT)
    return b"".join((len(text).to_bytes(4, "little"), text, *parts))


def decode_frame(frame: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """Header and arrays of a frame: what a client in Python does. The arrays are views on `frame`."""
    payload = 4 + int.from_bytes(frame[:4], "little")
    header = msgspec.json.decode(frame[4:payload])
    arrays = {
        entry["name"]: np.frombuffer(
            frame, entry["dtype"], int(np.prod(entry["shape"], dtype=int)), payload + entry["offset"]
        ).reshape(entry["shape"])
        for entry in header["arrays"]
    }
    return header, arrays
