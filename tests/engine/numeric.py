"""Helpers for numerical tests: short specifications, and an array that watches what ufuncs do to it."""

from typing import Any

import numpy as np

from engine.spec import RunSpec
from engine.types import Array


def make_spec(hidden: tuple[int, ...] = (4, 2), activation: str = "tanh", **fields: Any) -> RunSpec:
    """A run on few points with these hidden layers; everything else as given or by default."""
    document: dict[str, Any] = {
        "dataset": {"kind": "spiral", "samples": 60},
        "layers": [{"kind": "dense", "units": units, "activation": activation} for units in hidden],
    }
    return RunSpec.from_dict(document | fields)


class Watched(np.ndarray):  # type: ignore[type-arg]
    """An array that refuses to meet another precision, or to be computed with into a new array."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        for value in inputs:
            assert np.asarray(value).dtype == self.dtype, f"{ufunc.__name__} was given {np.asarray(value).dtype}"
        (out,) = options["out"]
        plain = [np.asarray(value) for value in inputs]
        getattr(ufunc, method)(*plain, **options | {"out": (np.asarray(out),)})
        return out


def watched(values: Array, dtype: Any = np.float32) -> Array:
    return np.array(values, dtype).view(Watched)
