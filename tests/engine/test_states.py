"""States over time: against the recurrence worked by hand, and the gradient against finite differences."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.looking import look
from engine.probes import ProbeError
from engine.probes.examples import columns_of, part_pass

STEPS = 6


def sequence_spec(kind: str, **fields: Any) -> RunSpec:
    document: dict[str, Any] = {
        "dataset": {"kind": "parity", "samples": 40, "length": STEPS},
        "features": [],
        "layers": [{"kind": kind, "units": 3}],
    }
    return RunSpec.from_dict(document | fields)


def words_spec(**fields: Any) -> RunSpec:
    document: dict[str, Any] = {
        "dataset": {"kind": "sentiment", "samples": 200},
        "features": [],
        "layers": [{"kind": "embedding", "units": 3}, {"kind": "lstm", "units": 4}],
    }
    return RunSpec.from_dict(document | fields)


def trained(spec: RunSpec) -> Population:
    population = Population([spec, spec.replace(seed=9)])
    population.advance(15)
    return population


def test_the_states_of_a_simple_layer_are_its_recurrence() -> None:
    population = trained(sequence_spec("simple_rnn"))
    probe = population.probe("states", part="train", example=4)
    assert probe["states"].shape == (2, STEPS, 3)
    assert set(probe) == {"states", "gradient", "length"}
    for replica in range(2):
        inputs = population.tables[replica].dataset.train_inputs[4].reshape(STEPS, 1)
        weights, recurrent = (block[replica] for block in population.network.blocks(population.theta)[0])
        state = np.zeros(3)
        for t in range(STEPS):
            state = np.tanh(inputs[t] @ weights[:-1] + weights[-1] + state @ recurrent)
            np.testing.assert_allclose(probe["states"][replica, t], state, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "gates"),
    [("lstm", {"candidate", "input", "forget", "output"}), ("gru", {"candidate", "reset", "update"})],
)
def test_gates_have_names_and_are_between_shut_and_open(kind: str, gates: set[str]) -> None:
    population = trained(sequence_spec(kind))
    probe = population.probe("states", example=1)
    assert set(probe) - {"cells"} == gates | {"states", "gradient", "length"}
    if kind == "lstm":
        np.testing.assert_allclose(probe["states"], probe["output"] * np.tanh(probe["cells"]), atol=1e-6)
    for name in gates:
        assert probe[name].shape == (2, STEPS, 3)
        assert (probe[name] > (-1.0 if name == "candidate" else 0.0)).all()
        assert (probe[name] < 1.0).all()
    last = part_pass(population, "test", [0]).values[0][:, :, 1]
    np.testing.assert_allclose(probe["states"][:, -1], last, atol=1e-6)


def test_the_gradient_is_that_of_the_examples_loss() -> None:
    """∂L/∂h_T by differences through the output layer; at every earlier step it is what is left on the way back."""
    population = trained(sequence_spec("simple_rnn", dtype="float64"))
    probe = population.probe("states", part="train", example=0)
    weights, recurrent = (block[0] for block in population.network.blocks(population.theta)[0])
    (out,) = (block[0] for block in population.network.blocks(population.theta)[1])
    target = population.tables[0].train[0, -1]

    def loss(state: Any) -> float:
        p = 1.0 / (1.0 + np.exp(-(state @ out[:-1] + out[-1]).item()))
        return float(-target * np.log(p) - (1.0 - target) * np.log(1.0 - p))

    states = probe["states"][0].astype(np.float64)
    nudges = 1e-6 * np.eye(3)
    slope = np.array([(loss(states[-1] + nudge) - loss(states[-1] - nudge)) / 2e-6 for nudge in nudges])
    for t in reversed(range(STEPS)):
        assert probe["gradient"][0, t] == pytest.approx(np.linalg.norm(slope), rel=1e-4)
        slope = recurrent @ (slope * (1.0 - states[t] ** 2))
    assert weights.shape == (2, 3)


def test_behind_an_examples_end_the_state_stays_and_the_rest_is_zero() -> None:
    population = trained(words_spec())
    dataset = population.tables[0].dataset
    assert dataset.train_lengths is not None
    example = int(dataset.train_lengths.argmin())
    length = int(dataset.train_lengths[example])
    probe = population.probe("states", part="train", example=example)
    assert probe["length"][0] == length < 10
    np.testing.assert_array_equal(
        probe["states"][0, length:], np.repeat(probe["states"][0, length - 1 : length], 10 - length, axis=0)
    )
    assert not probe["forget"][0, length:].any()
    assert not probe["gradient"][0, length:].any()
    assert (probe["gradient"][0, :length] > 0).all()


def test_words_given_from_outside_end_where_padding_begins() -> None:
    population = trained(words_spec())
    dataset = population.tables[0].dataset
    assert dataset.test_lengths is not None
    words = dataset.test_inputs[2]
    given = population.probe("states", inputs=words.tolist())
    chosen = population.probe("states", example=2)
    assert given["length"].tolist() == [dataset.test_lengths[2]] * 2
    np.testing.assert_allclose(given["states"][0], chosen["states"][0], atol=1e-6)
    assert "gradient" not in given
    columns = columns_of(population.network, words[None], np.dtype(np.float64))
    assert columns.steps is not None
    assert columns.steps.sum() == pytest.approx(1.0)
    answer = population.probe("probabilities", inputs=words.tolist())["outputs"][0, 0]
    assert answer == pytest.approx(population.probe("probabilities", example=2)["outputs"][0, 0], abs=1e-6)


def test_a_layer_is_chosen_among_those_with_states() -> None:
    layers = [{"kind": "gru", "units": 2, "returns": "all"}, {"units": 3}, {"kind": "lstm", "units": 4}]
    population = trained(sequence_spec("gru", layers=layers))
    assert population.probe("states")["states"].shape == (2, STEPS, 2)
    assert population.probe("states", layer=2)["states"].shape == (2, STEPS, 4)
    with pytest.raises(ProbeError, match="0, 2") as caught:
        population.probe("states", layer=1)
    assert caught.value.option == "layer"


def test_a_network_without_states_says_so() -> None:
    with pytest.raises(ProbeError, match="step to step"):
        Population([RunSpec.from_dict({})]).probe("states")


def test_the_states_are_those_of_the_parameters_now() -> None:
    population = trained(sequence_spec("lstm"))
    before = population.probe("states")
    population.advance(10)
    after = population.probe("states")
    assert (before["states"] != after["states"]).any()
    inputs = population.tables[1].dataset.test_inputs[:1]
    last = look(population.network, population.theta[1:], inputs)[0].outputs[0, :, 0]
    np.testing.assert_allclose(after["states"][1, -1], last, atol=1e-5)


def test_numbers_that_broke_never_leave() -> None:
    population = trained(sequence_spec("lstm"))
    population.theta[:] = np.nan
    for values in population.probe("states").values():
        assert np.isfinite(values).all()


def test_steps_count_in_every_view_of_sequences() -> None:
    population = trained(words_spec())
    tests = len(population.tables[0].test)
    assert population.probe("confusion")["counts"].sum(axis=(1, 2)).tolist() == [tests] * 2
    worst = population.probe("worst", count=200)["loss"]
    if tests <= 200:
        np.testing.assert_allclose(worst.mean(axis=1), population.losses()["test"], rtol=1e-4)
