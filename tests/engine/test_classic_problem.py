"""What a unit is asked to learn: read strictly, and every fault named with its place and its remedy."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.classic import GATES, RULES, UnitProblem, UnitTraining
from engine.classic.problem import FIELDS
from engine.errors import SpecError
from tests.engine.strategies import JSON

ROWS = [[0.5, 1, 1], [-1, 2, -1]]


def faults(document: Any) -> dict[str, str]:
    with pytest.raises(SpecError) as caught:
        UnitProblem.from_dict(document)
    return {issue.pointer: issue.message for issue in caught.value.errors}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("low", [-1, 0])
def test_a_gate_becomes_its_examples(rule: str, gate: str, low: int) -> None:
    problem = UnitProblem.from_dict({"rule": rule, "gate": gate, "low": low})
    assert [(*example.inputs, example.target) for example in problem.examples] == GATES[gate].examples(low)
    assert problem.weights == (0.0,) * GATES[gate].inputs
    assert problem.low == low
    assert problem.middle == (1 + low) / 2


def test_given_examples_weights_and_rates_are_taken() -> None:
    document = {"rule": "adaline", "examples": ROWS, "learning_rate": 0.25, "weights": [1, 2], "threshold": -3}
    problem = UnitProblem.from_dict(document)
    assert problem.examples[1].inputs == (-1.0, 2.0)
    assert (problem.weights, problem.threshold, problem.learning_rate) == ((1.0, 2.0), -3.0, 0.25)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("rows", [ROWS, [[1, 0], [2, 1]], [[3, 1], [4, 1]]])
def test_it_comes_back_from_json(rule: str, rows: list[list[float]]) -> None:
    problem = UnitProblem.from_dict({"rule": rule, "examples": rows, "low": 0})
    assert UnitProblem.from_dict(json.loads(json.dumps(problem.to_dict()))) == problem


def test_targets_of_a_regression_have_no_middle() -> None:
    assert UnitProblem.from_dict({"rule": "adaline", "examples": [[1, 0.3], [2, 1]]}).middle is None


@pytest.mark.parametrize(
    ("document", "pointer", "words"),
    [
        ([], "", "Give an object"),
        ({"gate": "and", "rate": 1}, "/rate", "not known"),
        ({"rule": "perceptrom", "gate": "and"}, "/rule", "Did you mean perceptron?"),
        ({"gate": "nor"}, "/gate", "Choose one of and, or, not, xor"),
        ({}, "/examples", "either examples or a gate"),
        ({"gate": "and", "examples": ROWS}, "/examples", "either examples or a gate"),
        ({"gate": "and", "low": 0.5}, "/low", "too large"),
        ({"gate": "and", "low": -0.5}, "/low", "−1 or 0"),
        ({"examples": []}, "/examples", "too short"),
        ({"examples": [[1, 1]] * 501}, "/examples", "too long"),
        ({"examples": [[1]]}, "/examples/0", "too short"),
        ({"examples": [[0] * 17 + [1]]}, "/examples/0", "too long"),
        ({"examples": [[1, 2, 1], [1, 1]]}, "/examples/1", "too short"),
        ({"examples": [[1, float("nan"), 1]]}, "/examples/0/1", "not a finite number"),
        ({"examples": [[1, 1e7, 1]]}, "/examples/0/1", "too large"),
        ({"examples": [[1, 1], [1, 0.5]]}, "/examples/1/1", "choose an ADALINE rule"),
        ({"examples": [[1, -1], [1, 0]]}, "/examples/1/1", "Give targets −1 and 1, or 0 and 1"),
        ({"gate": "and", "learning_rate": 0}, "/learning_rate", "too small"),
        ({"gate": "and", "learning_rate": True}, "/learning_rate", "this is true or false"),
        ({"gate": "and", "weights": [1]}, "/weights", "weights, one for each input"),
        ({"gate": "and", "weights": [1, "2"]}, "/weights/1", "this is a text"),
        ({"gate": "and", "threshold": float("inf")}, "/threshold", "not a finite number"),
    ],
)
def test_every_fault_has_its_place_and_remedy(document: Any, pointer: str, words: str) -> None:
    assert words in faults(document)[pointer]


def test_several_faults_are_named_at_once() -> None:
    assert set(faults({"rule": 1, "gate": "and", "low": None, "threshold": []})) == {"/rule", "/low", "/threshold"}


@settings(max_examples=50)
@given(st.one_of(JSON, st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON))))
def test_whatever_is_sent_is_either_taken_or_refused_in_words(document: Any) -> None:
    try:
        problem = UnitProblem.from_dict(document)
    except SpecError:
        messages = faults(document).values()
        assert all(message.endswith((".", "?")) for message in messages)
    else:
        UnitTraining(problem).step()
