"""What the web process knows of a run: where it is, its last document, its checkpoint until it is stored, who watches.

A run is awake, in a worker, or parked: then only the database has it, and here is its line in lists.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeAlias

from app.probe_options import Probes
from app.protocol import Event, State, Window

DEATHS_ALLOWED: Final = 3
DEATHS_WITHIN: Final = 60.0
RUNS_OF_A_SHAPE: Final = 10
"""A step of a cohort of one costs as much as this many more runs in it."""
NOWHERE: Final = -1
"""The slot of a run that is in no worker."""


class Sink(Protocol):
    """A client's connection. Its methods never wait: a client that does not read is the connection's business."""

    def frame(self, run: str, data: bytes) -> bool:
        """Take the newest frame of a run; returns whether it replaced one that had not been sent yet."""

    def drop(self, run: str) -> None:
        """Forget the frame of a run that has not been sent yet: the run has gone back behind it."""

    def event(self, event: Event) -> None:
        """Queue an event."""

    def left(self, run: str) -> None:
        """The run is not shown any more: it has ended."""

    def shut(self, code: int, reason: str) -> None:
        """Close the connection."""


class Attachment:
    """One client watching one run. Survives the worker: all that a new worker must be told is here."""

    def __init__(self, number: int, run: Run, sink: Sink, probes: Probes, hidden: bool) -> None:
        self.number = number
        self.run = run
        self.sink = sink
        self.probes = probes
        self.hidden = hidden
        self.at: int | None = None
        self.after_step = -1
        self.generation = 0
        self.window: Window[tuple[int, int]] = Window()

    def sent(self, seq: int, generation: int, curve_step: int) -> None:
        """Frame `seq`, whose curve reaches up to `curve_step`, was handed over."""
        self.window.seq = seq - 1
        self.window.send((generation, curve_step))

    def acknowledge(self, seq: int) -> None:
        """The client has the curve up to what frame `seq` carried."""
        if arrived := self.window.acknowledge(seq):
            self.generation, self.after_step = arrived

    def go_back(self, step: int) -> None:
        """The run is at `step` again, in another worker: what it had sent from there on is sent anew."""
        self.after_step = min(self.after_step, step)
        self.window = Window(self.window.seq)
        self.sink.drop(self.run.id)


Content: TypeAlias = tuple[int, str]
"""What a change of a run changes: the number of its checkpoint, and its state."""


class Saving:
    """What of an awake run the database was given and what it has; when it is given more by itself."""

    def __init__(self) -> None:
        self.given: Content | None = None
        self.committed: Content | None = None
        self.due = 0.0
        self.given_at = 0.0


class Run:
    """One run, whichever worker it is in. `used` and `left` are on the store's clock."""

    def __init__(self, run_id: str, slot: int, now: float, owner: str = "", shape: str = "") -> None:
        self.id = run_id
        self.slot = slot
        self.shape = shape
        self.owner = owner
        self.document: dict[str, Any] = {}
        self.brief: dict[str, Any] | None = None
        self.checkpoint: bytes | None = None
        """The newest, until the database is given it: all of them together are most of what there is."""
        self.checkpoints = 0
        self.attachments: dict[int, Attachment] = {}
        self.requests = 0
        self.born = self.used = now
        self.left: float | None = None
        self.was_watched = False
        self.ready = asyncio.Event()
        self.saving = Saving()
        self._deaths: deque[float] = deque(maxlen=DEATHS_ALLOWED)

    @property
    def exists(self) -> bool:
        """Whether it has been made: a run that is being created is nobody's yet."""
        return bool(self.document) or self.is_parked

    @property
    def is_parked(self) -> bool:
        return self.brief is not None

    @property
    def content(self) -> Content:
        return self.checkpoints, self.document["state"]

    def save(self, checkpoint: bytes) -> None:
        """Keep its newest checkpoint, for the database."""
        self.checkpoint = checkpoint
        self.checkpoints += 1

    @property
    def state(self) -> State:
        if self.brief is not None:
            return State(self.brief["state"])
        return State(self.document["state"]) if self.ready.is_set() else State.RECOVERING

    @property
    def is_idle(self) -> bool:
        """Whether nobody watches it, nobody waits for it and nothing happens in it."""
        return not self.attachments and not self.requests and self.state in (State.PAUSED, State.DIVERGED)

    def park(self, brief: dict[str, Any]) -> None:
        """It is in the database alone from now on."""
        self.brief = brief
        self.document = {}
        self.checkpoint = None
        self.slot = NOWHERE
        self.left = None
        self.ready.clear()
        self.saving = Saving()

    def awaken(self, document: dict[str, Any]) -> None:
        """It is in the worker of its slot again."""
        self.document = document
        self.brief = None
        self.ready.set()

    @property
    def deaths(self) -> int:
        return len(self._deaths)

    def use(self, now: float) -> None:
        """Somebody asks something of the run: it is not forgotten, even if nobody watches it."""
        self.used = now
        if self.left is not None:
            self.left = now

    def shown(self) -> dict[str, Any]:
        """The run document; of a parked run, what lists say of it."""
        return {**(self.brief or self.document), "state": self.state.value}

    def summary(self) -> dict[str, Any]:
        """The run in a few words, however many points and parameters it has."""
        if self.brief is not None:
            return self.brief
        document, spec = self.document, self.document["spec"]
        return {
            **{name: document[name] for name in ("id", "step", "epoch", "generation", "created")},
            "state": self.state.value,
            "dataset": spec["dataset"]["kind"],
            "layers": [layer["units"] for layer in document["network"]["layers"][:-1]],
        }

    def blame(self, now: float) -> bool:
        """A worker died while busy with this run. Returns whether that happened too often to try again."""
        self._deaths.append(now)
        return len(self._deaths) == DEATHS_ALLOWED and now - self._deaths[0] <= DEATHS_WITHIN

    def tell(self, event: Event) -> None:
        """Give `event` to everybody who watches."""
        for attachment in list(self.attachments.values()):
            attachment.sink.event(event)


def shape_asked_for(spec: dict[str, Any]) -> str:
    """What a specification, as a client wrote it, says of the shape of its network."""
    return repr([spec.get(name) for name in ("layers", "features", "output", "batch_size")])


def place(runs: Iterable[Run], slots: int, shape: str) -> int:
    """The worker for another run: the one that has the least to do with it. Runs of one shape train together, so each
    shape counts like :data:`RUNS_OF_A_SHAPE` runs, and another run of it like one more."""
    shapes: list[Counter[str]] = [Counter() for _ in range(slots)]
    for run in runs:
        shapes[run.slot][run.shape] += 1

    def work(slot: int) -> int:
        held = shapes[slot]
        return held.total() + 1 + RUNS_OF_A_SHAPE * len(held | Counter([shape]))

    return min(range(slots), key=work)


def timestamp() -> str:
    """This moment, for people: when a run was created."""
    return datetime.now(UTC).isoformat(timespec="seconds")
