"""Threshold units, truth tables, and the networks made of them by hand."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.classic import GATES, XOR_NETWORKS, ThresholdNetwork, ThresholdUnit
from engine.classic.threshold import step

LOWS = (-1.0, 0.0)


@pytest.mark.parametrize("low", LOWS)
def test_the_threshold_is_one_above_zero_only(low: float) -> None:
    assert [step(total, low) for total in (-2.0, 0.0, 1e-300)] == [low, low, 1.0]


def test_a_unit_fires_when_its_sum_passes_the_threshold() -> None:
    unit = ThresholdUnit((1.0, -2.0), 0.5)
    assert unit.total((3.0, 1.0)) == 0.5
    assert unit.output((3.0, 1.0)) == 1.0
    assert unit.output((2.5, 1.0)) == -1.0
    assert unit.line((3.0, 1.0)) == "Θ(1·3 − 2·1 − 0.5) = Θ(0.5) = 1"


def test_a_unit_says_how_many_inputs_it_has() -> None:
    with pytest.raises(ValueError, match=r"2 weights: give as many inputs, not 3"):
        ThresholdUnit((1.0, 1.0), 0.0).output((1.0, 1.0, 1.0))


@pytest.mark.parametrize("low", LOWS)
@pytest.mark.parametrize("name", [name for name, gate in GATES.items() if gate.weights is not None])
def test_the_unit_of_a_gate_computes_its_truth_table(name: str, low: float) -> None:
    unit = GATES[name].unit(low)
    assert unit is not None
    for *inputs, target in GATES[name].examples(low):
        assert unit.output(inputs) == target


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("and", lambda x, y: x and y),
        ("or", lambda x, y: x or y),
        ("xor", lambda x, y: x != y),
        ("not", lambda x: not x),
    ],
)
def test_truth_tables(name: str, function: object) -> None:
    assert callable(function)
    gate = GATES[name]
    assert gate.examples(0.0) == [
        (*map(float, row), float(function(*row))) for row in product((False, True), repeat=gate.inputs)
    ]


@given(st.tuples(*[st.floats(-10, 10)] * 3))
def test_no_unit_computes_xor(numbers: tuple[float, float, float]) -> None:
    assert GATES["xor"].unit() is None
    unit = ThresholdUnit(numbers[:2], numbers[2])
    assert any(unit.output(inputs) != target for *inputs, target in GATES["xor"].examples())


@pytest.mark.parametrize("network", XOR_NETWORKS.values(), ids=list(XOR_NETWORKS))
class TestNetworks:
    def test_it_computes_xor(self, network: ThresholdNetwork) -> None:
        for *inputs, target in GATES["xor"].examples(0.0):
            assert network.output(inputs) == target

    def test_every_unit_shows_what_it_read_and_what_it_made_of_it(self, network: ThresholdNetwork) -> None:
        readings = network.look((1.0, 0.0))
        assert [reading.name for reading in readings] == [named.name for named in network.units]
        for reading, named in zip(readings, network.units, strict=True):
            shown = reading.to_dict()
            assert shown["total"] == named.unit.total(shown["inputs"])
            assert shown["output"] == step(shown["total"], 0.0)
            assert shown["line"].startswith(f"{named.name} = Θ(")
            assert shown["reads"] == list(named.reads)

    def test_it_says_what_it_reads(self, network: ThresholdNetwork) -> None:
        with pytest.raises(ValueError, match=r"reads x, y: give as many inputs, not 1"):
            network.look([1.0])

    def test_its_words_fit_a_line(self, network: ThresholdNetwork) -> None:
        assert 10 <= len(network.explanation) <= 125
        assert network.formula.startswith("o = Θ(")


def test_the_gates_have_words() -> None:
    for name, gate in GATES.items():
        assert gate.name == name
        assert 10 <= len(gate.explanation) <= 125
        assert gate.formula
