"""Reading expressions: what is meant by what is written, and every fault with its column and its remedy."""

import ast
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.autodiff
from engine.autodiff import ExpressionError, Walk, differentiate, forward, free_names, parse
from engine.autodiff.graph import MOST_NODES
from engine.autodiff.parsing import DEEPEST
from engine.autodiff.tokens import LONGEST_TEXT
from engine.autodiff.values import MOST_ENTRIES


def value(text: str, **values: Any) -> float:
    return differentiate(text, values)[0]


def fault(text: str, values: dict[str, Any] | None = None) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(text, values)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3*4", 14),
        ("2^3^2", 512),
        ("2**3", 8),
        ("-2^2", -4),
        ("-3^2", -9),
        ("2^-1", 0.5),
        ("--3", 3),
        ("2 - -3", 5),
        ("10 - 4 - 3", 3),
        ("16/4/2", 2),
        ("1/2x", 1.5),
        ("1/(2x)", 1 / 6),
        ("3x^2", 27),
        ("-3x^2", -27),
        ("2(x + 1)", 8),
        ("(x + 1)(x - 1)", 8),
        ("x(x + 1)", 12),
        ("2 sin(x) cos(x)", np.sin(6)),
        ("x e", 3 * np.e),
        ("2pi", 2 * np.pi),
        ("2π", 2 * np.pi),
        ("x² − x³", -18),
        ("2·x×2", 12),
        ("1e3", 1000),
        ("2e", 2 * np.e),
        (".5x", 1.5),
        ("log(e)", 1),
        ("max(1, x, 2)", 3),
        ("min(1, x, 2)", 1),
        ("relu(x - 5) + abs(x - 5)", 2),
        ("sqrt(x + 1) exp(0) tan(0) + tanh(0) + sigmoid(0)", 0.5),
        ("((((x))))", 3),
    ],
)
def test_what_is_meant(text: str, expected: float) -> None:
    assert value(text, x=3) == pytest.approx(expected, rel=1e-14)


def test_lines_of_array_code() -> None:
    code = """
    W = [[1, -2],     # a matrix over two lines
         [-1, 1]]
    b = [1, 0]; x = [1, -1]
    h = tanh(W @ x + b)

    sum((h - 0.5)^2) + mean(W.T) + x @ x
    """
    h = np.tanh([4.0, -2.0])
    assert value(code) == pytest.approx(((h - 0.5) ** 2).sum() - 0.25 + 2.0)


def test_the_last_line_is_the_result_and_may_have_a_name() -> None:
    graph = parse("a = 2\nb = a^3")
    assert graph.result == "b"
    assert parse("x^2", {"x": 2}).result == "J"
    assert parse("J = 3\nJ^2").result == "v_2"


def test_given_values_go_before_those_in_the_text() -> None:
    assert value("x = 2\nx^2") == 4
    assert value("x = 2\nx^2", x=5) == 25
    assert value("x = [1, 2]\nsum(x)", x=[[1, 2], [3, 4]]) == 10


def test_a_value_that_is_computed_is_no_variable() -> None:
    graph = parse("x = 2\ny = x + 0\ny^2")
    assert set(graph.variables) == {"x"}
    assert [node.name for node in graph.nodes if node.name] == ["x", "y"]


def test_what_is_written_twice_is_one_node() -> None:
    graph = parse("cos(sin(x^2) + 3x^2)", {"x": 1.0})
    assert [node.text for node in graph.nodes if node.inputs] == [
        "x^2",
        "sin(x^2)",
        "3·x^2",
        "sin(x^2) + 3·x^2",
        "cos(sin(x^2) + 3·x^2)",
    ]
    assert [node.id for node in graph.nodes if graph.nodes[2].id in node.inputs] == [3, 5]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a-(b-a)", "a − (b − a)"),
        ("a-b-a", "a − b − a"),
        ("(a+b)*c", "(a + b)·c"),
        ("a/(b*c)", "a / (b·c)"),
        ("(a^b)^c", "(a^b)^c"),
        ("a^(b+1)", "a^{b + 1}"),
        ("-(a+b)", "−(a + b)"),
        ("a*-2", "a·(−2)"),
        ("a + -b", "a + (−b)"),
        ("sqrt(a+b)", "√(a + b)"),
        ("(-a)^2", "(−a)^2"),
        ("h=a+b\nh^2", "h^2"),
    ],
)
def test_a_node_is_shown_with_the_brackets_it_needs(text: str, shown: str) -> None:
    graph = parse(text, {"a": 2.0, "b": 3.0, "c": 4.0})
    assert graph.nodes[graph.output].text == shown


