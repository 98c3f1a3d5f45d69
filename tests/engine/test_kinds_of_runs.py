"""Runs of other kinds: reconstruction, disturbed training, frozen layers, skip connections by addition."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec, SpecError
from engine.network import Network
from tests.engine.numeric import make_spec

DENOISER: dict[str, Any] = {
    "layers": [{"kind": "noise", "deviation": 0.5}, {"units": 6}, {"units": 2}],
    "loss": "reconstruction",
    "optimizer": {"learning_rate": 0.05},
}
DROPPING: dict[str, Any] = {"layers": [{"units": 8}, {"kind": "dropout", "rate": 0.3}, {"units": 4}]}


def spec_of(**fields: Any) -> RunSpec:
    return RunSpec.from_dict({"dataset": {"kind": "spiral", "samples": 60}, **fields})


def test_to_reconstruct_is_to_give_the_inputs_back() -> None:
    spec = spec_of(**DENOISER | {"layers": [{"units": 2, "activation": "linear"}], "features": ["x2", "x1"]})
    assert (spec.task, spec.output_units, spec.output.activation) == ("reconstruction", 2, "linear")
    population = Population([spec])
    table = population.tables[0]
    np.testing.assert_array_equal(table.train[:, :2], table.train[:, 3:])
    before = population.losses()["test"][0]
    population.advance_epochs(60)
    assert population.losses()["test"][0] < 0.02 * before
    assert population.accuracy() == {}
    with pytest.raises(ValueError, match="A reconstruction has no classes"):
        population.classify(np.zeros((1, 3, 2)))


def test_the_loss_is_half_the_squared_distance_to_the_inputs() -> None:
    population = Population([spec_of(loss="reconstruction", dtype="float64")])
    points = population.tables[0].dataset.test_inputs
    distance = population.predict(points)[0] - points
    assert population.losses()["test"][0] == pytest.approx(0.5 * (distance**2).sum(axis=1).mean(), rel=1e-12)


def test_softmax_cannot_reconstruct() -> None:
    with pytest.raises(SpecError) as caught:
        spec_of(loss="reconstruction", output={"activation": "softmax"})
    assert [issue.pointer for issue in caught.value.errors] == ["/output/activation"]


@pytest.mark.parametrize("fields", [DENOISER, DROPPING])
def test_disturbed_runs_repeat_themselves_and_do_not_depend_on_their_neighbours(fields: dict[str, Any]) -> None:
    specs = [spec_of(**fields, seed=seed) for seed in range(4)]
    together, alone, again = Population(specs), Population(specs[2:3]), Population(specs[2:3])
    for population in (together, alone, again):
        population.advance(37)
    np.testing.assert_array_equal(together.theta[2], alone.theta[0])
    np.testing.assert_array_equal(alone.theta, again.theta)
    assert len({row.tobytes() for row in together.theta}) == 4


def test_a_replica_that_is_through_keeps_its_place_in_its_noise() -> None:
    specs = [spec_of(**DROPPING, seed=3).replace(dataset={"kind": "spiral", "samples": size}) for size in (60, 90)]
    together, alone = Population(specs), Population(specs[:1])
    for population in (together, alone):
        population.advance_epochs(2)
        population.advance_epochs(1)
    np.testing.assert_array_equal(together.theta[0], alone.theta[0])


@pytest.mark.parametrize("fields", [DENOISER, DROPPING])
def test_a_checkpoint_goes_on_with_the_same_noise(fields: dict[str, Any]) -> None:
    spec = spec_of(**fields)
    population = Population([spec])
    population.advance(7)
    restored = Population.restore(spec, population.state(0))
    for run in (population, restored):
        run.advance(9)
    np.testing.assert_array_equal(population.theta, restored.theta)


def test_what_disturbs_is_silent_when_the_network_is_looked_at() -> None:
    quiet = {"layers": [{"units": 8}, {"units": 4, "name": "layer3"}]}
    dropping, plain = Population([spec_of(**DROPPING)]), Population([spec_of(**quiet)])
    np.testing.assert_array_equal(dropping.theta, plain.theta)
    assert dropping.losses() == plain.losses()
    assert Network(dropping.specs[0]).disturbed
    assert not Network(plain.specs[0]).disturbed


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_a_frozen_layer_stays_as_it_is_under_any_optimizer(kind: str) -> None:
    layers = [{"units": 5, "frozen": True}, {"units": 3}]
    spec = spec_of(layers=layers, optimizer={"kind": kind}, regularizer={"kind": "l2", "rate": 0.1})
    population = Population([spec])
    before = population.theta.copy()
    population.advance_epochs(3)
    first, second, _ = population.network.matrices(population.theta != before)
    assert not first.any()
    assert second.all()


def test_frozen_is_part_of_the_document() -> None:
    spec = spec_of(layers=[{"units": 5, "frozen": True}])
    assert spec.to_dict()["layers"] == [{"kind": "dense", "units": 5, "activation": "tanh", "frozen": True}]
    assert RunSpec.from_dict(spec.to_dict()) == spec


def test_a_skip_connection_can_be_an_addition() -> None:
    layers = [{"units": 6}, {"units": 6, "name": "b"}, {"kind": "add", "inputs": ["layer1", "b"]}, {"units": 2}]
    population = Population(
        [
            RunSpec.from_dict(
                {"dataset": {"kind": "circle"}, "layers": layers, "optimizer": {"learning_rate": 0.3}, "seed": 1}
            )
        ]
    )
    assert [layer["blocks"] == [] for layer in population.network.layers] == [False, False, True, False, False]
    assert population.weights(0)[2] == population.biases(0)[2] == []
    population.advance_epochs(60)
    assert population.losses()["train"][0] < 0.1


def test_given_parameters_come_back_as_given_whatever_the_layers() -> None:
    spec = spec_of(**DROPPING)
    population = Population([spec])
    initial = {"weights": population.weights(0), "biases": population.biases(0)}
    again = Population([spec.replace(initial=initial, seed=99)])
    np.testing.assert_array_equal(again.theta, population.theta)


def test_a_single_weight_is_found_by_its_layer_unit_and_input() -> None:
    population = Population([make_spec((4, 2))])
    population.set_parameter(0, 1, 1, 2, 0.5)
    population.set_parameter(0, 1, 0, None, -0.25)
    assert population.weights(0)[1][1][2] == 0.5
    assert population.biases(0)[1][0] == -0.25
    with pytest.raises(IndexError, match="has no parameters"):
        Population([spec_of(**DROPPING)]).set_parameter(0, 1, 0, 0, 1.0)
