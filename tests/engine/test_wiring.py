"""Wiring: widths, sources and names of plain stacks and of graphs with skip connections."""

import pytest
from hypothesis import given

from engine.layers import DenseSpec
from engine.spec import RunSpec
from engine.wiring import Wire, layer_names, wire
from tests.engine.strategies import SPECS

OUTPUT = DenseSpec(1, "sigmoid")


def test_a_stack_reads_the_layer_before() -> None:
    assert wire(2, (DenseSpec(4), DenseSpec(3, "relu")), OUTPUT) == (
        Wire("layer1", 4, "tanh", (0,), 2),
        Wire("layer2", 3, "relu", (1,), 4),
        Wire("output", 1, "sigmoid", (2,), 3),
    )


def test_without_hidden_layers_the_output_reads_the_features() -> None:
    assert wire(5, (), OUTPUT) == (Wire("output", 1, "sigmoid", (0,), 5),)


def test_named_inputs_are_joined_in_their_order() -> None:
    layers = (DenseSpec(4, name="a"), DenseSpec(3), DenseSpec(2, inputs=("layer2", "features", "a")))
    joined = wire(2, layers, OUTPUT)[2]
    assert joined.sources == (2, 0, 1)
    assert joined.in_features == 3 + 2 + 4


@pytest.mark.parametrize(
    ("units", "parameters"), [((), 3), ((4,), 12 + 5), ((4, 2), 12 + 10 + 3), ((8, 8, 8), 24 + 72 + 72 + 9)]
)
def test_parameters_are_weights_and_biases(units: tuple[int, ...], parameters: int) -> None:
    assert sum(layer.parameters for layer in wire(2, [DenseSpec(count) for count in units], OUTPUT)) == parameters


def test_layers_without_a_name_are_called_by_their_place() -> None:
    assert layer_names([DenseSpec(), DenseSpec(name="middle"), DenseSpec()]) == ["layer1", "middle", "layer3"]


@given(SPECS)
def test_every_layer_reads_earlier_ones(spec: RunSpec) -> None:
    widths = [len(spec.features), *(layer.units for layer in spec.wires)]
    for place, layer in enumerate(spec.wires, start=1):
        assert all(source < place for source in layer.sources)
        assert layer.in_features == sum(widths[source] for source in layer.sources)
    assert len({layer.name for layer in spec.wires}) == len(spec.wires)
    assert spec.wires[-1].units == spec.output_units
