"""Checkpoints: what goes in comes out, and nothing else is taken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checkpoint import pack, unpack

ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.arange(4, dtype=np.float32), "c": np.empty(0, np.int64)}


def test_round_trip() -> None:
    values, arrays = unpack(pack({"step": 2**70, "rng": {"state": [1, "x"]}}, ARRAYS))
    assert values == {"step": 2**70, "rng": {"state": [1, "x"]}}
    assert list(arrays) == list(ARRAYS)
    for name, array in arrays.items():
        assert array.dtype == ARRAYS[name].dtype
        np.testing.assert_array_equal(array, ARRAYS[name])
        array[...] = 0


@given(st.integers(0, 300))
def test_a_cut_checkpoint_is_refused(length: int) -> None:
    whole = pack({"step": 1}, ARRAYS)
    with pytest.raises(ValueError, match="not a checkpoint"):
        unpack(whole[: min(length, len(whole) - 1)])


@given(st.binary(max_size=200))
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a checkpoint"):
        unpack(data)


def test_only_plain_numbers_are_read() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        unpack(pack({}, {"a": np.zeros(1, np.float16)}))
