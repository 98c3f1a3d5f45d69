"""Wiring: widths, sources and names of plain stacks and of graphs with skip connections."""

import math
from dataclasses import replace

import pytest
from hypothesis import given

from engine.datasets import DatasetShape
from engine.layers import DenseSpec
from engine.layers.convolution import ConvolutionSpec
from engine.layers.merge import FlattenSpec
from engine.layers.pooling import MaxPoolingSpec
from engine.spec import RunSpec
from engine.wiring import Wire, WiringError, layer_names, wire
from tests.engine.strategies import SPECS

OUTPUT = DenseSpec(1, "sigmoid")


def test_a_stack_reads_the_layer_before() -> None:
    first, second = DenseSpec(4), DenseSpec(3, "relu")
    assert wire((2,), (first, second), OUTPUT) == (
        Wire("layer1", first, (0,), (2,), (4,)),
        Wire("layer2", second, (1,), (4,), (3,)),
        Wire("output", OUTPUT, (2,), (3,), (1,)),
    )


def test_without_hidden_layers_the_output_reads_the_features() -> None:
    assert wire((5,), (), OUTPUT) == (Wire("output", OUTPUT, (0,), (5,), (1,)),)


def test_named_inputs_are_joined_in_their_order() -> None:
    layers = (DenseSpec(4, name="a"), DenseSpec(3), DenseSpec(2, inputs=("layer2", "features", "a")))
    joined = wire((2,), layers, OUTPUT)[2]
    assert joined.sources == (2, 0, 1)
    assert joined.in_features == 3 + 2 + 4


@pytest.mark.parametrize(
    ("units", "parameters"), [((), 3), ((4,), 12 + 5), ((4, 2), 12 + 10 + 3), ((8, 8, 8), 24 + 72 + 72 + 9)]
)
def test_parameters_are_weights_and_biases(units: tuple[int, ...], parameters: int) -> None:
    assert sum(layer.parameters for layer in wire((2,), [DenseSpec(count) for count in units], OUTPUT)) == parameters


def test_shapes_follow_from_layer_to_layer() -> None:
    layers = (ConvolutionSpec(4, 3, padding="same"), MaxPoolingSpec(), ConvolutionSpec(2, 3), DenseSpec(5))
    wires = wire((1, 8, 8), layers, OUTPUT)
    assert [layer.outputs for layer in wires] == [(4, 8, 8), (4, 4, 4), (2, 2, 2), (5,), (1,)]
    assert [layer.parameters for layer in wires] == [4 * 10, 0, 2 * 37, 5 * 9, 6]


def test_a_layer_that_cannot_take_what_it_reads_is_named() -> None:
    with pytest.raises(WiringError, match="does not fit into 2 × 2") as caught:
        wire((1, 4, 4), (MaxPoolingSpec(), ConvolutionSpec(1, 3)), OUTPUT)
    assert (caught.value.place, caught.value.field) == (1, "kernel_size")


WORDS = DatasetShape("classification", ("no", "yes"), "tokens", (6,), vocabulary_size=9)
STEPS = DatasetShape("classification", (0, 1, 2), "sequence", (6, 2), steps=6)


def test_words_are_looked_up_before_anything_else() -> None:
    with pytest.raises(WiringError, match="put an embedding before it"):
        wire((6,), (DenseSpec(3),), OUTPUT, WORDS)


def test_an_answer_for_every_step_needs_the_steps_kept() -> None:
    assert wire((6, 2), (DenseSpec(4),), DenseSpec(3), STEPS)[-1].outputs == (6, 3)
    with pytest.raises(WiringError, match="an answer for each of the 6 steps") as caught:
        wire((6, 2), (FlattenSpec(),), DenseSpec(3), STEPS)
    assert caught.value.place == 1
    with pytest.raises(WiringError, match="one answer for the whole sequence; flatten it"):
        wire((6, 2), (DenseSpec(4),), OUTPUT, replace(STEPS, steps=None))


def test_layers_without_a_name_are_called_by_their_place() -> None:
    assert layer_names([DenseSpec(), DenseSpec(name="middle"), DenseSpec()]) == ["layer1", "middle", "layer3"]


@given(SPECS)
def test_every_layer_reads_earlier_ones(spec: RunSpec) -> None:
    widths = [math.prod(spec.inputs), *(layer.units for layer in spec.wires)]
    for place, layer in enumerate(spec.wires, start=1):
        assert all(source < place for source in layer.sources)
        assert layer.in_features == sum(widths[source] for source in layer.sources)
    assert len({layer.name for layer in spec.wires}) == len(spec.wires)
    assert spec.wires[-1].units == spec.output_units
