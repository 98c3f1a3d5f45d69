"""Runs on sequences: every recurrent kind through the front door, on data with lengths, with words, with answers."""

from typing import Any

import numpy as np
import pytest

from engine import Population, RunSpec, SpecError

KINDS = ["simple_rnn", "lstm", "gru"]
SENTIMENT: dict[str, Any] = {"kind": "sentiment"}
RUNNING: dict[str, Any] = {"kind": "running_parity", "samples": 100, "length": 6}


def spec_of(dataset: dict[str, Any], *layers: dict[str, Any], **fields: Any) -> RunSpec:
    optimizer = {"kind": "adam", "learning_rate": 0.02}
    return RunSpec.from_dict({"dataset": dataset, "layers": list(layers), "optimizer": optimizer, **fields})


def reader(kind: str, **fields: Any) -> RunSpec:
    return spec_of(SENTIMENT, {"kind": "embedding", "units": 6}, {"kind": kind, "units": 5}, **fields)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_among_others_is_the_run_alone(kind: str) -> None:
    specs = [reader(kind, seed=seed) for seed in range(3)]
    together, alone = Population(specs), Population(specs[1:2])
    for population in (together, alone):
        population.advance(20)
    np.testing.assert_array_equal(together.theta[1], alone.theta[0])
    assert len({row.tobytes() for row in together.theta}) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_for_the_whole_sentence_is_learned(kind: str) -> None:
    population = Population([reader(kind)])
    population.advance_epochs(60)
    assert population.losses()["train"][0] < 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_at_every_step_is_learned(kind: str) -> None:
    population = Population([spec_of(RUNNING, {"kind": kind, "units": 8, "returns": "all"})])
    before = population.losses()["train"][0]
    population.advance_epochs(60)
    assert population.losses()["train"][0] < 0.7 * before


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_probabilities_at_every_step_are_learned(loss: str) -> None:
    text = {"kind": "characters", "samples": 40, "length": 4}
    population = Population(
        [spec_of(text, {"kind": "embedding", "units": 8}, output={"activation": "softmax"}, loss=loss)]
    )
    before = population.losses()["train"][0]
    population.advance_epochs(30)
    assert population.losses()["train"][0] < 0.8 * before


@pytest.mark.parametrize("kind", KINDS)
def test_recurrent_layers_stand_on_each_other(kind: str) -> None:
    every = {"kind": kind, "units": 4, "returns": "all"}
    population = Population([spec_of(SENTIMENT, {"kind": "embedding", "units": 4}, every, {"kind": kind, "units": 3})])
    before = population.losses()["train"][0]
    population.advance_epochs(10)
    assert population.losses()["train"][0] < before


@pytest.mark.parametrize("kind", KINDS)
def test_given_parameters_come_back_as_given(kind: str) -> None:
    spec = reader(kind)
    population = Population([spec])
    initial = {"weights": population.weights(0), "biases": population.biases(0)}
    again = Population([spec.replace(initial=initial, seed=99)])
    np.testing.assert_array_equal(again.theta, population.theta)


def test_the_padding_gets_no_gradient_from_a_recurrent_layer() -> None:
    population = Population([reader("lstm")])
    before = population.network.matrices(population.theta)[0][0].copy()
    population.advance_epochs(2)
    after = population.network.matrices(population.theta)[0][0]
    np.testing.assert_array_equal(after[0], before[0])
    assert np.any(after[1:] != before[1:])


def test_the_forget_gate_starts_open() -> None:
    population = Population([reader("lstm")])
    assert population.biases(0)[1] == [0.0] * 10 + [1.0] * 5 + [0.0] * 5


@pytest.mark.parametrize(
    ("layers", "pointer", "words"),
    [
        ([{"kind": "lstm"}], "/layers/0", "put an embedding before it"),
        ([{"kind": "embedding"}, {"kind": "embedding"}], "/layers/1", "let it read the features alone"),
        ([{"kind": "embedding"}, {"kind": "lstm", "returns": "all"}], "/layers", "return its last state"),
    ],
)
def test_what_cannot_read_sentences_is_refused(layers: list[dict[str, Any]], pointer: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        spec_of(SENTIMENT, *layers)
    (issue,) = caught.value.errors
    assert issue.pointer == pointer
    assert words in issue.message


@pytest.mark.parametrize("kind", [*KINDS, "embedding"])
def test_points_in_the_plane_have_no_steps(kind: str) -> None:
    with pytest.raises(SpecError) as caught:
        spec_of({"kind": "circle"}, {"kind": kind})
    assert [issue.pointer for issue in caught.value.errors] == ["/layers/0"]


def test_maxout_learns_a_circle() -> None:
    population = Population([spec_of({"kind": "circle"}, {"kind": "maxout", "units": 4, "pieces": 3})])
    population.advance_epochs(40)
    assert population.losses()["train"][0] < 0.1
