"""What the web process and a worker process say to each other, and how it is framed on their socket.

A message is a u32 little-endian length and that many bytes of msgpack: an array whose first item names the struct.
Specifications and checkpoints are opaque on the way; frames are bytes that the web process forwards unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from app import protocol
from app.probe_options import Probes

LENGTH_BYTES: Final = 4
LONGEST: Final = 256 * 2**20


class Marker(Protocol):
    """Shared memory in which a worker writes the run it works on, so that its death can be laid at that run's door."""

    value: bytes


class Options(NamedTuple):
    """What a worker is told at its start: how often it saves, and whether runs of one shape train together."""

    checkpoint_interval: float
    cohorts: bool = True


class Create(Struct, frozen=True, array_like=True, tag=True):
    """Begin a run; answered with its document."""

    request: int
    run: str
    spec: dict[str, Any]
    epochs_per_second: float | None
    created: str


class Restore(Struct, frozen=True, array_like=True, tag=True):
    """Go on with a run from its checkpoint; answered with its document."""

    request: int
    run: str
    checkpoint: bytes


class Delete(Struct, frozen=True, array_like=True, tag=True):
    run: str


class Execute(Struct, frozen=True, array_like=True, tag=True):
    """A command; answered with the run document when it is done."""

    request: int
    run: str
    command: protocol.Command


class ReadDocument(Struct, frozen=True, array_like=True, tag=True):
    request: int
    run: str


class ReadMetrics(Struct, frozen=True, array_like=True, tag=True):
    request: int
    run: str


class ReadExport(Struct, frozen=True, array_like=True, tag=True):
    request: int
    run: str


class ReadProbe(Struct, frozen=True, array_like=True, tag=True):
    """One probe's arrays as lists of numbers, as they are or as they were at a past step."""

    request: int
    run: str
    name: str
    options: dict[str, Any]
    step: int | None = None


class Fork(Struct, frozen=True, array_like=True, tag=True):
    """A checkpoint of another run that goes on from a past step."""

    request: int
    run: str
    step: int
    created: str


class Predict(Struct, frozen=True, array_like=True, tag=True):
    request: int
    run: str
    points: list[tuple[float, float]]


class Attach(Struct, frozen=True, array_like=True, tag=True):
    """Begin a stream of frames; answered with the run document, then an immediate frame follows."""

    request: int
    run: str
    stream: int
    probes: Probes
    after_step: int
    generation: int
    hidden: bool
    seq: int
    at: int | None = None


class Subscribe(Struct, frozen=True, array_like=True, tag=True):
    stream: int
    probes: Probes
    at: int | None = None


class Ack(Struct, frozen=True, array_like=True, tag=True):
    stream: int
    seq: int


class Hide(Struct, frozen=True, array_like=True, tag=True):
    stream: int
    hidden: bool


class Detach(Struct, frozen=True, array_like=True, tag=True):
    stream: int


class Ping(Struct, frozen=True, array_like=True, tag=True):
    """Answered between two slices of training; silence means the worker hangs."""


Question: TypeAlias = ReadDocument | ReadMetrics | ReadExport | ReadProbe | Predict | Fork
Request: TypeAlias = Create | Restore | Execute | Attach | Question
StreamMessage: TypeAlias = Subscribe | Ack | Hide | Detach
ToWorker: TypeAlias = Request | StreamMessage | Delete | Ping


class Ready(Struct, frozen=True, array_like=True, tag=True):
    """The worker has imported the engine and listens."""


class Pong(Struct, frozen=True, array_like=True, tag=True):
    """Answers `Ping`, with the number of runs in each cohort."""

    cohorts: list[int] = []


class Reply(Struct, frozen=True, array_like=True, tag=True):
    request: int
    value: Any


class Refusal(Struct, frozen=True, array_like=True, tag=True):
    """A request that cannot be served; becomes the `Problem` with this status."""

    request: int
    status: int
    detail: str
    errors: list[tuple[str, str]]


class Document(Struct, frozen=True, array_like=True, tag=True):
    """State, specification or generation of a run have changed."""

    run: str
    document: dict[str, Any]


class Saved(Struct, frozen=True, array_like=True, tag=True):
    """A checkpoint: opaque bytes to restore the run from, and how far it is."""

    run: str
    checkpoint: bytes
    progress: dict[str, Any]


class Frame(Struct, frozen=True, array_like=True, tag=True):
    """One frame of a stream, begun at `sent` of the monotonic clock that all processes of a machine share.

    The curve in it reaches up to `curve_step` of `generation`.
    """

    stream: int
    seq: int
    generation: int
    curve_step: int
    sent: float
    data: bytes


class Ended(Struct, frozen=True, array_like=True, tag=True):
    """The worker had to give up a run."""

    run: str
    reason: str


FromWorker: TypeAlias = Ready | Pong | Reply | Refusal | Document | Saved | Frame | Ended

_encoder: Final = msgspec.msgpack.Encoder()
to_worker: Final = msgspec.msgpack.Decoder[ToWorker](ToWorker)
from_worker: Final = msgspec.msgpack.Decoder[FromWorker](FromWorker)

M = TypeVar("M")


def pack(message: ToWorker | FromWorker) -> bytes:
    """`message` with its length in front."""
    buffer = bytearray(LENGTH_BYTES)
    _encoder.encode_into(message, buffer, LENGTH_BYTES)
    buffer[:LENGTH_BYTES] = (len(buffer) - LENGTH_BYTES).to_bytes(LENGTH_BYTES, "little")
    return bytes(buffer)


class Unpacker(Generic[M]):
    """One side's reading: bytes in as they come, whole messages out."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[M]) -> None:
        self._decoder = decoder
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[M]:
        """The messages that `data` completes. Raises `ValueError` for noise."""
        buffer = self._buffer
        buffer += data
        while len(buffer) >= LENGTH_BYTES:
            length = int.from_bytes(buffer[:LENGTH_BYTES], "little")
            if length > LONGEST:
                raise ValueError(f"a message of {length} bytes is longer than {LONGEST}")
            end = LENGTH_BYTES + length
            if len(buffer) < end:
                return
            with memoryview(buffer)[LENGTH_BYTES:end] as body:
                message = self._decoder.decode(body)
            del buffer[:end]
            yield message
