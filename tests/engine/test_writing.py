"""Numbers put into formulas: what is read is what was computed, and no sign can be misread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.writing import MOST_TERMS, Shown, factor, signed, vector, weighted_sum, written, written_array

FINITE = st.floats(-1e12, 1e12, allow_nan=False)


def read(text: str) -> float:
    """The number that a text of ``written`` shows."""
    return float(text.replace("−", "-").replace("·10^{", "e").rstrip("}"))


@given(FINITE)
def test_six_digits_are_written(value: float) -> None:
    assert read(written(value)) == pytest.approx(value, rel=5e-6)
    assert "-" not in written(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (-1.5, "−1.5"),
        (0.1 + 0.2, "0.3"),
        (1.5e-7, "1.5·10^{−7}"),
        (-2e9, "−2·10^{9}"),
    ],
)
def test_how_a_number_looks(value: float, text: str) -> None:
    assert written(value) == text


def test_a_negative_number_stands_in_brackets_after_an_operator() -> None:
    assert (factor(2.0), factor(-2.0)) == ("2", "(−2)")
    assert (signed(2.0), signed(-2.0)) == (" + 2", " − 2")


def test_a_weighted_sum_keeps_the_signs_of_its_weights() -> None:
    assert weighted_sum((1.0, -2.0), (1.0, -1.0)) == "1·1 − 2·(−1)"
    assert weighted_sum((-1.0, 1.0), (0.98, 0.12)) == "−1·0.98 + 1·0.12"


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=MOST_TERMS))
def test_the_terms_of_a_weighted_sum_add_up(pairs: list[tuple[float, float]]) -> None:
    weights, values = zip(*pairs, strict=True)
    terms = weighted_sum(weights, values).replace(" − ", " + −").split(" + ")
    products = [
        read(left) * read(right.strip("()"))
        for left, right in (term.split("·(") if "·(" in term else _halves(term) for term in terms)
    ]
    assert sum(products) == pytest.approx(np.dot(weights, values), rel=1e-4, abs=1e-4 * np.abs(products).sum())


def _halves(term: str) -> tuple[str, str]:
    """The two numbers of a product whose second is positive; either may have a power of ten."""
    parts = term.split("·")
    cut = 2 if parts[1].startswith("10^") else 1
    return "·".join(parts[:cut]), "·".join(parts[cut:])


def test_a_template_chooses_between_brackets_and_none() -> None:
    shown = Shown("−2", "(−2)")
    assert f"f({shown:p}) = 3·{shown}" == "f(−2) = 3·(−2)"


def test_long_rows_and_sums_are_cut() -> None:
    many = [1.0] * (MOST_TERMS + 3)
    assert weighted_sum(many, many).endswith("+ … (3 more)")
    assert vector(many).count("1") == MOST_TERMS
    assert vector(many).endswith(", …)")
    assert vector((1.0, -2.0)) == "(1, −2)"


def test_arrays_are_written_by_their_size() -> None:
    assert written_array(np.array(2.5)) == "2.5"
    assert written_array(np.array([1.0, -2.0])) == "[1, −2]"
    assert written_array(np.array([[1.0, 2.0], [3.0, 4.0]])) == "[[1, 2], [3, 4]]"
    assert written_array(np.zeros((3, 4))) == "[3×4]"
