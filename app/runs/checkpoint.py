"""What survives a crash: everything a run needs to go on as if nothing had happened, as opaque bytes.

A checkpoint says by which version it was written. Of one that another version wrote, the specification is read alone,
and the run begins again from it.
"""

from __future__ import annotations

import contextlib
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from app.protocol import State
from app.runs import changes
from app.runs.history import History

VERSION: Final = 1
"""Of checkpoints, with the engine's state in them: another one whenever one cannot go on from what there was before."""


class Record(Struct):
    """What the server knows of a run beyond the specification and the engine's state."""

    created: str
    state: State = State.PAUSED
    generation: int = 0
    revision: int = 0
    epochs_per_second: float | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)


class Checkpoint(Struct, frozen=True):
    """A run at one step: `engine` is the population's own state, `history` how earlier steps are reached. Without
    `engine` it stands at its beginning."""

    spec: dict[str, Any]
    record: Record
    engine: bytes
    history: History = field(default_factory=History)
    version: int = VERSION


class Foreign(Struct, frozen=True):
    """What is read of a checkpoint that another version wrote. The first ones do not say theirs."""

    spec: dict[str, Any]
    record: dict[str, Any]
    version: int = 1


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Checkpoint)
_foreign: Final = msgspec.msgpack.Decoder(Foreign)


def dump(checkpoint: Checkpoint) -> bytes:
    return _encoder.encode(checkpoint)


def load(data: bytes) -> Checkpoint:
    """The checkpoint that `dump` wrote; of another version's, one that begins again."""
    foreign = _foreign.decode(data)
    if foreign.version == VERSION:
        with contextlib.suppress(msgspec.ValidationError):  # laid out otherwise, before there were versions
            checkpoint: Checkpoint = _decoder.decode(data)
            return checkpoint
    return _begun_again(foreign)


def _begun_again(foreign: Foreign) -> Checkpoint:
    """Clients drop the curve they had, since it is of another generation."""
    old = foreign.record
    record = Record(
        old.get("created", ""),
        generation=old.get("generation", 0) + 1,
        revision=old.get("revision", 0) + 1,
        epochs_per_second=old.get("epochs_per_second"),
        changes=[{"step": 0, "epoch": 0.0, **changes.BEGUN_AGAIN}],
    )
    return Checkpoint(foreign.spec, record, b"")
