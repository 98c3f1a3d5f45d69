"""Automatic differentiation: both modes against each other and against differences, operation by operation."""

import doctest
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import engine.autodiff
from engine.autodiff import (
    OPERATIONS,
    DomainError,
    ExpressionError,
    check,
    differentiate,
    forward,
    gradient,
    parse,
    tangents,
)
from engine.autodiff.checking import MOST_CHECKED
from engine.autodiff.passes import backward, backward_order
from engine.autodiff.words import gradient_lines

POSITIVE = {"ln", "sqrt", "power", "divide"}
"""Operations that are tried on positive numbers alone."""

LAYER = """
W = [[1, -2], [-1, 1]]
b = [1, 0]
x = [1, -1]
t = [1, 0]
h = sigmoid(W @ x + b)
L = sum((h - t)^2) / 2
"""


def random_inputs(name: str, rng: np.random.Generator) -> list[np.ndarray[Any, Any]]:
    """Inputs an operation takes, away from its corners: no two numbers closer than a hundredth, none close to 0."""
    if name == "matmul":
        rows, inner, columns = rng.integers(1, 4, 3)
        left = (inner,) if rng.random() < 0.3 else (rows, inner)
        right = (inner,) if rng.random() < 0.3 else (inner, columns)
        return [rng.normal(size=left), rng.normal(size=right)]
    rows, columns = rng.integers(1, 4, 2)
    shapes = [(rows, columns), (), (columns,), (1, columns), (rows, 1)]
    chosen = rng.permuted(np.arange(5))[: OPERATIONS[name].arity]
    grid = rng.permuted(np.r_[np.arange(-60, 0), np.arange(1, 61)]) / (60.0 if name == "tan" else 30.0) + 0.004
    numbers = np.abs(grid) if name in POSITIVE else grid
    sizes = [int(np.prod(shapes[place])) for place in chosen]
    parts = np.split(numbers[: sum(sizes)], np.cumsum(sizes)[:-1])
    return [part.reshape(shapes[place]) for part, place in zip(parts, chosen, strict=True)]


def text_of(name: str) -> str:
    """A number made of one operation on a and b."""
    symbols = {"add": "a + b", "subtract": "a - b", "multiply": "a * b", "divide": "a / b", "power": "a ^ b"}
    other = {"negative": "-a", "matmul": "a @ b", "transpose": "a.T"}
    both = symbols | other
    call = f"{name}({', '.join('ab'[: OPERATIONS[name].arity])})"
    return f"v = {both.get(name, call)}\nsum(v * v)"


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_every_operation_passes_the_numerical_check(name: str, seed: int) -> None:
    inputs = random_inputs(name, np.random.default_rng(seed))
    graph = parse(text_of(name), dict(zip("ab", (part.tolist() for part in inputs), strict=False)))
    assert name in {node.operation for node in graph.nodes}
    rows = check(graph)
    assert len(rows) == min(MOST_CHECKED, sum(part.size for part in inputs))
    for row in rows:
        assert row.agrees, row


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_both_modes_agree(name: str, seed: int) -> None:
    inputs = random_inputs(name, np.random.default_rng(seed))
    graph = parse(text_of(name), dict(zip("ab", (part.tolist() for part in inputs), strict=False)))
    values = list(forward(graph))
    exact = gradient(graph, values)
    for variable, slopes in exact.items():
        for entry in np.ndindex(slopes.shape):
            tangent = tangents(graph, values, variable, entry)[graph.output]
            np.testing.assert_allclose(tangent, slopes[entry], rtol=1e-10, atol=1e-12)


LEAVES = st.sampled_from(["x", "y", "2", "0.5"])
FORMS = [
    "({0} + {1})",
    "({0} - {1})",
    "{0}*{1}",
    "sin({0})",
    "cos({0})",
    "tanh({0})",
    "sigmoid({0})",
    "exp(sin({0}))",
    "ln({0}^2 + 1)",
    "sqrt({0}^2 + 1)",
    "{0}/({1}^2 + 1)",
]
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.builds(lambda form, a, b: form.format(a, b), st.sampled_from(FORMS), inner, inner),
    max_leaves=12,
)


