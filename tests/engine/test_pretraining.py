"""Pretraining: deep sigmoid layers learn from it where a random start does not; and what it promises on the way."""

import math

import numpy as np
import pytest

from engine import Population, RunSpec
from engine.batches import make_table
from engine.looking import look
from engine.network import initial_parameters
from engine.pretraining import Pretraining, pretrain, pretrained
from tests.engine.numeric import make_spec

PEERS_START = {"kind": "uniform", "scale": 0.5}
SHORT = Pretraining(epochs=3)


def deep_spec(**fields: object) -> RunSpec:
    return make_spec((8,) * 6, "sigmoid", dataset={"kind": "circle"}, initializer=PEERS_START, **fields)


def test_six_sigmoid_layers_learn_from_pretraining_and_not_from_a_random_start() -> None:
    """Lectures, rows 16 and 27; over five seeds in benchmarks/learning.py."""
    spec = deep_spec()
    population = Population([spec, pretrained(spec).replace(seed=1)])
    population.advance_epochs(120)
    random, begun_well = population.accuracy()["train"]
    assert random < 0.6
    assert begun_well > 0.95


def test_every_layer_learns_to_give_back_what_it_is_told() -> None:
    spec = deep_spec()
    progress = list(pretrain(spec, Pretraining(epochs=8)))
    assert [(each.layer, each.epoch) for each in progress] == [
        (layer, epoch) for layer in range(6) for epoch in range(1, 9)
    ]
    for layer in range(6):
        losses = [each.loss for each in progress if each.layer == layer]
        everything = 0.5 * (2 if layer == 0 else 8)  # the loss of always giving back the mean
        assert losses[-1] < losses[0]
        assert losses[-1] < 0.1 * everything


def test_the_first_layer_starts_as_it_was_trained_and_the_output_as_ever() -> None:
    spec = make_spec((3,), "sigmoid")
    found = pretrained(spec, SHORT)
    assert found.initial is not None
    start, before = initial_parameters(found), initial_parameters(spec)
    np.testing.assert_array_equal(start[9:], before[9:])
    assert (start[:9] != before[:9]).all()
    assert found.replace(initial=None) == spec


def test_codes_do_not_shrink_from_layer_to_layer() -> None:
    spec = deep_spec(dtype="float64")
    found, told = pretrained(spec, SHORT), make_table(spec).train[:, :2]
    layers = look(Population([found]).network, initial_parameters(found)[None], told)
    for values in layers[:-1]:
        assert np.isfinite(values.outputs).all()
        assert values.outputs.std(axis=2).mean() > 0.1


def test_a_layer_is_the_same_whether_more_follow_or_not() -> None:
    one, two = (pretrained(make_spec(hidden, "sigmoid"), SHORT).initial for hidden in ((4,), (4, 3)))
    assert one is not None
    assert two is not None
    assert one.weights[0] == two.weights[0]


def test_weights_scaled_back_are_those_of_the_autoencoder() -> None:
    """Worked again by hand: the loss told last is that of the weights that come out, before they are scaled back."""
    spec = make_spec((3,), "tanh", dtype="float64")
    found = pretrained(spec, SHORT)
    assert found.initial is not None
    told = make_table(spec).train[:, :2]
    weights, biases = np.array(found.initial.weights[0]), np.array(found.initial.biases[0])
    codes = np.tanh(told @ weights.T + biases)
    scaled = (told - told.mean(axis=0)) / told.std(axis=0)
    design = np.column_stack([codes, np.ones(len(codes))])
    best = design @ np.linalg.lstsq(design, scaled, rcond=None)[0]
    least = 0.5 * ((best - scaled) ** 2).sum(axis=1).mean()  # of all decoders of these codes
    assert least <= list(pretrain(spec, SHORT))[-1].loss < 1.0


def test_the_same_seed_gives_the_same_start_and_another_gives_another() -> None:
    spec = make_spec((4, 3))
    assert pretrained(spec, SHORT) == pretrained(spec, SHORT)
    assert pretrained(spec, SHORT).initial != pretrained(spec.replace(seed=8), SHORT).initial
    assert pretrained(spec.replace(seed=2**32 - 1), SHORT).initial is not None


def test_stop_conditions_are_those_of_the_task_and_not_of_the_layers() -> None:
    spec = make_spec((4, 3))
    stop = {"epochs": 1, "accuracy_above": 0.9}
    assert pretrained(spec.replace(stop=stop), SHORT).initial == pretrained(spec, SHORT).initial


def test_noise_makes_another_start() -> None:
    spec = make_spec((4, 3))
    noisy = pretrained(spec, Pretraining(epochs=3, corruption=0.3))
    assert noisy.initial != pretrained(spec, SHORT).initial
    assert noisy == pretrained(spec, Pretraining(epochs=3, corruption=0.3))


def test_images_are_told_flat() -> None:
    spec = RunSpec.from_dict(
        {"dataset": {"kind": "digits", "samples": 40}, "features": [], "layers": [{"units": 5}, {"units": 4}]}
    )
    found = pretrained(spec, Pretraining(epochs=1))
    assert found.initial is not None
    assert np.shape(found.initial.weights[0]) == (5, 64)
    assert math.isfinite(Population([found]).losses()["train"][0])


def test_an_input_that_never_changes_is_not_blown_up() -> None:
    points = [[x / 10, 2.0, x % 2] for x in range(40)]
    spec = make_spec((3,), dataset={"kind": "points", "task": "classification", "train": points, "test": []})
    found = pretrained(spec, SHORT)
    assert found.initial is not None
    assert np.isfinite(found.initial.weights[0]).all()
    assert np.abs(found.initial.biases[0]).max() < 1e4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layers": []}, "no hidden layer"),
        ({"layers": [{"units": 4}, {"kind": "dropout"}]}, "layer2 is not"),
        ({"layers": [{"units": 4}, {"units": 4, "inputs": ["features", "layer1"]}]}, "layer2 is not"),
    ],
)
def test_other_networks_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        next(pretrain(make_spec().replace(**changes)))
