"""The time machine: a ring of snapshots from which any past step of a run can be reached again.

Training is exact, so what was between two snapshots need not be kept: it is trained again from the one before. Where
something was changed by hand there is always a snapshot, so that nothing but training lies between two of them.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct, field

MOST_SNAPSHOTS: Final = 24
MOST_BYTES: Final = 2_000_000
"""Of all snapshots of a run together; the oldest are dropped first."""


class Snapshot(Struct, array_like=True):
    """A run at one step: `state` is the engine's, without the curve, `spec` the place of its specification.

    A `marked` one stands where something was changed by hand: what came before does not lead beyond it.
    """

    step: int
    epoch: float
    spec: int
    state: bytes
    marked: bool


class History(Struct):
    """Snapshots in the order of their steps. When they get many, every second is dropped and they come more rarely.

    Specifications are kept as bytes, which take a tenth of the memory that the documents do.
    """

    specs: list[bytes] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    gap: float = 1.0

    @property
    def next_epoch(self) -> float:
        """From which epoch on another snapshot is due."""
        return self.snapshots[-1].epoch + self.gap if self.snapshots else 0.0

    @property
    def first_step(self) -> int:
        """The first step that can be reached."""
        return self.snapshots[0].step

    def add(self, step: int, epoch: float, spec: dict[str, Any], state: bytes, *, marked: bool) -> None:
        """Keep the run as it is now. At one step there is one snapshot: the last."""
        if self.snapshots and self.snapshots[-1].step == step:
            marked = self.snapshots.pop().marked or marked
            del self.specs[self.snapshots[-1].spec + 1 if self.snapshots else 0 :]
        written = msgspec.msgpack.encode(spec)
        if not self.specs or self.specs[-1] != written:
            self.specs.append(written)
        self.snapshots.append(Snapshot(step, epoch, len(self.specs) - 1, state, marked))
        if len(self.snapshots) > MOST_SNAPSHOTS:
            self._thin()
        while len(self.snapshots) > 1 and sum(len(snapshot.state) for snapshot in self.snapshots) > MOST_BYTES:
            self._drop_oldest()

    def before(self, step: int) -> tuple[Snapshot, dict[str, Any]]:
        """The snapshot from which a step is reached, the first one for a step before it, and its specification."""
        found = self.snapshots[0]
        for snapshot in self.snapshots:
            if snapshot.step <= step:
                found = snapshot
        spec: dict[str, Any] = msgspec.msgpack.decode(self.specs[found.spec])
        return found, spec

    def _thin(self) -> None:
        """Drop every second snapshot that nothing depends on, or the oldest if there is none."""
        plain = [snapshot for snapshot in self.snapshots[1:-1] if not snapshot.marked]
        if not plain:
            self._drop_oldest()
            return
        dropped = {id(snapshot) for snapshot in plain[::2]}
        self.snapshots = [snapshot for snapshot in self.snapshots if id(snapshot) not in dropped]
        self.gap *= 2.0

    def _drop_oldest(self) -> None:
        del self.snapshots[0]
        unused = self.snapshots[0].spec
        del self.specs[:unused]
        for snapshot in self.snapshots:
            snapshot.spec -= unused
