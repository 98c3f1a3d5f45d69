"""Pins: a pinned parameter never moves, the others move as if they did not know, and pins are read with care."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Network, Population, RunSpec, SpecError
from engine.holding import trainable_mask
from engine.limits import MOST_PINNED
from engine.optimizers import OPTIMIZERS
from engine.pins import same_places
from tests.engine.descent import Descent, gradients, spec_with
from tests.engine.numeric import make_spec

PINS: list[list[Any]] = [[0, 1, 0], [0, 3, None], [1, 0, 2], [2, 0, 1]]


def pinned_spec(optimizer: dict[str, Any], pins: list[list[Any]] | None = PINS, **fields: Any) -> RunSpec:
    return make_spec((4, 2), optimizer=optimizer, **fields | ({} if pins is None else {"pinned": pins}))


def errors_of(pins: Any) -> dict[str, str]:
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict({"pinned": pins})
    return {issue.pointer: issue.message for issue in caught.value.errors}


def test_the_mask_is_zero_at_the_pins_alone() -> None:
    spec = pinned_spec({})
    network = Network(spec)
    mask = trainable_mask(network, spec)
    matrices = network.matrices(mask[None])
    assert [matrices[0][0, 0, 1], matrices[0][0, -1, 3], matrices[1][0, 2, 0], matrices[2][0, 1, 0]] == [0.0] * 4
    assert mask.sum() == network.parameters - 4


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
@pytest.mark.parametrize("penalty", ["none", "l1", "l2"])
def test_a_pinned_parameter_never_moves(kind: str, penalty: str) -> None:
    optimizer = {"kind": kind, "learning_rate": 0.1, "schedule": {"kind": "cosine", "epochs": 9}}
    spec = pinned_spec(optimizer, regularizer={"kind": penalty, "rate": 0.1})
    held = trainable_mask(Network(spec), spec) == 0.0
    population = Population([spec, spec.merge({"pinned": None})])
    start = population.theta.copy()
    population.advance_epochs(5)
    assert population.theta[0, held].tobytes() == start[0, held].tobytes()
    assert (population.theta[0, ~held] != start[0, ~held]).all()
    assert (population.theta[1] != start[1]).all()


@pytest.mark.parametrize("kind", ["sgd", "adamw"])
def test_pins_of_one_run_change_no_bit_of_another(kind: str) -> None:
    specs = [pinned_spec({"kind": kind}, pins, seed=2) for pins in (None, PINS, PINS[:1])]
    together = Population(specs)
    together.advance(20)
    for replica, spec in enumerate(specs):
        alone = Population([spec])
        alone.advance(20)
        np.testing.assert_array_equal(alone.theta[0], together.theta[replica])


def test_the_gradient_of_a_pinned_parameter_does_not_count_in_the_norm() -> None:
    """Of 2-2-1 in [0, 3, 4, 0, …] the weight with slope 4 is pinned: the norm is 3."""
    optimizer = {"learning_rate": 1.0, "clip": {"kind": "norm", "limit": 1.0}}
    descent = Descent(spec_with(optimizer, pinned=[[0, 0, 1]]))
    before = descent.theta.copy()
    step = before - descent.follow([np.array([0, 3, 4, 0, 0, 0, 0, 0, 0.0])])
    np.testing.assert_allclose(step[0], [0, 1, 0, 0, 0, 0, 0, 0, 0], atol=1e-15)


@pytest.mark.parametrize("kind", list(OPTIMIZERS))
def test_pinned_while_training_it_stops_at_once_and_goes_on_without_memory(kind: str) -> None:
    population = Population([pinned_spec({"kind": kind}, None)])
    population.advance(9)
    theta, held = population.theta.copy(), trainable_mask(population.network, pinned_spec({})) == 0.0
    population.update(0, population.specs[0].merge({"pinned": PINS}))
    assert population.theta.tobytes() == theta.tobytes()
    population.advance(9)
    assert population.theta[0, held].tobytes() == theta[0, held].tobytes()
    assert not any(rows[0, held].any() for rows in population.optimizer_memory().values())
    population.update(0, population.specs[0].merge({"pinned": None}))
    population.advance(1)
    assert (population.theta[0, held] != theta[0, held]).all()


def test_a_pinned_parameter_can_be_set_by_hand() -> None:
    population = Population([pinned_spec({})])
    population.set_parameter(0, 0, 1, 0, 2.5)
    population.advance(9)
    assert population.weights(0)[0][1][0] == 2.5


def test_with_everything_pinned_nothing_moves() -> None:
    pins = [[0, unit, source] for unit in (0, 1) for source in (0, 1, None)] + [[1, 0, 0], [1, 0, 1], [1, 0, None]]
    descent = Descent(spec_with({"kind": "adamw", "clip": {"kind": "norm"}}, pinned=pins))
    start = descent.theta.copy()
    np.testing.assert_array_equal(descent.follow(gradients(4)), start)


# Reading.


@pytest.mark.parametrize(
    ("pins", "pointer"),
    [
        ({}, "/pinned"),
        ([[0, 0, 0], 3], "/pinned/1"),
        ([[0, 0]], "/pinned/0"),
        ([[3, 0, 0]], "/pinned/0/0"),
        ([[-1, 0, 0]], "/pinned/0/0"),
        ([[0, 4, 0]], "/pinned/0/1"),
        ([[1, 2, 0]], "/pinned/0/1"),
        ([[0, 0, 2]], "/pinned/0/2"),
        ([[0, 0, "bias"]], "/pinned/0/2"),
        ([[0, True, None]], "/pinned/0/1"),
        ([[0, 0.5, None]], "/pinned/0/1"),
        ([[0, 0, 0], [0, 1, 0], [0, 0, 0]], "/pinned/2"),
        ([[0, 0, 0]] * (MOST_PINNED + 1), "/pinned"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_parameter_is_refused_where_it_stands(pins: Any, pointer: str) -> None:
    assert list(errors_of(pins)) == [pointer]


WORDS: dict[str, Any] = {
    "dataset": {"kind": "sentiment"},
    "layers": [{"kind": "embedding", "units": 3}, {"kind": "dropout"}, {"kind": "gru", "units": 2}],
}
IMAGES: dict[str, Any] = {
    "dataset": {"kind": "digits", "samples": 30},
    "layers": [{"kind": "convolution", "filters": 2}, {"kind": "max_pooling"}, {"kind": "maxout", "units": 3}],
}


@pytest.mark.parametrize(
    ("run", "pin", "pointer"),
    [
        (IMAGES, [0, 2, 0], "/pinned/0/1"),
        (IMAGES, [0, 0, 9], "/pinned/0/2"),
        (IMAGES, [1, 0, 0], "/pinned/0/0"),
        (IMAGES, [1, 0, None], "/pinned/0/0"),
        (IMAGES, [2, 6, None], "/pinned/0/1"),
        (WORDS, [0, 0, None], "/pinned/0/2"),
        (WORDS, [0, 3, 0], "/pinned/0/1"),
        (WORDS, [1, 0, 0], "/pinned/0/0"),
        (WORDS, [2, 6, 0], "/pinned/0/1"),
        (WORDS, [2, 0, 5], "/pinned/0/2"),
        (WORDS, [2, 8, None], "/pinned/0/1"),
        ({"layers": [{"kind": "lstm"}]}, [0, 0, 0], "/layers/0"),
    ],
    ids=str,
)
def test_layers_of_every_kind_are_pinned_where_they_have_parameters(
    run: dict[str, Any], pin: list[Any], pointer: str
) -> None:
    with pytest.raises(SpecError) as caught:
        RunSpec.from_dict(run | {"pinned": [pin]})
    assert [issue.pointer for issue in caught.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("run", "pins"),
    [
        (IMAGES, [[0, 1, 8], [0, 1, None], [2, 5, 17], [2, 5, None], [3, 9, None]]),
        (WORDS, [[0, 2, 1], [2, 5, 4], [2, 7, None], [3, 0, 1]]),
    ],
    ids=["images", "words"],
)
def test_what_is_pinned_in_layers_of_other_kinds_does_not_move(run: dict[str, Any], pins: list[list[Any]]) -> None:
    population = Population([RunSpec.from_dict(run | {"pinned": pins})])
    held = trainable_mask(population.network, population.specs[0]) == 0.0
    start = population.theta.copy()
    population.advance(3)
    assert held.sum() == len(pins)
    np.testing.assert_array_equal(population.theta[0, held], start[0, held])
    assert (population.theta[0, ~held] != start[0, ~held]).any()


def test_pins_of_a_filter_are_let_go_with_its_size() -> None:
    spec = RunSpec.from_dict(IMAGES | {"pinned": [[0, 1, 8]]})
    layers = [{**IMAGES["layers"][0], "kernel_size": 2, "padding": "same"}, *IMAGES["layers"][1:]]
    assert spec.merge({"layers": layers}).pinned is None


def test_pins_stand_in_the_normal_form_only_if_there_are_any() -> None:
    assert "pinned" not in RunSpec.from_dict({}).to_dict()
    assert "pinned" not in RunSpec.from_dict({"pinned": []}).to_dict()
    spec = RunSpec.from_dict({"pinned": PINS})
    assert spec.to_dict()["pinned"] == PINS
    assert RunSpec.from_dict(spec.to_dict()) == spec


@pytest.mark.parametrize(
    ("patch", "kept"),
    [
        ({"optimizer": {"kind": "adam"}}, True),
        ({"layers": [{"units": 4, "activation": "relu"}, {"units": 2}]}, True),
        ({"layers": [{"units": 5}, {"units": 2}]}, False),
        ({"layers": [{"units": 4}]}, False),
        ({"features": ["x1"]}, False),
        ({"dataset": {"kind": "three_blobs"}}, False),
    ],
    ids=str,
)
def test_pins_are_let_go_with_the_network_they_are_in(patch: dict[str, Any], kept: bool) -> None:
    merged = RunSpec.from_dict({"pinned": PINS}).merge(patch)
    assert (merged.pinned is not None) == kept


@settings(max_examples=30)
@given(layers=st.lists(st.integers(1, 5), max_size=3), data=st.data())
def test_every_parameter_can_be_pinned(layers: list[int], data: st.DataObject) -> None:
    spec = RunSpec.from_dict({"layers": [{"units": units} for units in layers]})
    layer = data.draw(st.integers(0, len(spec.wires) - 1))
    wire = spec.wires[layer]
    unit = data.draw(st.integers(0, wire.units - 1))
    source = data.draw(st.one_of(st.none(), st.integers(0, wire.in_features - 1)))
    pinned = spec.merge({"pinned": [[layer, unit, source]]})
    assert pinned.pinned == ((layer, unit, source),)
    assert same_places(spec.wires, pinned.wires)
    assert trainable_mask(Network(pinned), pinned).sum() == Network(pinned).parameters - 1
