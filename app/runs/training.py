"""One run inside a worker: the only place that drives the engine."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from app import protocol
from app.errors import FieldError, Invalid
from app.protocol import State
from app.runs import changes, checkpoint
from app.runs.checkpoint import Checkpoint, Record
from app.runs.pace import Meter, Pace
from app.runs.views import Views
from engine import Population, RunSpec, SpecError
from engine.features import FEATURES_OF
from engine.initial import bias_count, weight_counts
from engine.spec import is_live_change

SLICE: Final = 0.004
"""Seconds one run may train before others, messages and frames have their turn."""
MOST_STEPS: Final = 20_000
Clock = Callable[[], float]


class Training:
    """A run: its specification, its population of one, and its record.

    `version` grows with everything a view could show, `notices` with everything the run document says about state,
    specification and generation. `goal` counts the updates left of a step command.
    """

    def __init__(self, run: str, spec: RunSpec, population: Population, record: Record, clock: Clock) -> None:
        self.run = run
        self.spec = spec
        self.record = record
        self.version = 0
        self.notices = 0
        self.data_version = 0
        self.goal = 0
        self.meter = Meter()
        self.views = Views(population, spec.task)
        self._population = population
        self._clock = clock
        self._step_seconds = SLICE / 4
        self.pace = self._new_pace()

    @classmethod
    def create(
        cls, run: str, spec: RunSpec, epochs_per_second: float | None, created: str, clock: Clock = time.monotonic
    ) -> Training:
        """A new run, paused at step 0."""
        record = Record(created=created, epochs_per_second=epochs_per_second)
        return cls(run, spec, Population([spec]), record, clock)

    @classmethod
    def restore(cls, run: str, data: bytes, clock: Clock = time.monotonic) -> Training:
        """A run as it was when `data` was made; going on is bit-identical to never having stopped."""
        saved = checkpoint.load(data)
        spec = RunSpec.from_dict(saved.spec)
        return cls(run, spec, Population.restore(spec, saved.engine), saved.record, clock)

    def checkpoint(self) -> bytes:
        return checkpoint.dump(Checkpoint(self.spec.to_dict(), self.record, self._population.state(0)))

    # --- what it is ---------------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        return int(self._population.step[0])

    @property
    def epoch(self) -> float:
        """Epochs done, with the fraction of the one under way."""
        return float(self._population.epoch_position[0])

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
            "spec": self.spec.to_dict(),
            "network": self._population.network.describe(),
            "speed": {"epochs_per_second": record.epochs_per_second},
            "changes": list(record.changes),
            "diagnosis": self._population.diagnosis(0) if record.state is State.DIVERGED else None,
            "stopped": self._population.stop_reason(0),
            "created": record.created,
        }

    # --- training -----------------------------------------------------------------------------------------------

    def train(self) -> None:
        """Train for one slice of time at most, as far as pace or goal allow."""
        begin = self._clock()
        allowed = self.goal or self.pace.due(begin)
        before = self.step
        self._population.advance(max(1, min(allowed, int(SLICE / self._step_seconds), MOST_STEPS)))
        end = self._clock()
        done = self.step - before
        if done:
            self._step_seconds = max(1e-7, 0.7 * self._step_seconds + 0.3 * (end - begin) / done)
        self.meter.note(end, self.step)
        self.pace.spend(done)
        self.goal = max(0, self.goal - done)
        self._touch()
        if self._population.diverged[0]:
            self.goal = 0
            self._become(State.DIVERGED)
        elif self._population.stopped[0]:
            self.goal = 0
            if self.record.state is State.RUNNING:
                self._become(State.PAUSED)
            else:
                self._noticed()

    def export(self) -> dict[str, Any]:
        """Everything to rebuild the run elsewhere: specification, parameters and curve."""
        parameters = {"weights": self._population.weights(0), "biases": self._population.biases(0)}
        return {"spec": self.spec.to_dict(), "parameters": parameters, "curve": self.views.columns()}

    def predict(self, points: list[tuple[float, float]]) -> dict[str, Any]:
        """The outputs for `points`, and for a classification the class of each."""
        if self.spec.form.inputs not in FEATURES_OF:
            remedy = "This network is not given points; read the view probabilities or feature_maps with its inputs."
            raise Invalid("This run has no plane.", [FieldError("/points", remedy)])
        outputs = self._population.predict(np.asarray(points, np.float64))[0]
        answer: dict[str, Any] = {"outputs": outputs.tolist()}
        if self.spec.task == "classification":
            answer["classes"] = [self.spec.classes[index] for index in self._population.classify(outputs)]
        return answer

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
                self._population.go_on(0)
                self._become(State.RUNNING)
            case protocol.Pause():
                self._pause()
            case protocol.Step(unit=unit, count=count):
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
        per_epoch = int(self._population.steps_per_epoch[0])
        done = round((self.epoch - int(self.epoch)) * per_epoch)
        return count * per_epoch - (done + ahead) % per_epoch

    def _new_pace(self) -> Pace:
        rate = self.record.epochs_per_second
        steps = None if rate is None else rate * int(self._population.steps_per_epoch[0])
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
        old, self.spec = self.spec, spec
        self._population.update(0, spec)
        self._remember(changes.describe(old.to_dict(), spec.to_dict()))
        self.data_version += old.dataset != spec.dataset
        self.pace = self._new_pace()
        self._noticed()

    def _restart(self, spec: RunSpec) -> None:
        """Stand at step 0 of another generation: curve and changes begin anew."""
        if spec == self.spec:
            self._population.reset(0)
        else:
            self._population = Population([spec])
            self.views = Views(self._population, spec.task)
        if self.record.state is State.DIVERGED:
            self._become(State.PAUSED)
        self.data_version += self.spec.dataset != spec.dataset
        self.spec = spec
        self.record.generation += 1
        self.record.changes.clear()
        self.meter.stop()
        self.pace = self._new_pace()
        self._noticed()

    def _go_back(self, patch: dict[str, Any] | None) -> None:
        spec = self._patched(patch) if patch else None
        self._population.recover(0)
        self._become(State.PAUSED)
        if spec is not None:
            self._become_spec(spec)

    def _edit(self, edits: list[protocol.Edit], restored: bool) -> None:
        errors = [error for index, edit in enumerate(edits) if (error := self._misplaced(index, edit))]
        if errors:
            raise Invalid("Some parameters do not exist in this network.", errors)
        for edit in edits:
            self._population.set_parameter(0, edit.layer, edit.unit, edit.input, edit.value)
        self._population.retake(0)
        if self.step or not restored:
            self._remember([changes.RESTORED if restored else changes.edited(edits)])
        self._noticed()

    def _misplaced(self, index: int, edit: protocol.Edit) -> FieldError | None:
        wires = self._population.network.wires
        if edit.layer >= len(wires):
            return FieldError(f"/edits/{index}/layer", f"There are {len(wires)} layers, numbered from 0.")
        columns, inputs = weight_counts(wires[edit.layer])
        biases = bias_count(wires[edit.layer])
        units = biases if edit.input is None and biases else columns
        if edit.unit >= units:
            return FieldError(f"/edits/{index}/unit", f"This layer has {units} units, numbered from 0.")
        if edit.input is None and not biases:
            return FieldError(f"/edits/{index}/input", "This layer has no biases; give the number of an input.")
        if edit.input is not None and edit.input >= inputs:
            return FieldError(f"/edits/{index}/input", f"This layer has {inputs} inputs, numbered from 0.")
        return None

    def _remember(self, new: list[dict[str, Any]]) -> None:
        for change in new:
            changes.remember(self.record.changes, {"step": self.step, "epoch": self.epoch, **change})

    def _touch(self) -> None:
        self.version += 1
        self.views.forget()

    def _noticed(self) -> None:
        self.notices += 1
        self.record.revision += 1
        self._touch()
