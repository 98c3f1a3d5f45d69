"""The websocket protocol `neuronpark.v1`: messages, run states and flow control, without any I/O.

`parse_message` turns a client's text into one of the structs below or raises a `Problem` that names the wrong place.
`event` functions build what the server says in text. `Window` is the flow control of one stream of frames.
`docs/protocol.md` is the reference for people.
"""

from __future__ import annotations

import contextlib
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from app.errors import BadRequest, Conflict, FieldError, Invalid, NotFound, Problem
from app.field_errors import from_msgspec
from app.probe_options import Coordinate, Index, ProbeOptions, Probes
from app.strict_json import parse

SUBPROTOCOL: Final = "neuronpark.v1"
MAX_MESSAGE: Final = 64 * 1024
MAX_RUNS_PER_SOCKET: Final = 8
MAX_PENDING: Final = 32
MAX_EVENTS: Final = 256
MAX_IN_FLIGHT: Final = 2
FRAME_INTERVAL: Final = 1 / 60
HIDDEN_INTERVAL: Final = 1.0


class Close:
    """Close codes of ours: 4000-4499 say "connect again", 4500-4999 say "do not"."""

    NO_SESSION: Final = 4401
    SLOW_READER: Final = 4408
    TOO_MANY: Final = 4429
    NO_SUBPROTOCOL: Final = 4500
    GOING_AWAY: Final = 1001


class State(StrEnum):
    """What a run is doing. `RECOVERING` is the server's word while a worker process is being replaced."""

    PAUSED = "paused"
    RUNNING = "running"
    DIVERGED = "diverged"
    RECOVERING = "recovering"


# --- commands, the same over REST and websocket -------------------------------------------------------------------

RunId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
RequestId: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)] | Annotated[str, Meta(max_length=64)]
Seed: TypeAlias = Annotated[int, Meta(ge=0, le=2**32 - 1)]
PastStep: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
Points: TypeAlias = Annotated[list[tuple[Coordinate, Coordinate]], Meta(min_length=1, max_length=10_000)]
EpochsPerSecond: TypeAlias = Annotated[float, Meta(ge=0.01, le=1e6)]


class Start(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="start"):
    """Train until something says stop."""


class Pause(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="pause"):
    """Stop training after the current update."""


class Step(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="step"):
    """Train for `count` epochs or updates, then pause. An epoch that has begun is finished and counts as one."""

    unit: Literal["epoch", "update"] = "epoch"
    count: Annotated[int, Meta(ge=1, le=10_000)] = 1


class Reset(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="reset"):
    """Back to step 0 with the same initial parameters and the same order of examples, paused."""


class NewStart(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="new_start"):
    """Back to step 0 from another seed: `seed`, or a random one. A run that was training goes on training."""

    seed: Seed | None = None


class Speed(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="speed"):
    """Epochs per second; null is as fast as the machine allows."""

    epochs_per_second: EpochsPerSecond | None


