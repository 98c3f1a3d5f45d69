"""What survives a crash: everything a run needs to go on as if nothing had happened, as opaque bytes.

A checkpoint says by which version it was written. Of one that an earlier version wrote, the specification is read
alone, and the run begins again from it. One of a later version is refused, and so stays as it is.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct, field

from app.errors import Conflict
from app.protocol import State
from app.runs import changes
from app.runs.history import History

FIRST: Final = 1
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


class Said(Struct, frozen=True):
    """The version a checkpoint says it is of. The first ones do not."""

    version: int | None = None


class Earlier(Struct, frozen=True):
    """What is read of a checkpoint that an earlier version wrote."""

    spec: dict[str, Any]
    record: dict[str, Any]


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Checkpoint)
_said: Final = msgspec.msgpack.Decoder(Said)
_earlier: Final = msgspec.msgpack.Decoder(Earlier)


def dump(checkpoint: Checkpoint) -> bytes:
    return _encoder.encode(checkpoint)


def load(data: bytes) -> Checkpoint:
    """The checkpoint that `dump` wrote, or one that begins again for an earlier version's. Raises `Conflict` for one
    of a later version."""
    said = _said.decode(data).version
    version = FIRST if said is None else said
    if version > VERSION:
        raise Conflict("This run was kept by a later version of the server. Use that one.")
    if version == VERSION:
        try:
            checkpoint: Checkpoint = _decoder.decode(data)
        except msgspec.ValidationError:
            if said is not None:
                raise
        else:
            return checkpoint
    return _begun_again(_earlier.decode(data))


def _begun_again(earlier: Earlier) -> Checkpoint:
    """Clients drop the curve they had, since it is of another generation."""
    old = earlier.record
    record = Record(
        old.get("created", ""),
        generation=old.get("generation", 0) + 1,
        revision=old.get("revision", 0) + 1,
        epochs_per_second=old.get("epochs_per_second"),
        changes=[{"step": 0, "epoch": 0.0, **changes.BEGUN_AGAIN}],
    )
    return Checkpoint(earlier.spec, record, b"")