@settings(max_examples=50)
@given(EXPRESSIONS, st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_whole_expressions_pass_the_numerical_check_in_both_modes(text: str, x: float, y: float) -> None:
    graph = parse(text, {"x": x, "y": y})
    values = list(forward(graph))
    assume(max(np.abs(value).max() for value in values) < 1e4)
    exact = gradient(graph, values)
    assume(max((abs(float(slope)) for slope in exact.values()), default=0.0) < 1e4)
    for row in check(graph):
        assert row.numerical == pytest.approx(row.exact, rel=1e-4, abs=1e-4)
        assert tangents(graph, values, row.variable)[graph.output] == pytest.approx(row.exact, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("x^3", lambda x: 3 * x**2),
        ("x^x", lambda x: x**x * (np.log(x) + 1)),
        ("2^x", lambda x: 2**x * np.log(2)),
        ("e^(2x)", lambda x: 2 * np.exp(2 * x)),
        ("1/x", lambda x: -1 / x**2),
        ("ln(x)/x", lambda x: (1 - np.log(x)) / x**2),
        ("tan(x)", lambda x: 1 / np.cos(x) ** 2),
        ("x*x*x", lambda x: 3 * x**2),
        ("3", None),
        ("x", lambda x: 1.0),
        ("x - x", lambda x: 0.0),
    ],
)
def test_derivatives_known_from_school(text: str, slope: Callable[[float], float] | None) -> None:
    slopes = differentiate(text, {"x": 0.7})[1]
    assert ("x" in slopes) == (slope is not None)
    if slope is not None:
        assert slopes["x"] == pytest.approx(slope(0.7), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(("text", "expected"), [("x^2", 0.0), ("x^1", 1.0), ("x^0", 0.0), ("x*ln(x + 1)", 0.0)])
def test_derivatives_at_zero(text: str, expected: float) -> None:
    assert differentiate(text, {"x": 0})[1]["x"] == expected


def test_a_variable_the_result_does_not_use_has_slope_zero() -> None:
    slopes = differentiate("a = [1, 2]\nb = a * 3\nx^2", {"x": 2})[1]
    np.testing.assert_array_equal(slopes["a"], [0, 0])
    assert slopes["x"] == 4


def test_a_variable_used_often_adds_up_what_all_its_users_hand_back() -> None:
    graph = parse("x*y + x*x + 3x", {"x": 2, "y": 5})
    assert gradient(graph, list(forward(graph)))["x"] == 5 + 4 + 3


def test_a_layer_of_units_by_hand() -> None:
    """δ = (h − t) h (1 − h), ∂L/∂W = δ xᵀ, ∂L/∂x = Wᵀ δ."""
    slopes = differentiate(LAYER)[1]
    weights, x, t = np.array([[1.0, -2], [-1, 1]]), np.array([1.0, -1]), np.array([1.0, 0])
    h = 1 / (1 + np.exp(-(weights @ x + [1, 0])))
    delta = (h - t) * h * (1 - h)
    np.testing.assert_allclose(slopes["W"], np.outer(delta, x), rtol=1e-14)
    np.testing.assert_allclose(slopes["b"], delta, rtol=1e-14)
    np.testing.assert_allclose(slopes["x"], weights.T @ delta, rtol=1e-14)
    np.testing.assert_allclose(slopes["t"], t - h, rtol=1e-14)


class TestCorners:
    @pytest.mark.parametrize(
        ("text", "slopes"),
        [("relu(x)", [0.0]), ("abs(x)", [0.0]), ("max(x, y)", [0.5, 0.5]), ("min(x, y)", [0.5, 0.5])],
    )
    def test_a_corner_has_a_slope_and_a_note(self, text: str, slopes: list[float]) -> None:
        graph = parse(text, {"x": 0, "y": 0})
        values = list(forward(graph))
        [step] = backward(graph, values)
        assert [float(part.total) for part in step.contributions] == slopes
        assert all(part.note is not None and "the slope jumps" in part.note for part in step.contributions)
        assert any("the slope jumps" in line for line in gradient_lines(graph, step, values))

    def test_away_from_it_there_is_none(self) -> None:
        graph = parse("relu(x)", {"x": 0.1})
        [step] = backward(graph, list(forward(graph)))
        assert step.contributions[0].note is None


class TestDomains:
    @pytest.mark.parametrize(
        ("text", "x", "column", "words"),
        [
            ("1 + ln(x)", -1, 5, "not above 0"),
            ("ln(x)", 0, 1, "not above 0"),
            ("sqrt(x)", -1, 1, "square root of a negative"),
            ("1/x", 0, 2, "Division by zero"),
            ("0/x", 0, 2, "Division by zero"),
            ("x^-1", 0, 2, "division by zero"),
            ("x^0.5", -1, 2, "whole exponents only"),
            ("exp(x)", 1000, 1, "too large"),
            ("x*x", 1e200, 2, "too large"),
            ("10^x", 400, 3, "too large"),
        ],
    )
    def test_a_node_without_a_value_is_an_error_at_its_place(
        self, text: str, x: float, column: int, words: str
    ) -> None:
        graph = parse(text, {"x": x})
        with pytest.raises(DomainError, match=words) as caught:
            list(forward(graph))
        assert (caught.value.place.column, caught.value.node) == (column, graph.output if text != "1 + ln(x)" else 2)
        assert caught.value.to_dict()["node"] == caught.value.node

    @pytest.mark.parametrize(
        ("text", "x", "slope"),
        [
            ("sqrt(x)", 0, "∂J/∂x"),
            ("x^0.5", 0, "∂J/∂x"),
            ("2sqrt(x)", 0, "∂v_2/∂x"),
            ("(-2)^x", 2, "∂J/∂x"),
            ("0^x", 0, "∂J/∂x"),
        ],
    )
    def test_a_node_without_a_slope_is_an_error_on_the_way_back(self, text: str, x: float, slope: str) -> None:
        graph = parse(text, {"x": x})
        values = list(forward(graph))
        with pytest.raises(DomainError, match=f"{slope} has no finite value here"):
            gradient(graph, values)
        with pytest.raises(DomainError, match=f"{slope} has no finite value here"):
            tangents(graph, values, "x")

    def test_a_difference_too_large_to_be_held_is_none(self) -> None:
        (row,) = check(parse("1.7e308*sin(x)", {"x": 2 * np.pi * 3_183_098_862}))
        assert (row.numerical, row.agrees) == (None, False)
        assert row.trouble is not None
        assert "too large" in row.trouble

    @pytest.mark.parametrize("text", ["x = 3; x^2", "x = -3; x^2 + 3x", "x = -3.5"])
    def test_variables_given_in_the_text_are_checked_too(self, text: str) -> None:
        assert [row.agrees for row in check(parse(text))] == [True]

    @pytest.mark.parametrize("text", ["x^2", "x^3", "sqrt(x)", "ln(x)", "1/x", "3x", "sin(x)", "exp(x)"])
    @pytest.mark.parametrize("place", [20.0, 5000.0, 1e5, 1e6, 3e10, 1e15, 1e25, 1e100])
    def test_it_agrees_far_out(self, text: str, place: float) -> None:
        """A sine bends as much there as near 0, a power of x hardly at all: one step has to do for both."""
        if (text == "sin(x)" and place > 1e6) or (text == "exp(x)" and place > 20.0):
            return  # the numbers do not tell a wave from the next one, or the result is too large
        (row,) = check(parse(text, {"x": place}))
        assert row.agrees, row

    def test_it_is_divided_by_the_difference_that_was_taken(self) -> None:
        """At 10⁹ neighbouring numbers lie 10⁻⁷ apart, so that x ± h are off by 10⁻⁷ of h: a straight line shows it."""
        (row,) = check(parse("x", {"x": 1e9 + 1 / 3}))
        assert row.numerical == 1.0
        assert (1e9 + 1 / 3 + row.step) - (1e9 + 1 / 3 - row.step) != 2.0 * row.step

    def test_the_check_says_where_it_cannot_be_made(self) -> None:
        [row] = check(parse("ln(x)", {"x": 1e-9}))
        assert (row.numerical, row.agrees) == (None, False)
        assert row.trouble is not None
        assert "not above 0" in row.trouble
        json.dumps(row.to_dict(), allow_nan=False)


class TestForwardMode:
    def test_it_follows_one_variable_through_every_node(self) -> None:
        graph = parse("x*y + sin(x)", {"x": 2.0, "y": 3.0})
        found = dict(zip((node.text for node in graph.nodes), tangents(graph, list(forward(graph)), "x"), strict=True))
        assert found["x"] == 1.0
        assert found["y"] == 0.0
        assert found["x·y"] == 3.0
        assert found["sin(x)"] == np.cos(2.0)
        assert found["x·y + sin(x)"] == 3.0 + np.cos(2.0)

    def test_what_it_cannot_follow(self) -> None:
        graph = parse("sum(x)", {"x": [1, 2]})
        values = list(forward(graph))
        with pytest.raises(KeyError):
            tangents(graph, values, "y")
        with pytest.raises(IndexError, match="x has 1 indices, not 0"):
            tangents(graph, values, "x")
        with pytest.raises(IndexError):
            tangents(graph, values, "x", (2,))


def test_only_what_leads_from_a_variable_to_the_result_is_walked_back() -> None:
    graph = parse("a = x^2\nb = 2^3\nc = a*b\nsin(a) + b", {"x": 1})
    assert [graph.nodes[node].text for node in backward_order(graph)] == ["sin(a) + b", "sin(a)", "x^2"]


def test_the_example_in_the_docstring_holds() -> None:
    result = doctest.testmod(engine.autodiff)
    assert result.attempted == 6
    assert result.failed == 0


def test_a_domain_error_is_an_expression_error() -> None:
    with pytest.raises(ExpressionError):
        differentiate("1/x", {"x": 0})
