"""Messages and flow control of the websocket, without a socket."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import protocol
from app.errors import BadRequest, Conflict, Invalid, NotFound, Problem
from app.probe_options import ActivationsOptions, DecisionOptions, Plain, UnitsOptions
from app.protocol import MAX_IN_FLIGHT, State, Window, parse_command, parse_message


def message(**fields: Any) -> protocol.ClientMessage:
    return parse_message(json.dumps(fields))


def pointers(**fields: Any) -> list[str]:
    with pytest.raises(Invalid) as caught:
        message(**fields)
    return [error.pointer for error in caught.value.errors]


def test_open_names_probes_and_what_is_known() -> None:
    opened = message(
        type="open",
        id=3,
        run="r",
        probes={"decision": {"resolution": 50, "unit": [1, 2]}, "losses": {}, "activations": {"point": [1, -2.5]}},
        after_step=25,
        generation=2,
    )
    assert isinstance(opened, protocol.Open)
    assert (opened.id, opened.run, opened.after_step, opened.generation) == (3, "r", 25, 2)
    assert dict(opened.probes.items()) == {
        "losses": Plain(),
        "decision": DecisionOptions(resolution=50, unit=(1, 2)),
        "activations": ActivationsOptions(point=(1.0, -2.5)),
    }


def test_open_needs_no_more_than_a_run() -> None:
    opened = message(type="open", id="a", run="r")
    assert isinstance(opened, protocol.Open)
    assert (opened.probes.items(), opened.after_step, opened.generation) == ([], -1, 0)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"type": "subscribe", "run": "r", "probes": {"data": {}}}, protocol.Subscribe),
        ({"type": "ack", "run": "r", "seq": 7}, protocol.Ack),
        ({"type": "hidden", "hidden": True}, protocol.Hidden),
        ({"type": "close", "run": "r"}, protocol.CloseRun),
        ({"type": "ping", "id": 1}, protocol.Ping),
        ({"type": "command", "id": 1, "run": "r", "command": "start"}, protocol.RunCommand),
    ],
)
def test_every_type_of_message_is_read(fields: dict[str, Any], expected: type) -> None:
    assert type(message(**fields)) is expected


def test_arguments_of_a_command_stand_flat_beside_it() -> None:
    read = message(type="command", id=1, run="r", command="step", unit="update", count=10)
    assert read == protocol.RunCommand(1, "r", protocol.Step(unit="update", count=10))


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"type": "no"}, "/type"),
        ({"type": ["open"]}, "/type"),
        ({}, "/type"),
        ({"type": "open", "run": "r"}, "/id"),
        ({"type": "open", "id": True, "run": "r"}, "/id"),
        ({"type": "open", "id": 1.5, "run": "r"}, "/id"),
        ({"type": "open", "id": 1, "run": ""}, "/run"),
        ({"type": "open", "id": 1, "run": "x" * 65}, "/run"),
        ({"type": "open", "id": 1, "run": "r", "after_step": -2}, "/after_step"),
        ({"type": "open", "id": 1, "run": "r", "nope": 1}, "/nope"),
        ({"type": "open", "id": 1, "run": "r", "a/b~c": 1}, "/a~1b~0c"),
        ({"type": "open", "id": 1, "run": "r", "probes": {"nope": {}}}, "/probes/nope"),
        ({"type": "open", "id": 1, "run": "r", "probes": []}, "/probes"),
        ({"type": "open", "id": 1, "run": "r", "probes": {"losses": {"x": 1}}}, "/probes/losses/x"),
        ({"type": "open", "id": 1, "run": "r", "probes": {"units": {"resolution": 65}}}, "/probes/units/resolution"),
        ({"type": "open", "id": 1, "run": "r", "probes": {"decision": {"unit": [1]}}}, "/probes/decision/unit"),
        ({"type": "open", "id": 1, "run": "r", "probes": {"decision": {"unit": ["x", 1]}}}, "/probes/decision/unit/0"),
        ({"type": "open", "id": 1, "run": "r", "probes": {"activations": {}}}, "/probes/activations/point"),
        (
            {"type": "open", "id": 1, "run": "r", "probes": {"activations": {"point": [1, 1e300]}}},
            "/probes/activations/point/1",
        ),
        ({"type": "ack", "run": "r", "seq": -1}, "/seq"),
        ({"type": "ack", "run": "r", "seq": "1"}, "/seq"),
        ({"type": "hidden", "hidden": 1}, "/hidden"),
        ({"type": "command", "id": 1, "run": "r"}, "/command"),
        ({"type": "command", "id": 1, "run": "r", "command": "explode"}, "/command"),
        ({"type": "command", "run": "r", "command": "start"}, "/id"),
        ({"type": "command", "id": 1, "command": "start"}, "/run"),
    ],
)
def test_a_wrong_message_is_refused_with_its_place(fields: dict[str, Any], pointer: str) -> None:
    assert pointers(**fields) == [pointer]


@pytest.mark.parametrize(
    ("name", "arguments", "pointer"),
    [
        ("start", {"now": 1}, "/now"),
        ("step", {"count": 0}, "/count"),
        ("step", {"count": 10_001}, "/count"),
        ("step", {"count": True}, "/count"),
        ("step", {"count": 1.5}, "/count"),
        ("step", {"unit": "year"}, "/unit"),
        ("new_start", {"seed": -1}, "/seed"),
        ("new_start", {"seed": 2**32}, "/seed"),
        ("speed", {}, "/epochs_per_second"),
        ("speed", {"epochs_per_second": 0}, "/epochs_per_second"),
        ("speed", {"epochs_per_second": False}, "/epochs_per_second"),
        ("set_parameters", {"edits": []}, "/edits"),
        ("set_parameters", {"edits": [{"layer": 0, "unit": 0}]}, "/edits/0/value"),
        ("set_parameters", {"edits": [{"layer": 0, "unit": 0, "value": 1e7}]}, "/edits/0/value"),
        ("set_parameters", {"edits": [{"layer": -1, "unit": 0, "value": 1}]}, "/edits/0/layer"),
        ("set_parameters", {"edits": [{"layer": 0, "unit": 0, "value": 1, "bias": 1}]}, "/edits/0/bias"),
        ("update", {}, "/patch"),
        ("update", {"patch": []}, "/patch"),
        ("back", {"patch": 1}, "/patch"),
        ("pause", {"command": "start"}, "/command"),
        (["pause"], {}, "/command"),
        (None, {}, "/command"),
    ],
)
def test_a_wrong_argument_is_refused_with_its_place(name: object, arguments: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_command(name, arguments)
    assert [error.pointer for error in caught.value.errors] == [pointer]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("start", {}),
        ("pause", {}),
        ("step", {}),
        ("reset", {}),
        ("new_start", {}),
        ("speed", {"epochs_per_second": None}),
        ("set_parameters", {"edits": [{"layer": 1, "unit": 2, "input": None, "value": 3}]}),
        ("update", {"patch": {"batch_size": 3}}),
        ("back", {}),
    ],
)
def test_every_command_travels_between_processes(name: str, arguments: dict[str, Any]) -> None:
    command = parse_command(name, arguments)
    packed = msgspec.msgpack.encode(command)
    assert msgspec.msgpack.decode(packed, type=protocol.Command) == command


def test_the_table_of_commands_is_complete() -> None:
    assert set(protocol.COMMANDS.values()) == set(protocol.Command.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["", "{", "nul", "[1]", '"open"', '{"type":"ping","id":1', "[" * 5000, '{"a":' * 40 + "1" + "}" * 40]
)
def test_what_is_no_json_object_is_a_bad_request(text: str) -> None:
    with pytest.raises(BadRequest):
        parse_message(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "-1e999"])
def test_numbers_that_are_not_finite_are_refused_with_their_place(number: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_message(f'{{"type":"ack","run":"r","seq":{number}}}')
    assert [error.pointer for error in caught.value.errors] == ["/seq"]


@given(
    st.sampled_from(["id", "run", "probes", "after_step", "generation"]),
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5),
)
def test_any_value_is_taken_or_refused_as_a_problem(field: str, value: Any) -> None:
    with contextlib.suppress(BadRequest, Invalid):
        assert isinstance(message(**{"type": "open", "id": 1, "run": "r", field: value}), protocol.Open)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"id": 7, "type": "no"}', 7),
        ('{"id": "x"}', "x"),
        ('{"id": [7]}', None),
        ('{"id": true}', None),
        ('{"type": "no"}', None),
        ("[7]", None),
        ("{", None),
    ],
)
def test_an_error_is_answered_by_number_as_far_as_one_can_be_read(text: str, expected: object) -> None:
    assert protocol.request_id(text) == expected


def test_an_error_event_repeats_no_input() -> None:
    with pytest.raises(Invalid) as caught:
        message(type="open", id=1, run="r", after_step="x" * 1000)
    event = protocol.error_event(caught.value, 1, "r")
    assert "xxx" not in json.dumps(event)
    assert event == {
        "type": "error",
        "id": 1,
        "run": "r",
        "status": 422,
        "title": "Invalid values",
        "detail": "Some values cannot be used.",
        "errors": [{"pointer": "/after_step", "message": "Give a whole number from -1 to 9007199254740992."}],
    }


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        (
            {"type": "command", "command": "step", "unit": "secret"},
            ("/unit", "Choose one of epoch, update."),
        ),
        (
            {"type": "open", "probes": {"decision": {"unit": ["secret", 1]}}},
            ("/probes/decision/unit/0", "Give a whole number from 0 to 100000 or features."),
        ),
    ],
)
def test_a_word_that_is_not_known_is_not_repeated(fields: dict[str, Any], error: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        message(id=1, run="r", **fields)
    assert caught.value.errors == [error]


def test_probe_options_of_rest_are_checked_alike() -> None:
    assert protocol.parse_probe("units", {"resolution": 16}) == UnitsOptions(resolution=16)
    with pytest.raises(NotFound, match="losses"):
        protocol.parse_probe("nope", {})
    with pytest.raises(Invalid) as caught:
        protocol.parse_probe("units", {"resolution": 1})
    assert caught.value.errors[0].pointer == "/units/resolution"


def test_a_diverged_run_can_only_be_helped() -> None:
    start, back = protocol.Start(), protocol.Back()
    for command in (start, protocol.Step(), protocol.SetParameters([protocol.Edit(0, 0, 1.0)])):
        with pytest.raises(Conflict, match="back"):
            protocol.require_possible(State.DIVERGED, command)
    for command in (back, protocol.Reset(), protocol.NewStart(), protocol.Update({}), protocol.Pause()):
        protocol.require_possible(State.DIVERGED, command)


@pytest.mark.parametrize("state", [State.PAUSED, State.RUNNING])
def test_there_is_no_way_back_without_divergence(state: State) -> None:
    with pytest.raises(Conflict, match="not diverged"):
        protocol.require_possible(state, protocol.Back())
    protocol.require_possible(state, protocol.Start())


def test_a_window_closes_at_two_and_opens_when_one_arrives() -> None:
    window: Window[str] = Window()
    assert [window.send("a"), window.is_open, window.send("b"), window.is_open] == [1, True, 2, False]
    assert window.acknowledge(1) == "a"
    assert window.is_open


def test_the_newest_acknowledgement_speaks_for_the_older() -> None:
    window: Window[str] = Window(seq=10)
    window.send("a")
    window.send("b")
    assert window.acknowledge(12) == "b"
    assert window.acknowledge(11) is None
    assert window.acknowledge(99) is None
    assert window.send("c") == 13


@given(st.lists(st.integers(0, 30), max_size=60))
def test_a_window_never_holds_more_than_two(acknowledgements: list[int]) -> None:
    window: Window[int] = Window()
    in_flight: set[int] = set()
    for seq in acknowledgements:
        if window.is_open:
            in_flight.add(window.send(window.seq + 1))
        assert len(in_flight) <= MAX_IN_FLIGHT
        arrived = {number for number in in_flight if number <= seq}
        assert window.acknowledge(seq) == (max(arrived) if arrived else None)
        in_flight -= arrived


@pytest.mark.parametrize(
    "rest", ['"seq":7', '"seq": 7 ', '"seq":7.0', '"seq":"7"', '"seq":-1', '"seq":7,"seq":8', '"x":1']
)
@pytest.mark.parametrize("run", ['"r"', '"\\ud800"', '"ü"', "3", '""'])
def test_the_short_way_for_acknowledgements_says_what_the_long_one_says(rest: str, run: str) -> None:
    def outcome(text: str | bytes) -> object:
        try:
            return parse_message(text)
        except Problem as problem:
            return problem.document()

    short, long = f'{{"type":"ack","run":{run},{rest}}}', f'{{ "type":"ack","run":{run},{rest}}}'
    assert outcome(short) == outcome(short.encode()) == outcome(long)
