"""Layers read from JSON: every kind with its own fields, and what is said where something does not fit."""

from typing import Any

import pytest

from engine.errors import Issue
from engine.layers import KINDS, LayerSpec
from engine.layers.layer import field_values
from engine.layers.merge import AddSpec
from engine.layers.pooling import MaxPoolingSpec
from engine.layers.reading import read_layers
from engine.reading import Reader


def read(*layers: Any) -> tuple[tuple[LayerSpec, ...], list[Issue]]:
    reader = Reader()
    return read_layers(reader, list(layers), "/layers"), reader.errors


def complaint(*layers: Any) -> tuple[str, str]:
    _, errors = read(*layers)
    assert len(errors) == 1
    return errors[0].pointer, errors[0].message


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_survives_the_way_through_json(name: str) -> None:
    (spec,), errors = read({"kind": name})
    assert not errors
    assert spec == KINDS[name]()
    document = field_values(spec)
    assert document["kind"] == name
    assert read(document)[0] == (spec,)


def test_names_inputs_and_frozen_are_written_only_where_they_are_given() -> None:
    (first, second), errors = read(
        {"units": 3, "name": "a", "frozen": True}, {"kind": "add", "inputs": ["a", "features"]}
    )
    assert not errors
    assert field_values(first) == {"kind": "dense", "units": 3, "activation": "tanh", "name": "a", "frozen": True}
    assert second == AddSpec(inputs=("a", "features"))
    assert field_values(second)["inputs"] == ("a", "features")
    assert set(field_values(MaxPoolingSpec())) == {"kind", "size", "stride"}


@pytest.mark.parametrize(
    ("layer", "pointer", "words"),
    [
        ({"kind": "convolutoin"}, "/layers/0/kind", "Did you mean convolution?"),
        ({"kind": "max_pooling", "units": 3}, "/layers/0/units", "The fields here are kind, size, stride"),
        ({"kind": "convolution", "filters": 0}, "/layers/0/filters", "from 1 to 256; this is too small"),
        ({"kind": "convolution", "padding": "full"}, "/layers/0/padding", "Choose one of valid, same."),
        ({"kind": "convolution", "stride": 1.5}, "/layers/0/stride", "this has a fraction"),
        ({"kind": "dropout", "rate": 1.0}, "/layers/0/rate", "this is too large"),
        ({"kind": "dropout", "rate": float("nan")}, "/layers/0/rate", "this is not a finite number"),
        ({"kind": "dropout", "rate": True}, "/layers/0/rate", "this is true or false"),
        ({"frozen": 1}, "/layers/0/frozen", "Give true or false"),
        ({"activation": "threshold"}, "/layers/0/activation", "The slope of a step is zero everywhere"),
        (3, "/layers/0", "this is a number"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_remedy(layer: Any, pointer: str, words: str) -> None:
    found, message = complaint(layer)
    assert found == pointer
    assert words in message


def test_a_step_may_stand_where_nothing_below_it_is_trained() -> None:
    step = {"activation": "threshold", "frozen": True}
    assert read(step, step, {})[1] == []
    assert complaint({}, step)[0] == "/layers/1/activation"
    branches = [{"name": "a"}, {**step, "name": "b", "inputs": ["features"]}, {**step, "inputs": ["a", "b"]}]
    assert complaint(*branches)[0] == "/layers/2/activation"