def test_the_names_that_need_a_value() -> None:
    assert free_names("a = 3\nb + a*sin(c) + pi") == ["b", "c"]
    assert free_names("cos(x)") == ["x"]
    assert free_names("b = b + 1") == []


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "write an expression"),
        ("\n\n", 1, 1, "write an expression"),
        ("x + ", 1, 5, "Something is missing here"),
        ("x +\n y", 1, 4, "Something is missing here"),
        ("x + * 2", 1, 5, "* cannot stand here"),
        ("(x + 1", 1, 1, "never closed: add a )"),
        ("[1, 2", 1, 1, "never closed: add a ]"),
        ("x + 1)", 1, 6, "closes nothing"),
        ("()", 1, 2, "closes nothing"),
        ("2 3", 1, 3, "Write a sign before 3"),
        ("x 2", 1, 3, "* for a product, ^ for a power"),
        ("x ? 2", 1, 3, "The sign ? means nothing here"),
        ("x\x07", 1, 2, "This character means nothing here"),
        ("x . y", 1, 3, "A point stands alone"),
        ("sin x", 1, 1, "Write sin(…), with brackets"),
        ("1 + sinn(x)", 1, 5, "Did you mean sin?"),
        ("foo(x)", 1, 1, "There is no function foo. There are sin, cos"),
        ("sin(x, x)", 1, 1, "sin takes one value, not 2"),
        ("max(x)", 1, 1, "max takes two values or more, not 1"),
        ("y + 1", 1, 1, "y has no value. Give it one in a line before: y = 1.5."),
        ("xy", 1, 1, "For a product write x*y."),
        ("x1", 1, 1, "For a product write x*1."),
        ("a = 1\n  b + a", 2, 3, "b has no value"),
        ("a = 1\na = 2", 2, 1, "a has a value already"),
        ("pi = 3", 1, 1, "pi has its meaning already"),
        ("sin = 3", 1, 1, "sin has its meaning already"),
        ("x + a = 3", 1, 5, "a has no value"),
        ("x + 1 = 3", 1, 7, "Only a name can be given a value"),
        ("1, 2", 1, 2, ", cannot stand here"),
        ("x[0]", 1, 2, "Single entries cannot be taken out"),
        ("1e999", 1, 1, "too large"),
        ("a = [1, x]\nsum(a)", 1, 9, "An array holds numbers and lists of numbers"),
        ("a = [[1], [1, 2]]\nsum(a)", 1, 5, "differ in length"),
        ("a = [[[1]]]\nsum(a)", 1, 5, "no deeper"),
        ("a = [1, [2]]\nsum(a)", 1, 5, "every row alike"),
        ("[1, 2]", 1, 1, "End with a single number"),
        ("sum([1, 2] + [1, 2, 3])", 1, 12, "Sum needs arrays of one shape, not [2] and [3]"),
        ("sum([1, 2] @ [1, 2, 3])", 1, 12, "2 are not 3"),
        ("sum(x @ [1])", 1, 7, "write * for a product with a number"),
        ("v" * 41, 1, 1, "This name is too long"),
    ],
)
def test_every_fault_has_its_place_and_remedy(text: str, line: int, column: int, words: str) -> None:
    error = fault(text, {"x": 1.0})
    assert words in error.message
    assert (error.place.line, error.place.column) == (line, column)
    assert error.to_dict() == {"message": error.message, "line": line, "column": column}
    assert str(error) == f"line {line}, column {column}: {error.message}"


@pytest.mark.parametrize(
    "bad", [None, "1", True, float("nan"), float("inf"), 10**400, {}, [], [[]], [1, "2"], [[1], [2, 3]]]
)
def test_values_must_be_numbers_or_lists_of_them(bad: Any) -> None:
    assert fault("x + 1", {"x": bad}).message.startswith("The value of x: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" + " " * LONGEST_TEXT, "too long"),
        ("(" * (DEEPEST + 1) + "x" + ")" * (DEEPEST + 1), "nested too deeply"),
        ("-" * (DEEPEST + 2) + "x", "nested too deeply"),
        ("x^" * (DEEPEST + 1) + "x", "nested too deeply"),
        ("sum(" + "[" * (DEEPEST + 1), "nested too deeply"),
        ("+".join(["x"] * (MOST_NODES + 2)), "at most"),
        ("sum(a*b)", f"{MOST_ENTRIES} entries are allowed"),
        ("sum(c)", f"it may have {MOST_ENTRIES} entries"),
        ("sum([" + "0," * (MOST_ENTRIES - 1) + "0,0])", "too long"),
    ],
)
def test_work_is_bounded(text: str, words: str) -> None:
    row = [0.0] * 40
    values = {"x": 1.0, "a": [row], "b": [[number] for number in row], "c": [0.0] * (MOST_ENTRIES + 1)}
    assert words in fault(text, values).message


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "x.__class__",
        "().__class__",
        "[].append",
        "lambda: 0",
        "x if x else x",
        "{x}",
        "x.T.real",
        "open(x)",
    ],
)
def test_python_is_not_spoken_here(text: str) -> None:
    fault(text, {"x": 1.0})


def test_the_parser_runs_nothing() -> None:
    folder = Path(engine.autodiff.__file__).parent
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.glob("*.py")]
    names = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert len(trees) > 8
    assert not names & {"eval", "exec", "compile", "__import__", "getattr"}


PIECES = st.sampled_from(
    [
        "x",
        "y",
        "2",
        "0",
        "1e308",
        "+",
        "-",
        "*",
        "/",
        "^",
        "@",
        "(",
        ")",
        "sin(",
        "ln(",
        "sqrt(",
        "[1, 2]",
        ".T",
        "=",
        ",",
        "\n",
        " ",
    ]
)


@settings(max_examples=80)
@given(st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=14).map("".join)), st.floats(-3, 3))
def test_any_text_is_walked_or_refused_and_nothing_is_ever_nan(text: str, x: float) -> None:
    values = {"x": x, "y": [x, 1.0]}
    try:
        walk = Walk.of(text, values)
    except ExpressionError:
        assert fault(text, values).message[-1] in ".?"
    else:
        walk.position = len(walk.steps)
        json.dumps(walk.to_dict(), allow_nan=False)


def test_a_graph_is_json() -> None:
    graph = parse("W = [[1, 2], [3, 4]]\nsum(W @ x) + pi", {"x": [1, 2]})
    document = json.loads(json.dumps(graph.to_dict(), allow_nan=False))
    assert document["variables"] == {"W": [[1, 2], [3, 4]], "x": [1, 2]}
    assert [node["shape"] for node in document["nodes"]][:3] == [[2, 2], [2], [2]]
    assert document["nodes"][document["output"]]["symbol"] == "J"
    assert len(list(forward(graph))) == len(document["nodes"])
