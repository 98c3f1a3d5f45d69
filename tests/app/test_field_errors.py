"""Wrong values in the words of the house, whatever library found them."""

from __future__ import annotations

from typing import Any

import pytest

from app import protocol
from app.errors import Invalid
from app.field_errors import from_pydantic
from app.probe_options import ActivationsOptions, Probes
from app.protocol import Points
from app.settings import Settings

WRONG: list[tuple[object, Any, str, str]] = [
    ({"count": 0}, protocol.Step, "/count", "Give a whole number from 1 to 10000."),
    ({"count": 1.5}, protocol.Step, "/count", "Give a whole number from 1 to 10000."),
    ({"unit": "year"}, protocol.Step, "/unit", "Choose one of epoch, update."),
    ({"now": 1}, protocol.Step, "/now", "There is no such field. Remove it."),
    ({}, protocol.Update, "/patch", "This field is required."),
    ({"patch": 1}, protocol.Back, "/patch", "Give an object."),
    ({"edits": []}, protocol.SetParameters, "/edits", "Give a list of 1 to 1000 items."),
    ({"edits": [{"layer": -1}]}, protocol.SetParameters, "/edits/0/layer", "Give a whole number from 0 to 100000."),
    ({"point": [0, 1e9]}, ActivationsOptions, "/point/1", "Give a number from -1000000 to 1000000."),
    ({"hidden": 1, "type": "hidden"}, protocol.Hidden, "/hidden", "Give true or false."),
    ("x" * 65, protocol.RunId, "", "Give a text of 1 to 64 characters."),
    (0, protocol.EpochsPerSecond | None, "", "Give a number from 0.01 to 1000000."),
    ([[1]], Points, "/0", "Give a list of 2 numbers."),
    ([[1, True]], Points, "/0/1", "Give a number from -1000000 to 1000000."),
    ({"decision": {"unit": [1]}}, Probes, "/decision/unit", "Give a list of 2 items."),
]


@pytest.mark.parametrize(("value", "type_", "pointer", "message"), WRONG)
def test_a_value_is_refused_with_its_place_and_what_to_give(
    value: object, type_: Any, pointer: str, message: str
) -> None:
    with pytest.raises(Invalid) as caught:
        protocol.convert(value, type_)
    assert caught.value.errors == [(pointer, message)]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("port", "Give a whole number from 0 to 65535."),
        ("send_timeout", "Give a number above 0, at most 600."),
        ("log_level", "Choose one of debug, info, warning, error."),
        ("open", "Give true or false."),
        ("host", "Give a text of 1 to 255 characters."),
        ("allowed_hosts", "Give a list of 0 to 50 items."),
    ],
)
def test_a_setting_is_described_by_its_schema(name: str, message: str) -> None:
    schema = Settings.model_json_schema()["properties"][name]
    assert from_pydantic({"type": "anything"}, schema) == message


def test_alternatives_and_patterns_are_described_too() -> None:
    number = {"type": "integer", "minimum": 8, "maximum": 200}
    assert from_pydantic({"type": "x"}, {"anyOf": [number, {"type": "null"}]}) == "Give a whole number from 8 to 200."
    text = {"anyOf": [{"type": "string", "pattern": "^.,.$"}, {"type": "null"}], "examples": ["0,1"]}
    assert from_pydantic({"type": "x"}, text) == "Give a text such as 0,1."
    assert from_pydantic({"type": "missing"}, number) == "This field is required."
