"""Frames: what the clients of a process see, made for all runs of a cohort in one pass and sent when they are due."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from app.probe_options import DecisionOptions, ProbeOptions, Probes, UnitsOptions
from app.runs import wire
from app.runs.frames import Named, encode_frame
from app.runs.load import Load
from app.runs.stream import STATIC, Carried, Stream
from app.runs.training import Clock, Training
from app.runs.views import SCALARS, Looks

NEVER: Final = float("inf")
AT_ONCE: Final = float("-inf")
LOOK_SHARE: Final = 1e-4
"""Seconds for each stream between two looks through all of them while something trains: looking takes a fiftieth."""
AHEAD: Final = 0.5
"""By how much of the interval a frame may be early, so that those of a cohort are made together."""
LONGEST: Final = 0.008
"""Seconds after which training has its turn, however many frames are due."""
COARSEST: Final = 8
TOGETHER: Final = frozenset({"decision", "units", "weights"})
"""Probes that may be computed for a whole cohort: what they show of a run does not depend on the data of others."""


class Watched(NamedTuple):
    """A client's stream and the run it shows."""

    training: Training
    stream: Stream


class Show:
    """Every stream of a process."""

    def __init__(
        self,
        send: Callable[[wire.Frame], None],
        working_on: Callable[[str], AbstractContextManager[None]],
        clock: Clock,
    ) -> None:
        self._send = send
        self._working_on = working_on
        self._clock = clock
        self._watched: dict[int, Watched] = {}
        self._allowed_at = 0.0
        self._looked_at = 0.0
        self.load = Load(clock())

    def attach(self, training: Training, request: wire.Attach) -> None:
        """Begin a stream, anew if it is there already: after a crash it may be asked for twice."""
        after_step = min(request.after_step, training.step)  # a client may know more than a restarted server
        stream = Stream(request.stream, request.probes, after_step, request.generation, request.hidden, request.seq)
        stream.at = request.at
        self._watched[request.stream] = Watched(training, stream)

    def forget(self, training: Training) -> None:
        """A run has ended: so have its streams."""
        for watched in self._of(training):
            del self._watched[watched.stream.number]

    def hurry(self, training: Training) -> None:
        """Something was done to a run: those who watch it see it at once."""
        for watched in self._of(training):
            watched.stream.urgent = True
        self._looked_at = 0.0

    def handle(self, message: wire.StreamMessage) -> None:
        """What a client says of its stream."""
        if message.stream not in self._watched:
            return
        stream = self._watched[message.stream].stream
        match message:
            case wire.Subscribe(probes=probes, at=at):
                stream.subscribe(probes, at)
                self._looked_at = 0.0
            case wire.Ack(seq=seq):
                carried = stream.acknowledge(seq)
                if carried is not None and not stream.hidden:
                    self.load.acknowledged(self._clock() - carried.at)
            case wire.Hide(hidden=hidden):
                stream.hidden = hidden
            case wire.Detach():
                del self._watched[message.stream]

    def _of(self, training: Training) -> list[Watched]:
        return [watched for watched in self._watched.values() if watched.training is training]

    # --- when ---------------------------------------------------------------------------------------------------

    def _due_at(self, watched: Watched) -> float:
        return watched.stream.due_at(version_shown(watched.training, watched.stream), self.load.interval)

    def next_at(self) -> float:
        """When the next frame may be sent: -inf now, inf not at all."""
        due = min(map(self._due_at, self._watched.values()), default=NEVER)
        return due if due == AT_ONCE else max(due, self._allowed_at)

    def send_due(self, *, training: bool) -> None:
        """Send the frames that are due, those of the most overdue runs first. While something is `training` it has at
        least as much time as frames, urgent ones apart."""
        now = self._clock()
        if training and now - self._looked_at < LOOK_SHARE * len(self._watched):
            return
        self._looked_at = now
        self._adapt(now)
        latest = now if now >= self._allowed_at or not training else AT_ONCE
        interval = self.load.interval
        soon = latest if latest == AT_ONCE else now + AHEAD * interval
        maybe = [(number, one) for number, one in self._watched.items() if one.stream.may_at(interval) <= soon]
        waiting = {number: at for number, one in maybe if (at := self._due_at(one)) <= soon}
        due = sorted((at, number) for number, at in waiting.items() if at <= latest)
        if not due:
            return
        groups: dict[int, list[Watched]] = defaultdict(list)
        for number in waiting:
            groups[id(self._watched[number].training.views.looks)].append(self._watched[number])
        for at, number in due:
            group = groups.pop(id(self._watched[number].training.views.looks), None)
            if group is not None:
                self.load.waited(max(0.0, now - at) if at > AT_ONCE else 0.0, len(group))
                self._send_group(group)
                if training and self._clock() - now > LONGEST:
                    break
        end = self._clock()
        self.load.sent(end - now)
        self._allowed_at = end + (end - now)

    def _adapt(self, now: float) -> None:
        """Show more or less. The plans of pictures as they were until now would only take memory."""
        detail = self.load.level.detail
        self.load.adapt(now, len(self._watched))
        if self.load.level.detail != detail:
            for population in {watched.training.views.looks.population for watched in self._watched.values()}:
                population.drop_views()

    def _send_group(self, group: list[Watched]) -> None:
        """Frames of one run, or of many in one cohort."""
        looks = group[0].training.views.looks
        self._look_together(looks, group)
        for one in group:
            if one.training.views.looks is looks:
                with self._working_on(one.training.run):
                    self._send_frame(one.training, one.stream, self._clock())

    # --- what ---------------------------------------------------------------------------------------------------

    def _look_together(self, looks: Looks, chosen: list[Watched]) -> None:
        """Views that a third of a cohort shows are computed for all of it: that is what it costs one by one."""
        shown = Counter(probe for one in chosen for probe in self._shown(one.stream))
        for (name, options), count in shown.items():
            if name in TOGETHER and 3 * count >= len(looks.population.specs):
                with contextlib.suppress(Exception):  # whose fault it is shows when each is looked at by itself
                    looks.look_together(name, options)

    def _shown(self, stream: Stream) -> tuple[tuple[str, ProbeOptions], ...]:
        """What a stream shows, as finely as the load allows."""
        return shown(stream.probes, self.load.level.detail)

    def _send_frame(self, training: Training, stream: Stream, now: float) -> None:
        """Encode and send one frame of `training` for `stream`, as it is or as it was."""
        generation = training.record.generation
        run = training if stream.at is None else training.past(stream.at)
        curve = training.views.curve(stream.cursor(generation))
        arrays: list[Named] = []
        statics: dict[str, Any] = {}
        names = set()
        for name, options in self._shown(stream):
            names.add(name)
            if name in SCALARS:
                continue
            if name in STATIC:
                key = (options, training.data_version, stream.at)
                if not stream.lacks(name, key):
                    continue
                statics[name] = key
            arrays += run.views.arrays(name, options)
        carried = Carried(generation, curve.last_step, statics, now)
        version = version_shown(training, stream)
        seq = stream.sent(now, version, carried, complete=curve.complete, interval=self.load.interval)
        if training.is_training:
            training.meter.note(now, training.step)
        header = {
            "run": training.run,
            "seq": seq,
            "generation": generation,
            "revision": training.record.revision,
            "step": run.step,
            "epoch": run.epoch,
            "state": training.record.state.value,
            "past": stream.at is not None,
            "sent": now,
            "reduced": self.load.told(),
            "scalars": {**run.views.scalars(frozenset(names)), "steps_per_second": training.meter.steps_per_second},
        }
        data = encode_frame(header, arrays + curve.arrays)
        self._send(wire.Frame(stream.number, seq, generation, curve.last_step, now, data))


def version_shown(training: Training, stream: Stream) -> Hashable:
    """Another one whenever there is something else to show: of the past, only after a new start."""
    return training.seat.version if stream.at is None else (training.record.generation, stream.at)


@lru_cache(maxsize=1024)
def shown(probes: Probes, detail: float) -> tuple[tuple[str, ProbeOptions], ...]:
    """The probes by name, pictures at this share of their resolution."""
    return tuple((name, coarser(options, detail)) for name, options in probes.items())


def coarser(options: ProbeOptions, detail: float) -> ProbeOptions:
    """The options of a picture at a share of its resolution; those of other views as they are."""
    if detail == 1.0 or not isinstance(options, DecisionOptions | UnitsOptions):
        return options
    return msgspec.structs.replace(options, resolution=max(COARSEST, round(options.resolution * detail)))
