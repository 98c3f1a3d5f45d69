"""Networks: where parameters lie, what they cost, where they start."""

import json
from typing import Any

import numpy as np
from hypothesis import given, settings

from engine import Network, Population, RunSpec, cost
from engine.network import initial_parameters
from tests.engine.numeric import make_spec
from tests.engine.strategies import SPECS


def layer(name: str, units: int, activation: str, source: str, offset: int, rows: int) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "dense",
        "units": units,
        "activation": activation,
        "inputs": [source],
        "offset": offset,
        "shape": [rows, units],
        "output": [units],
        "blocks": [{"name": "weights", "offset": offset, "shape": [rows, units], "biases": True}],
    }


def test_layers_tell_where_their_matrices_lie() -> None:
    assert Network(make_spec((4, 2))).describe() == {
        "features": ["x1", "x2"],
        "layers": [
            layer("layer1", 4, "tanh", "features", 0, 3),
            layer("layer2", 2, "tanh", "layer1", 12, 5),
            layer("output", 1, "sigmoid", "layer2", 22, 3),
        ],
        "parameters": 25,
    }


@given(SPECS)
def test_matrices_cover_a_row_of_parameters_exactly(spec: RunSpec) -> None:
    network = Network(spec)
    rows = np.zeros((2, network.parameters))
    for matrix in network.matrices(rows):
        matrix += 1.0
    np.testing.assert_array_equal(rows, 1.0)
    assert json.loads(json.dumps(network.describe())) == network.describe()


@given(SPECS)
def test_the_mask_marks_all_but_the_biases(spec: RunSpec) -> None:
    network = Network(spec)
    assert network.weight_mask().sum() == network.parameters - sum(wire.units for wire in network.wires)


@settings(max_examples=30)
@given(SPECS)
def test_every_valid_specification_can_be_trained(spec: RunSpec) -> None:
    population = Population([spec])
    population.advance(3)
    assert np.isfinite(population.theta).all()
    if spec.initial is not None:
        population.reset(0)
        assert population.biases(0) == [np.array(row, spec.dtype).tolist() for row in spec.initial.biases]


def test_float32_and_float64_start_alike() -> None:
    start = initial_parameters(make_spec())
    single = Population([make_spec()])
    np.testing.assert_array_equal(single.theta[0], start.astype(np.float32))


def test_cost_counts_parameters_and_work() -> None:
    found = cost(make_spec((4, 2)))
    assert found.parameters == 25
    assert found.multiply_adds == 2 * 25 + 4 * 2 + 2 * 1
    assert found.bytes == 4 * (6 * 25 + 4 * (5 + 3 + 2) * 10)
    assert cost(make_spec((4, 2), batch_size=9999)).bytes == 4 * (6 * 25 + 4 * (5 + 3 + 2) * 30)


def test_cost_allocates_nothing_for_the_largest_network() -> None:
    spec = make_spec((512, 512, 512, 512), batch_size=900, dataset={"kind": "circle", "samples": 5000})
    assert cost(spec).parameters > 780_000
    assert 25e6 < cost(spec).bytes < 60e6
