"""The binary frame."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from app.runs.frames import Named, decode_frame, encode_frame

DTYPES = st.sampled_from(["uint8", "int32", "uint32", "float32", "float64"])


@given(
    st.lists(
        DTYPES.flatmap(lambda dtype: arrays_of.arrays(dtype, arrays_of.array_shapes(min_dims=0, min_side=0))),
        max_size=6,
    )
)
def test_a_frame_decodes_to_what_was_encoded(values: list[np.ndarray[Any, Any]]) -> None:
    frame = encode_frame({"run": "r", "seq": 1}, [Named(f"a/{i}", value) for i, value in enumerate(values)])
    header, arrays = decode_frame(frame)
    assert header["run"] == "r"
    for index, value in enumerate(values):
        decoded = arrays[f"a/{index}"]
        assert decoded.dtype == value.dtype
        np.testing.assert_array_equal(decoded, value)


def test_every_array_begins_where_a_browser_can_view_it() -> None:
    odd = [Named(f"a/{size}", np.zeros(size, np.uint8)) for size in (1, 3, 8, 9)]
    frame = encode_frame({"x": "é"}, [*odd, Named("b", np.ones(2))])
    length = int.from_bytes(frame[:4], "little")
    header = json.loads(frame[4 : 4 + length])
    assert (4 + length) % 8 == 0
    assert [entry["offset"] for entry in header["arrays"]] == [0, 8, 16, 24, 40]
    assert len(frame) == 4 + length + 40 + 16


def test_the_range_stands_beside_its_grid() -> None:
    frame = encode_frame({}, [Named("grid", np.zeros((2, 2), np.uint8), [-1.0, 1.0]), Named("plain", np.zeros(1))])
    grid, plain = decode_frame(frame)[0]["arrays"]
    assert grid == {"name": "grid", "dtype": "uint8", "shape": [2, 2], "offset": 0, "range": [-1.0, 1.0]}
    assert "range" not in plain


def test_an_array_that_lies_otherwise_in_memory_is_sent_in_c_order() -> None:
    values = np.arange(6.0).reshape(2, 3).T
    _, arrays = decode_frame(encode_frame({}, [Named("a", values)]))
    np.testing.assert_array_equal(arrays["a"], values)


@pytest.mark.parametrize("dtype", ["int64", "complex128", "bool", "float16"])
def test_a_type_that_browsers_cannot_view_is_refused(dtype: str) -> None:
    with pytest.raises(TypeError, match=dtype):
        encode_frame({}, [Named("a", np.zeros(1, dtype))])


def test_a_number_that_is_not_finite_is_null_in_the_header() -> None:
    header, _ = decode_frame(encode_frame({"scalars": {"loss": float("nan")}}, []))
    assert header["scalars"]["loss"] is None
