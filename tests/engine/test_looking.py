"""Looking: the plain forward pass, on a network small enough to write down."""

import numpy as np

from engine import Population, RunSpec
from engine.looking import feature_values, look
from engine.network import Network
from tests.engine.numeric import make_spec


def test_a_graph_with_a_skip_connection() -> None:
    layers = [
        {"units": 1, "activation": "relu"},
        {"units": 1, "activation": "linear", "inputs": ["layer1", "features"]},
    ]
    network = Network(make_spec(layers=layers, features=["x1", "x1x2"]))
    theta = np.array([[1.0, 2.0, -1.0, 10.0, 0.5, 0.25, 3.0, 1.0, 0.0]])
    first, second, last = look(network, theta, np.array([[1.0, 2.0], [-1.0, 1.0]]))
    np.testing.assert_array_equal(first.sums, [[[4.0, -4.0]]])
    np.testing.assert_array_equal(first.outputs, [[[4.0, 0.0]]])
    np.testing.assert_array_equal(second.outputs, [[[44.0, 2.25]]])
    np.testing.assert_allclose(last.outputs, 1 / (1 + np.exp(-second.outputs)))


def test_features_are_those_of_the_network_in_its_order() -> None:
    network = Network(make_spec(features=["x2", "x1_squared"]))
    np.testing.assert_array_equal(feature_values(network, np.array([[3.0, 4.0]])), [[4.0], [9.0]])


def test_a_sentence_ends_where_only_padding_follows() -> None:
    layers = [{"kind": "embedding", "units": 3}, {"kind": "lstm", "units": 2}]
    population = Population(
        [RunSpec.from_dict({"dataset": {"kind": "sentiment"}, "layers": layers, "dtype": "float64"})]
    )
    sentences = population.tables[0].dataset.test_inputs[:5]
    told = [population.probe("probabilities", example=place)["outputs"][0] for place in range(5)]
    assert (sentences[:, -1] == 0.0).any()
    np.testing.assert_allclose(population.predict(sentences)[0], told, rtol=1e-6)
