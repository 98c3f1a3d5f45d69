"""Shared vocabulary of the engine.

Shape letters, used in every docstring: R replica, B batch, N examples, F features, U units, P parameters,
K classes. "Float" arrays are float32 while training and float64 where a number is shown or compared.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.floating[Any]]
Float64Array: TypeAlias = NDArray[np.float64]
Float32Array: TypeAlias = NDArray[np.float32]
IntArray: TypeAlias = NDArray[np.int64]
ByteArray: TypeAlias = NDArray[np.uint8]
BoolArray: TypeAlias = NDArray[np.bool_]
Array: TypeAlias = NDArray[Any]

Json: TypeAlias = Any
"""A value that came from JSON: nothing is known about it until it has been read."""

Label: TypeAlias = float | str
"""A class as its author wrote it: a number or a short text."""

Call: TypeAlias = Callable[[], object]
"""A function bound to the buffers it reads and writes: a compiled plan is a list of them."""


def constants(value: float) -> dict[np.dtype[np.generic], Array]:
    """One 0-d array per precision: a Python number costs a ufunc twice the time, and another dtype would promote."""
    return {np.dtype(kind): np.array(value, dtype=kind) for kind in (np.float32, np.float64)}
