"""The reader's small pieces: pointers, numbers written for people, whole vectors at once."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MOST_ISSUES, SpecError
from engine.limits import Bounds
from engine.reading import Reader, describe, finite_numbers, is_name, is_number, plain, pointer_to

UNIT = Bounds(-1.0, 1.0, 0.0)


class TestDescribe:
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (None, "null"),
            (True, "true or false"),
            (3, "a number"),
            (3.5, "a number"),
            (np.float32(1), "a number"),
            ("x" * 100, "a text"),
            ([1], "a list"),
            ((), "a list"),
            ({}, "an object"),
            (object(), "something else"),
        ],
    )
    def test_a_value_is_described_and_never_shown(self, value: Any, words: str) -> None:
        assert describe(value) == words

    @pytest.mark.parametrize("value", [True, np.True_, "1", None, 1j])
    def test_what_is_no_number(self, value: Any) -> None:
        assert not is_number(value)


class TestPointers:
    @pytest.mark.parametrize(
        ("key", "pointer"),
        [("a", "/p/a"), ("a/b", "/p/a~1b"), ("a~b", "/p/a~0b"), ("~1", "/p/~01"), ("", "/p/"), (3, "/p/3")],
    )
    def test_keys_are_escaped_as_in_rfc_6901(self, key: Any, pointer: str) -> None:
        assert pointer_to("/p", key) == pointer

    @given(st.text())
    def test_a_pointer_can_be_read_back(self, key: str) -> None:
        token = pointer_to("", key)[1:]
        assert "/" not in token
        assert token.replace("~1", "/").replace("~0", "~") == key[:40]


class TestPlain:
    @pytest.mark.parametrize(
        ("number", "text"), [(10_000, "10000"), (0.5, "0.5"), (1e-6, "0.000001"), (-1e6, "-1000000"), (0.0, "0")]
    )
    def test_bounds_are_written_without_exponents(self, number: float, text: str) -> None:
        assert plain(number) == text


class TestFiniteNumbers:
    def test_good_numbers(self) -> None:
        array = finite_numbers([1, 2.5, np.float32(0.5), np.int64(3)])
        assert array is not None
        assert array.dtype == np.float64
        assert array.tolist() == [1.0, 2.5, 0.5, 3.0]

    def test_nothing_is_no_problem(self) -> None:
        array = finite_numbers([])
        assert array is not None
        assert array.shape == (0,)

    @pytest.mark.parametrize("odd", [True, None, "1", [1], float("nan"), float("inf"), 10**400, 1j])
    def test_one_odd_value_spoils_all(self, odd: Any) -> None:
        assert finite_numbers([1.0, odd, 2.0]) is None


class TestVector:
    def read(self, value: Any, count: int = 3) -> tuple[tuple[float, ...], list[str]]:
        reader = Reader()
        vector = reader.vector(value, "/v", count, UNIT, "numbers")
        return vector, [issue.pointer for issue in reader.errors]

    def test_a_vector_of_the_right_length(self) -> None:
        assert self.read([-1, 0, 0.5]) == ((-1.0, 0.0, 0.5), [])

    def test_an_empty_vector(self) -> None:
        assert self.read([], 0) == ((), [])

    def test_a_wrong_length_points_to_the_list(self) -> None:
        assert self.read([0, 0]) == ((), ["/v"])

    def test_every_wrong_number_is_pointed_to(self) -> None:
        assert self.read([2, 0, None]) == ((), ["/v/0", "/v/2"])

    @given(st.lists(st.floats(-1, 1), max_size=20))
    def test_numbers_are_kept_bit_for_bit(self, numbers: list[float]) -> None:
        assert self.read(numbers, len(numbers)) == (tuple(numbers), [])


class TestItems:
    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ([], "Give 1 to 3 things; this list is too short."),
            ([0] * 4, "Give 1 to 3 things; this list is too long."),
            ("abc", "Give a list of things; this is a text."),
        ],
    )
    def test_a_wrong_list_gives_none_of_its_items(self, value: Any, message: str) -> None:
        reader = Reader()
        assert reader.items(value, "", 1, 3, "things") == ()
        assert [issue.message for issue in reader.errors] == [message]

    def test_an_exact_length_is_named_once(self) -> None:
        reader = Reader()
        reader.items([], "", 2, 2, "axes")
        assert reader.errors[0].message == "Give 2 axes; this list is too short."


class TestNames:
    @pytest.mark.parametrize("text", ["a", "Größe", "x" * 40, " a ", "日本", "😀"])
    def test_good_names(self, text: str) -> None:
        assert is_name(text, 40)

    @pytest.mark.parametrize("text", ["", "  ", "x" * 41, "a\x00", "a\n", "\ud800"])
    def test_bad_names(self, text: str) -> None:
        assert not is_name(text, 40)


class TestReader:
    def test_nothing_wrong_raises_nothing(self) -> None:
        reader = Reader()
        reader.real(0.5, "/a", UNIT)
        reader.finish()
        assert reader.errors == []

    def test_problems_are_kept_in_order_up_to_fifty(self) -> None:
        reader = Reader()
        for number in range(100):
            reader.problem(f"/{number}", "Wrong.")
        assert reader.full
        with pytest.raises(SpecError) as caught:
            reader.finish()
        assert [issue.pointer for issue in caught.value.errors] == [f"/{number}" for number in range(MOST_ISSUES)]

    def test_a_record_keeps_known_fields_in_their_own_order(self) -> None:
        reader = Reader()
        assert list(reader.record({"b": 1, "c": 2, "a": 3}, "", ("a", "b"))) == ["a", "b"]
        assert [issue.pointer for issue in reader.errors] == ["/c"]
