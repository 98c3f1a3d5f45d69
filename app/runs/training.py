"""One run inside a worker: the only place that drives the engine."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Hashable
from typing import Any, Final

from app import protocol
from app.errors import FieldError, Invalid
from app.protocol import State
from app.runs import changes, checkpoint
from app.runs.checkpoint import Checkpoint, Record
from app.runs.history import MOST_BYTES, History
from app.runs.pace import Meter, Pace
from app.runs.past import Past, TimeMachine, without_curve
from app.runs.seat import Seat
from app.runs.views import Views
from engine import Population, RunSpec, SpecError
from engine.batches import other_table
from engine.member import dump
from engine.optimizers import OPTIMIZERS
from engine.spec import is_live_change

SLICE: Final = 0.004
"""Seconds one run may train before others, messages and frames have their turn."""
FIRST_GAP: Final = 300_000
"""Multiply-adds, of forward passes, between the first snapshots of a run: some milliseconds of training."""
SHORT: Final = 0.001
"""Seconds that an epoch may take and still be trained in one turn, however many wait for theirs."""
MOST_STEPS: Final = 20_000
SLOWEST_TOGETHER: Final = 20.0
"""Epochs per second: a slower run trains by itself, update by update, so that it is seen to move."""
Clock = Callable[[], float]


class Training:
    """A run: its specification, its place in a population, and its record.

    It has a population of its own until it is seated in a cohort's, and again when it leaves that. `version` changes
    with everything a view could show, `notices` grows with everything the run document says about state, specification
    and generation. `goal` counts the updates left of a step command.
    """

    def __init__(self, run: str, spec: RunSpec, population: Population, record: Record, clock: Clock) -> None:
        self.run = run
        self.spec = spec
        self.record = record
        self.notices = 0
        self.data_version = 0
        self.goal = 0
        self.meter = Meter()
        self._machine = TimeMachine()
        self.seat = Seat(population)
        self.history = self._new_history()
        self._clock = clock
        self._written: tuple[RunSpec, dict[str, Any]] | None = None
        self._step_seconds = SLICE / 4
        self.pace = self._new_pace()

    @classmethod
    def create(
        cls, run: str, spec: RunSpec, epochs_per_second: float | None, created: str, clock: Clock = time.monotonic
    ) -> Training:
        """A new run, paused at step 0."""
        record = Record(created=created, epochs_per_second=epochs_per_second)
        training = cls(run, spec, Population([spec]), record, clock)
        training._take_snapshot(marked=True)
        return training

    @classmethod
    def restore(cls, run: str, data: bytes, clock: Clock = time.monotonic) -> Training:
        """A run as it was when `data` was made; going on is bit-identical to never having stopped. One that an
        earlier version of the server kept begins again. Raises `Conflict` for one of a later version."""
        saved = checkpoint.load(data)
        spec = RunSpec.from_dict(saved.spec)
        population = Population.restore(spec, saved.engine) if saved.engine else Population([spec])
        training = cls(run, spec, population, saved.record, clock)
        if saved.history.snapshots:
            training.history = saved.history
        else:
            training._take_snapshot(marked=True)
        return training

    def checkpoint(self) -> bytes:
        engine = self._population.state(self._replica)
        return checkpoint.dump(Checkpoint(self._written_spec(), self.record, engine, self.history))

    @property
    def views(self) -> Views:
        """What can be seen of it."""
        return self.seat.views

    @property
    def _population(self) -> Population:
        return self.seat.population

    @property
    def _replica(self) -> int:
        return self.seat.replica

    # --- what it is ---------------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        return self._population.step.item(self._replica)

    @property
    def epoch(self) -> float:
        """Epochs done, with the fraction of the one under way."""
        return self._population.position(self._replica)

    @property
    def is_training(self) -> bool:
        return self.record.state is State.RUNNING or self.goal > 0

    def progress(self) -> dict[str, Any]:
        """What changes with every step and is not worth a message of its own."""
        return {
            "step": self.step,
            "epoch": self.epoch,
            "losses": self.views.losses(),
            "accuracy": self.views.accuracy(),
        }

    def document(self) -> dict[str, Any]:
        """The run document."""
        record = self.record
        return {
            "id": self.run,
            "state": record.state.value,
            **self.progress(),
            "generation": record.generation,
            "revision": record.revision,
            "spec": self._written_spec(),
            "network": self._population.network.describe(),
            "speed": {"epochs_per_second": record.epochs_per_second},
            "changes": list(record.changes),
            "diagnosis": self._population.diagnosis(self._replica) if record.state is State.DIVERGED else None,
            "stopped": self._population.stop_reason(self._replica),
            "created": record.created,
        }

    def _written_spec(self) -> dict[str, Any]:
        """The specification as a document: written once, since it is sent again and again."""
        if self._written is None or self._written[0] is not self.spec:
            self._written = self.spec, self.spec.to_dict()
        return self._written[1]

    # --- the past -----------------------------------------------------------------------------------------------

    def past(self, step: int) -> Past:
        """The run as it was at an earlier step, or as near before it as is reached in time."""
        if step >= self.step or not self.history.snapshots:
            return Past(self.step, self.epoch, self.views)
        return self._machine.reach(self.history, step, self._step_seconds)

    def fork(self, step: int, created: str) -> bytes:
        """A checkpoint of a run that goes on from a past step as this one did, paused."""
        past = self.past(step)
        member = past.views.member()
        points = self._population.curve_points(self._replica)
        member.curve = points[:, points[0] <= past.step]
        changed = [change for change in self.record.changes if change["step"] <= past.step]
        record = Record(created, epochs_per_second=self.record.epochs_per_second, changes=changed)
        return checkpoint.dump(Checkpoint(member.spec.to_dict(), record, dump(member)))

    def _new_history(self) -> History:
        """Without a snapshot yet: of a small network they come more rarely, as it is soon trained again."""
        return History(gap=max(1.0, FIRST_GAP / self.seat.epoch_work))

    def _take_snapshot(self, *, marked: bool) -> None:
        """Keep the run as it is now; one so large that a few of them would fill the ring has no past."""
        rows = 2 + len(OPTIMIZERS[self.spec.optimizer.kind].state)
        if rows * self._population.theta[self._replica].nbytes > MOST_BYTES // 4:
            self.history = self._new_history()
        else:
            state = without_curve(self.seat.member())
            self.history.add(self.step, self.epoch, self._written_spec(), state, marked=marked)

    # --- training -----------------------------------------------------------------------------------------------

    def train(self, budget: float = SLICE, epochs: int = 1) -> None:
        """Train for about `budget` seconds, or for so many epochs where that is longer and still short."""
        begin = self._clock()
        allowed = self.goal or self.pace.due(begin)
        seconds = max(budget, min(epochs * self.epoch_seconds, SHORT))
        before = self.step
        self._population.advance(max(1, min(allowed, int(seconds / self._step_seconds), MOST_STEPS)))
        end = self._clock()
        done = self.step - before
        if done:
            self._step_seconds = max(1e-7, 0.7 * self._step_seconds + 0.3 * (end - begin) / done)
        self.goal = max(0, self.goal - done)
        self.views.looks.forget()
        self.moved(done, int(self.epoch))
        self.end()

    @property
    def epoch_seconds(self) -> float:
        """How long an epoch of this run alone takes, as far as that is known."""
        return self._step_seconds * self.seat.steps_per_epoch

    @property
    def members(self) -> tuple[Training, ...]:
        """Those that train when it does: as a cohort has."""
        return (self,)

    def moved(self, steps: int, epoch: int) -> None:
        """`steps` updates have been done, and `epoch` whole epochs in all: keep a snapshot if one is due."""
        self.pace.spend(steps)
        if epoch >= self.history.next_epoch:
            self._take_snapshot(marked=False)

    def end(self) -> None:
        """Stop if the run has diverged or has met one of its conditions."""
        if self._population.diverged[self._replica]:
            self.goal = 0
            self._take_snapshot(marked=True)
            self._become(State.DIVERGED)
        elif self._population.stop_reason(self._replica) is not None:
            self.goal = 0
            self._take_snapshot(marked=True)
            if self.record.state is State.RUNNING:
                self._become(State.PAUSED)
            else:
                self._noticed()

    def finish_epoch(self) -> None:
        """Go on to the end of the epoch that has begun, if one has."""
        before = self.step
        if self.epoch % 1.0:
            self._population.advance_epochs(1)
            self.views.looks.forget()
            self.moved(self.step - before, int(self.epoch))
            self.end()

    @property
    def kind(self) -> Hashable | None:
        """What it has in common with the runs it can train with in a cohort; None while it does not belong into one:
        when it stands still, is slow for the eye's sake, or is so large that it gains nothing."""
        rate = self.record.epochs_per_second
        is_slow = rate is not None and rate < SLOWEST_TOGETHER
        if self.record.state is not State.RUNNING or self.goal or is_slow or not self.seat.sociable:
            return None
        return self.seat.kind

    def export(self) -> dict[str, Any]:
        """Everything to rebuild the run elsewhere: specification, parameters and curve."""
        replica = self._replica
        parameters = {"weights": self._population.weights(replica), "biases": self._population.biases(replica)}
        return {"spec": self.spec.to_dict(), "parameters": parameters, "curve": self.views.columns()}

    def wait(self) -> float:
        """Seconds until this run may train again, infinite if it stands still."""
        if not self.is_training:
            return float("inf")
        return 0.0 if self.goal else self.pace.wait(self._clock())

    def execute(self, command: protocol.Command) -> None:
        """Do `command`. A step adds to `goal`; whatever else comes while stepping ends it."""
        protocol.require_possible(self.record.state, command)
        left, self.goal = self.goal, 0
        match command:
            case protocol.Start():
                self._population.go_on(self._replica)
                self._become(State.RUNNING)
            case protocol.Pause():
                self._pause()
            case protocol.Step(unit=unit, count=count):
                if not left:
                    self.meter.stop()
                self.seat.stand_up()
                self._population.go_on(0)
                self._pause()
                self.goal = left + (count if unit == "update" else self._steps_of_epochs(count, left))
            case protocol.Reset():
                self._pause()
                self._restart(self.spec)
            case protocol.NewStart(seed=seed):
                fresh = secrets.randbelow(2**32) if seed is None else seed
                self._restart(self.spec.merge({"seed": fresh, "initial": None}))
            case protocol.Speed(epochs_per_second=rate):
                self.record.epochs_per_second = rate
                self.pace = self._new_pace()
                self._noticed()
            case protocol.SetParameters(edits=edits, restored=restored):
                self._edit(edits, restored)
            case protocol.Update(patch=patch) if self.record.state is State.DIVERGED:
                self._go_back(patch)
            case protocol.Update(patch=patch):
                self._become_spec(self._patched(patch))
            case protocol.Back(patch=patch):
                self._go_back(patch)

    def _steps_of_epochs(self, count: int, ahead: int) -> int:
        """Updates to the end of the epoch that has begun when `ahead` more are done, and of `count` - 1 after it."""
        per_epoch = self.seat.steps_per_epoch
        done = round((self.epoch - int(self.epoch)) * per_epoch)
        return count * per_epoch - (done + ahead) % per_epoch

    def _new_pace(self) -> Pace:
        rate = self.record.epochs_per_second
        steps = None if rate is None else rate * self.seat.steps_per_epoch
        return Pace(steps, self._clock())

    def _pause(self) -> None:
        if self.record.state is State.RUNNING:
            self._become(State.PAUSED)

    def _become(self, state: State) -> None:
        if state is not self.record.state:
            self.record.state = state
            self.meter.stop()
            self.pace = self._new_pace()
            self._noticed()

    def _patched(self, patch: dict[str, Any]) -> RunSpec:
        try:
            return self.spec.merge(patch)
        except SpecError as error:
            errors = [FieldError(issue.pointer, issue.message) for issue in error.errors]
            raise Invalid("The changed specification cannot be run.", errors) from None

    def _become_spec(self, spec: RunSpec) -> None:
        """Take over a changed specification, with the weights if it allows that, else from step 0."""
        if not is_live_change(self.spec, spec):
            self._restart(spec)
            return
        table = other_table(self.spec, self._population.tables[self._replica], spec)
        if not self._population.fits(self._replica, spec, table):
            self.seat.stand_up()
        old, before, self.spec = self.spec, self._written_spec(), spec
        self._population.update(self._replica, spec, table)
        if self.seat.cohort is None or old.dataset != spec.dataset:
            self.views.looks.forget()
        self._remember(changes.describe(before, self._written_spec()))
        self.data_version += old.dataset != spec.dataset
        self.pace = self._new_pace()
        self._take_snapshot(marked=True)
        self._noticed()

    def _restart(self, spec: RunSpec) -> None:
        """Stand at step 0 of another generation: curve and changes begin anew."""
        table = other_table(self.spec, self._population.tables[self._replica], spec)
        if self._population.fits(self._replica, spec, table):
            self._population.reset(self._replica, spec, table)
            self.views.looks.forget()
        else:
            self.seat.take(Population([spec], [table]))
            self._step_seconds = SLICE / 4
        self.data_version += self.spec.dataset != spec.dataset
        self.spec = spec
        if self.record.state is State.DIVERGED:
            self._become(State.PAUSED)
        self.record.generation += 1
        self.record.changes.clear()
        self.history = self._new_history()
        self._take_snapshot(marked=True)
        self.meter.stop()
        self.pace = self._new_pace()
        self._noticed()

    def _go_back(self, patch: dict[str, Any] | None) -> None:
        spec = self._patched(patch) if patch else None
        self._population.recover(self._replica)
        self.views.looks.forget()
        self._take_snapshot(marked=True)
        self._become(State.PAUSED)
        if spec is not None:
            self._become_spec(spec)

    def _edit(self, edits: list[protocol.Edit], restored: bool) -> None:
        changes.require_places(edits, self._population.network.wires)
        for edit in edits:
            self._population.set_parameter(self._replica, edit.layer, edit.unit, edit.input, edit.value)
        self._population.retake(self._replica)
        self.views.looks.forget()
        self._take_snapshot(marked=True)
        if self.step or not restored:
            self._remember([changes.RESTORED if restored else changes.edited(edits)])
        self._noticed()

    def _remember(self, new: list[dict[str, Any]]) -> None:
        for change in new:
            changes.remember(self.record.changes, {"step": self.step, "epoch": self.epoch, **change})

    def _noticed(self) -> None:
        self.notices += 1
        self.record.revision += 1
        self.seat.touch()
