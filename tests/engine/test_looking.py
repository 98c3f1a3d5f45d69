"""Looking: the plain forward pass, on a network small enough to write down."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.looking import classes_of, feature_values, look
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


# Classes.

EACH_STEP = {"samples": 100, "length": 6}
LAYERS: dict[str, list[Any]] = {
    "running_parity": [],
    "characters": [{"kind": "embedding", "units": 3}, {"kind": "lstm", "units": 3, "returns": "all"}],
}


@pytest.mark.parametrize("kind", ["running_parity", "characters"])
def test_each_step_has_a_class_of_its_own(kind: str) -> None:
    spec = RunSpec.from_dict({"dataset": {"kind": kind, **EACH_STEP}, "features": [], "layers": LAYERS[kind]})
    population = Population([spec, spec.replace(seed=3)])
    population.advance(30)
    data = population.tables[0].dataset
    outputs = population.predict(data.test_inputs)
    found = population.classify(outputs)
    answers = outputs.reshape(2, len(data.test_inputs), spec.form.steps, -1)
    expected = answers.argmax(axis=-1) if answers.shape[-1] > 1 else answers[..., 0] > 0.5
    assert spec.form.steps == found.shape[2]
    np.testing.assert_array_equal(found, expected)
    shown = population.probe("probabilities", part="test", example=2)["predicted"]
    np.testing.assert_array_equal(found[:, 2], shown)
    if kind == "running_parity":
        right = (found == data.test_labels).mean(axis=(1, 2))
        np.testing.assert_allclose(right, population.accuracy()["test"])


def test_an_answer_that_is_not_whole_has_no_classes() -> None:
    spec = RunSpec.from_dict({"dataset": {"kind": "running_parity", **EACH_STEP}, "features": [], "layers": []})
    assert classes_of(spec, np.zeros((4, 6))).shape == (4, 6)
    with pytest.raises(ValueError, match="Give all 6 outputs of the network, not 2"):
        classes_of(spec, np.zeros((4, 2)))
    with pytest.raises(ValueError, match="Give all 1 outputs of the network, not 3"):
        classes_of(make_spec(), np.zeros((4, 3)))