class Edit(Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter: the weight into unit `unit` of layer `layer` from its input number `input`, or null: its bias."""

    layer: Index
    unit: Index
    value: Annotated[float, Meta(ge=-1e6, le=1e6)]
    input: Index | None = None


class SetParameters(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="set_parameters"):
    """Write weights and biases by hand, or (`restored`) put back those that a network had before."""

    edits: Annotated[list[Edit], Meta(min_length=1, max_length=1000)]
    restored: bool = False


class Update(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="update"):
    """Change the specification by a JSON merge patch (RFC 7396)."""

    patch: dict[str, Any]


class Back(Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="back"):
    """After divergence: keep the last good parameters, apply `patch` if given, and pause."""

    patch: dict[str, Any] | None = None


Command: TypeAlias = Start | Pause | Step | Reset | NewStart | Speed | SetParameters | Update | Back
COMMANDS: Final[dict[str, type[Command]]] = {
    "start": Start,
    "pause": Pause,
    "step": Step,
    "reset": Reset,
    "new_start": NewStart,
    "speed": Speed,
    "set_parameters": SetParameters,
    "update": Update,
    "back": Back,
}


def require_possible(state: State, command: Command) -> None:
    """Raise `Conflict`, with the remedy, if a run in `state` cannot do `command`."""
    if isinstance(command, Back) and state is not State.DIVERGED:
        raise Conflict("There is nothing to go back from: the run has not diverged. Use reset to begin again.")
    if isinstance(command, Start | Step | SetParameters) and state is State.DIVERGED:
        raise Conflict(
            "The run has diverged. Send back to keep the last good weights, or reset to begin again, "
            "best with a smaller learning rate."
        )


# --- subscriptions ------------------------------------------------------------------------------------------------


def parse_probe(name: str, options: dict[str, Any]) -> ProbeOptions:
    """The options of one probe, checked. Raises `NotFound` for a name that is no probe and `Invalid` for options."""
    if name not in Probes.__struct_fields__:
        raise NotFound(f"There is no such probe. Choose one of {', '.join(Probes.__struct_fields__)}.")
    probes = convert({name: options}, Probes)
    found: ProbeOptions = getattr(probes, name)
    return found


# --- messages of the client ---------------------------------------------------------------------------------------


class Open(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="open"):
    """Show a run. Curve points up to `after_step` of `generation` are known to the client already."""

    id: RequestId
    run: RunId
    probes: Probes = Probes()
    after_step: Annotated[int, Meta(ge=-1, le=2**53)] = -1
    generation: Annotated[int, Meta(ge=0, le=2**53)] = 0


class Subscribe(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="subscribe"):
    """Show other probes of a run, or it as it was `at` a past step; a frame follows at once."""

    run: RunId
    probes: Probes
    id: RequestId | None = None
    at: PastStep | None = None


class RunCommand(Struct, frozen=True):
    """A command for a run; its arguments stand flat beside `command`."""

    id: RequestId
    run: RunId
    command: Command


class Ack(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="ack"):
    """Frame `seq`, and with it every earlier one, has been drawn."""

    run: RunId
    seq: Annotated[int, Meta(ge=0, le=2**53)]


class Hidden(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="hidden"):
    """The page is in the background: one frame a second is enough."""

    hidden: bool


class CloseRun(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="close"):
    """Stop showing a run. The run itself stays."""

    run: RunId


class Ping(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="ping"):
    id: RequestId


_Tagged: TypeAlias = Open | Subscribe | Ack | Hidden | CloseRun | Ping
ClientMessage: TypeAlias = _Tagged | RunCommand
ACK: Final = '{"type":"ack"'
_ack: Final = msgspec.json.Decoder(Ack)
MESSAGE_TYPES: Final = ("open", "subscribe", "command", "ack", "hidden", "close", "ping")

T = TypeVar("T")


class _Envelope(Struct, frozen=True):
    id: RequestId
    run: RunId


def parse_message(text: str | bytes) -> ClientMessage:
    """The message written in `text`. Raises `BadRequest` or `Invalid`, with pointers."""
    if (acknowledged := parse_ack(text)) is not None:
        return acknowledged
    value = parse(text)
    if not isinstance(value, dict):
        raise BadRequest("A message is a JSON object with a type.")
    kind = value.get("type")
    if kind not in MESSAGE_TYPES:
        raise Invalid("Unknown type of message.", [FieldError("/type", f"Use one of {', '.join(MESSAGE_TYPES)}.")])
    if kind != "command":
        message: _Tagged = convert(value, _Tagged)
        return message
    envelope = convert(value, _Envelope)
    arguments = {key: item for key, item in value.items() if key not in ("type", "id", "run", "command")}
    return RunCommand(envelope.id, envelope.run, parse_command(value.get("command"), arguments))


def parse_ack(text: str | bytes) -> Ack | None:
    """An acknowledgement as our page writes it: nearly every message is one, and so it takes 0.3 µs and not 11."""
    if text[:13] in (ACK, ACK.encode()):
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            return _ack.decode(text)
    return None


def request_id(text: str | bytes) -> int | str | None:
    """The request number of a message that could not be understood, as far as it can be read, to answer it by."""
    try:
        value = parse(text)
        found: int | str = convert(value["id"], RequestId)
        return found
    except (Problem, KeyError, TypeError, IndexError):
        return None


def parse_command(name: object, arguments: dict[str, Any]) -> Command:
    """The command `name` with its arguments. Raises `Invalid`, with pointers."""
    if not isinstance(name, str) or name not in COMMANDS:
        raise Invalid("Unknown command.", [FieldError("/command", f"Use one of {', '.join(COMMANDS)}.")])
    if "command" in arguments:
        raise Invalid("Some values cannot be used.", [FieldError("/command", "Name the command once.")])
    command: Command = convert(arguments, COMMANDS[name])
    return command


def convert(value: object, type_: Any) -> Any:
    """`value` as a `type_`, strictly. Raises `Invalid` with the pointer of the first value that does not fit."""
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        raise Invalid("Some values cannot be used.", [from_msgspec(str(error), type_)]) from None


# --- events of the server -----------------------------------------------------------------------------------------

Event: TypeAlias = dict[str, Any]


def error_event(problem: Problem, request: int | str | None, run: str | None = None) -> Event:
    """What was wrong with a message; the connection stays."""
    document = problem.document()
    del document["type"]
    if (seconds := problem.headers.get("Retry-After")) is not None:
        document["retry_after"] = int(seconds)
    return {"type": "error", "id": request, **({} if run is None else {"run": run}), **document}


# --- flow control -------------------------------------------------------------------------------------------------

Content = TypeVar("Content")


class Window(Generic[Content]):
    """Frames on their way: at most `MAX_IN_FLIGHT` unacknowledged; what each one carries is remembered until then."""

    def __init__(self, seq: int = 0) -> None:
        self.seq = seq
        self._in_flight: dict[int, Content] = {}

    @property
    def is_open(self) -> bool:
        """Whether another frame may be sent."""
        return len(self._in_flight) < MAX_IN_FLIGHT

    def send(self, content: Content) -> int:
        """The number of the next frame, which carries `content`."""
        self.seq += 1
        self._in_flight[self.seq] = content
        return self.seq

    def acknowledge(self, seq: int) -> Content | None:
        """`seq` and all before it have arrived: the content of the newest, None if none of them was in flight."""
        arrived = [number for number in self._in_flight if number <= seq]
        contents = [self._in_flight.pop(number) for number in arrived]
        return contents[-1] if contents else None
