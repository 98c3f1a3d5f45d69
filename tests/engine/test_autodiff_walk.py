"""Walking a graph node by node: the formulas of every step, going on, going back, and where the numbers end."""

import json
from typing import Any

import numpy as np
import pytest

from engine.autodiff import OPERATIONS, DomainError, Walk, forward, gradient, parse
from engine.autodiff.passes import backward
from engine.autodiff.words import gradient_lines, value_line

LAYER = """
W = [[1, -2], [-1, 1]]
b = [1, 0]
x = [1, -1]
t = [1, 0]
h = sigmoid(W @ x + b)
L = sum((h - t)^2) / 2
"""


class TestWords:
    def test_values_in_symbols_and_in_numbers(self) -> None:
        graph = parse("a = [1, -2]\nh = -3x^2 + sum(a)\nln(h^2)", {"x": -1.5})
        values = list(forward(graph))
        assert [value_line(graph, node, values) for node in graph.nodes if node.inputs] == [
            "v_4 = x^2 = (−1.5)^2 = 2.25",
            "v_5 = (−3)·v_4 = (−3)·2.25 = −6.75",
            "v_6 = sum(a) = sum([1, −2]) = −1",
            "h = v_5 + v_6 = −6.75 + (−1) = −7.75",
            "v_8 = h^2 = (−7.75)^2 = 60.0625",
            "J = ln(v_8) = ln(60.0625) = 4.09539",
        ]

    def test_derivatives_in_symbols_and_in_numbers(self) -> None:
        graph = parse("x*y + x^2", {"x": -3.0, "y": 2.0})
        values = list(forward(graph))
        lines = [gradient_lines(graph, step, values) for step in backward(graph, values)]
        assert lines == [
            ["∂J/∂v_2 = 1", "∂J/∂v_4 = 1"],
            ["∂v_4/∂x = 2·x^{2 − 1} = 2·(−3)^{2 − 1} = −6", "∂J/∂x = ∂J/∂v_4·∂v_4/∂x = 1·(−6) = −6"],
            [
                "∂v_2/∂x = y = 2",
                "∂J/∂x = −6 + ∂J/∂v_2·∂v_2/∂x = −6 + 1·2 = −4",
                "∂v_2/∂y = x = −3",
                "∂J/∂y = ∂J/∂v_2·∂v_2/∂y = 1·(−3) = −3",
            ],
        ]

    def test_a_number_that_is_repeated_collects_the_derivatives_of_its_copies(self) -> None:
        graph = parse("v = x * [1, 2]\nsum(v)", {"x": 3})
        values = list(forward(graph))
        last = list(backward(graph, values))[-1]
        assert gradient_lines(graph, last, values)[1] == "∂J/∂x = Σ ∂J/∂v·∂v/∂x = Σ [1, 1]·[1, 2] = 3"

    def test_array_operations_give_their_rule(self) -> None:
        walk = Walk.of(LAYER)
        lines = [line for step in walk.steps for line in step.lines]
        assert "v_4 = W @ x = [[1, −2], [−1, 1]] @ [1, −1] = [3, −2]" in lines
        assert any(line.startswith("∂L/∂W = ∂L/∂v_4 @ x.T = [[") for line in lines)
        assert any(line.startswith("∂L/∂x = W.T @ ∂L/∂v_4 = [") for line in lines)

    @pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
    def test_the_table_has_words_and_a_rule(self, operation: Any) -> None:
        assert 10 <= len(operation.explanation) <= 125
        assert operation.explanation.endswith(".")
        assert operation.formula.startswith("v")
        assert operation.rule.startswith("∂")
        assert len(operation.slopes) == operation.arity


class TestWalk:
    @pytest.mark.parametrize("text", ["cos(sin(x^2) + 3x^2)", LAYER, "x", "3", "sum([1, 2] * x)"])
    def test_it_goes_forward_then_back_and_every_step_can_be_undone(self, text: str) -> None:
        walk = Walk.of(text, {"x": 1.0} if text != LAYER else None)
        shown = [walk.to_dict()]
        while walk.phase != "done":
            walk.step()
            shown.append(walk.to_dict())
        kinds = [step.kind for step in walk.steps]
        assert kinds == sorted(kinds, key=["value", "start", "hand back"].index)
        with pytest.raises(ValueError, match="This is the end"):
            walk.step()
        for before in reversed(shown[:-1]):
            walk.back()
            assert walk.to_dict() == before
        with pytest.raises(ValueError, match="This is the start"):
            walk.back()

    def test_at_the_end_the_derivatives_are_those_of_the_gradient(self) -> None:
        walk = Walk.of(LAYER)
        walk.position = len(walk.steps)
        exact = gradient(walk.graph, list(forward(walk.graph)))
        for name, node in walk.graph.variables.items():
            np.testing.assert_array_equal(walk.gradients[node], exact[name])

    def test_one_node_at_a_time(self) -> None:
        walk = Walk.of("cos(sin(x^2) + 3x^2)", {"x": 1.0})
        assert set(walk.values) == {0, 1, 4}
        assert walk.step().node == 2
        assert set(walk.values) == {0, 1, 2, 4}
        assert walk.gradients == {}
        walk.forward_to(7)
        assert walk.phase == "backward"
        assert walk.step().lines == ("∂J/∂J = 1",)
        assert walk.gradients == {7: 1.0}
        walk.backward_to(5)
        assert set(walk.gradients) == {7, 6, 5, 3, 2}
        walk.forward_to(3)
        assert walk.gradients == {}
        assert walk.to_dict()["next"] == 5
        for missing in (0, 1, 99):
            with pytest.raises(ValueError, match=f"Node {missing} has no such step"):
                walk.forward_to(missing)

    def test_where_there_is_no_number_the_walk_ends_and_says_why(self) -> None:
        walk = Walk.of("2 + sqrt(x) + ln(x - 1)", {"x": 0.5})
        while walk.position < len(walk.steps):
            assert walk.to_dict()["trouble"] is None
            walk.step()
        assert walk.phase == "forward"
        trouble = walk.to_dict()["trouble"]
        assert (trouble["column"], trouble["node"]) == (15, 6)
        with pytest.raises(DomainError, match="not above 0"):
            walk.step()
        with pytest.raises(DomainError):
            walk.forward_to(7)
        assert walk.back().lines[0].startswith("v_5 = x − 1")

    def test_on_the_way_back_too(self) -> None:
        walk = Walk.of("3sqrt(x)", {"x": 0})
        walk.position = len(walk.steps)
        assert walk.phase == "backward"
        assert "no finite value" in walk.to_dict()["trouble"]["message"]

    def test_it_is_json(self) -> None:
        walk = Walk.of(LAYER)
        for _ in range(len(walk.steps)):
            walk.step()
            json.dumps(walk.to_dict(), allow_nan=False)
