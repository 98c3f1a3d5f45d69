"""What survives a crash: everything a run needs to go on as if nothing had happened, as opaque bytes."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct, field

from app.protocol import State
from app.runs.history import History


class Record(Struct):
    """What the server knows of a run beyond the specification and the engine's state."""

    created: str
    state: State = State.PAUSED
    generation: int = 0
    revision: int = 0
    epochs_per_second: float | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)


class Checkpoint(Struct, frozen=True):
    """A run at one step: `engine` is the population's own state, `history` how earlier steps are reached."""

    spec: dict[str, Any]
    record: Record
    engine: bytes
    history: History = field(default_factory=History)


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Checkpoint)


def dump(checkpoint: Checkpoint) -> bytes:
    return _encoder.encode(checkpoint)


def load(data: bytes) -> Checkpoint:
    """The checkpoint that `dump` wrote."""
    checkpoint: Checkpoint = _decoder.decode(data)
    return checkpoint
