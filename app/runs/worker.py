"""The main loop of a worker process: many runs, many streams, one thread.

Between two slices of training, each a few milliseconds, the worker reads its messages and sends the most overdue
frame, so that a control shows within a frame or two however much is going on. When nothing trains it sleeps.
"""

from __future__ import annotations

import contextlib
import gc
import select
import signal
import socket
import time
import traceback
from collections.abc import Iterator
from typing import Any, Final

from app import protocol
from app.errors import FieldError, Invalid, NotFound, Problem
from app.memory import TRIM_INTERVAL, give_back, tidy
from app.runs import wire
from app.runs.cohort import Cohort
from app.runs.lineup import Lineup, Unit
from app.runs.show import Show
from app.runs.training import Training
from app.runs.wire import Marker, Options
from engine import RunSpec, SpecError

SEND_BUFFER: Final = 2**20
RECEIVE_BYTES: Final = 2**18
SEND_BYTES: Final = 2**18
COLLECT: Final = (50_000, 20, 20)
"""Allocations between two searches for garbage: plans are large and stay, and looking through them costs every turn."""
SAVES_INTERVAL: Final = 0.02
"""Seconds between two looks for checkpoints that are due."""
SAVES_AT_ONCE: Final = 8
"""Checkpoints of one such look."""
SAVE_SHARE: Final = 0.08
"""Seconds between two checkpoints for each run: in a crowd they take a few hundredths of the time, as for one alone."""
NEVER: Final = float("inf")
INTERNAL: Final = "Something in the server went wrong with this run. Its log says what."


def main(sock: socket.socket, marker: Marker, options: Options) -> None:
    """Run until the other end of `sock` is closed. Ctrl-C is the web process's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_back()
    gc.freeze()
    gc.set_threshold(*COLLECT)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the web process has gone: so does this one
        Loop(sock, marker, options).run()


class Hosted:
    """A run in this process with the requests that wait for its steps, and what was last said of it."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.stepping: list[int] = []
        self.saved_at = NEVER
        self.saved_version: object = None
        self.announced = -1

    @property
    def has_news(self) -> bool:
        """Whether it trains and has moved since its last checkpoint."""
        return self.training.is_training and self.saved_version != self.training.seat.version


class Loop:
    """Everything a worker does, one small piece at a time."""

    def __init__(self, sock: socket.socket, marker: Marker, options: Options) -> None:
        self._socket = sock
        self._marker = marker
        self._checkpoint_interval = options.checkpoint_interval
        self._unpacker = wire.Unpacker(wire.to_worker)
        self._hosted: dict[str, Hosted] = {}
        self._lineup = Lineup(self._trainings, time.monotonic, cohorts=options.cohorts, arranged=self._announce_all)
        self._show = Show(self._send, self._working_on, time.monotonic)
        self._saves_looked_at = 0.0
        self._tidied_at = 0.0
        self._outgoing: list[bytes] = []
        self._outgoing_bytes = 0

    def run(self) -> None:
        """Serve until the socket closes."""
        self._send(wire.Ready())
        while True:
            unit, wait = self._lineup.next()
            self._flush()
            if not self._listen(wait):
                return
            self._show.send_due(training=self._lineup.is_training)
            self._flush()
            if unit is not None and unit.wait() == 0.0:
                self._train(unit)
            self._save_due()
            self._tidy_due()

    def _trainings(self) -> Iterator[Training]:
        return (hosted.training for hosted in self._hosted.values())

    # --- messages -----------------------------------------------------------------------------------------------

    def _listen(self, wait: float) -> bool:
        """Handle what has arrived; if nothing is to be done for `wait` seconds and no frame is due, wait for it.
        False when the socket has closed."""
        if wait > 0.0:
            wait = max(0.0, min(wait, self._show.next_at() - time.monotonic()))
        readable, _, _ = select.select([self._socket], [], [], None if wait == NEVER else wait)
        if not readable:
            return True
        data = self._socket.recv(RECEIVE_BYTES)
        for message in self._unpacker.feed(data):
            self._handle(message)
        return bool(data)

    def _send(self, message: wire.FromWorker) -> None:
        """Say something with the next :meth:`_flush`: in one piece with what else is said in a turn."""
        self._outgoing.append(wire.pack(message))
        self._outgoing_bytes += len(self._outgoing[-1])
        if self._outgoing_bytes >= SEND_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._outgoing:
            data = b"".join(self._outgoing)
            self._outgoing.clear()
            self._outgoing_bytes = 0
            self._socket.sendall(data)

    def _handle(self, message: wire.ToWorker) -> None:
        match message:
            case wire.Ping():
                self._send(wire.Pong(self._lineup.cohorts()))
            case wire.Delete(run=run):
                self._forget(run)
            case wire.Subscribe() | wire.Ack() | wire.Hide() | wire.Detach():
                self._show.handle(message)
            case _:
                self._answer(message)

    def _answer(self, request: wire.Request) -> None:
        """Serve one request; whatever is wrong with it is its own answer and nobody else's trouble."""
        self._marker.value = request.run.encode()
        try:
            later, value = self._serve(request)
        except SpecError as error:
            errors = [FieldError(issue.pointer, issue.message) for issue in error.errors]
            self._refuse(request.request, Invalid("The specification cannot be run.", errors))
        except Problem as problem:
            self._refuse(request.request, problem)
        except Exception:
            traceback.print_exc()
            self._send(wire.Refusal(request.request, 500, INTERNAL, []))
        else:
            if not later:
                self._send(wire.Reply(request.request, value))
        self._marker.value = b""

    def _refuse(self, request: int, problem: Problem) -> None:
        errors = [(error.pointer, error.message) for error in problem.errors]
        self._send(wire.Refusal(request, problem.status, problem.detail, errors))

    def _serve(self, request: wire.Request) -> tuple[bool, Any]:
        """The answer to `request`, or True if it comes later."""
        match request:
            case wire.Create(run=run, spec=spec, epochs_per_second=rate, created=created):
                hosted = self._host(Training.create(run, RunSpec.from_dict(spec), rate, created))
                return False, hosted.training.document()
            case wire.Restore(run=run, checkpoint=data):
                hosted = self._host(Training.restore(run, data))
                return False, hosted.training.document()
        if request.run not in self._hosted:
            raise NotFound("There is no such run on this server.")
        hosted = self._hosted[request.run]
        training = hosted.training
        match request:
            case wire.Execute(command=command):
                return self._execute(hosted, command, request.request)
            case wire.Attach():
                self._show.attach(training, request)
                return False, training.document()
            case wire.ReadMetrics():
                return False, training.views.columns()
            case wire.ReadExport():
                return False, training.export()
            case wire.ReadProbe(name=name, options=options, step=step):
                now = training.past(training.step if step is None else step)
                arrays = now.views.lists(name, protocol.parse_probe(name, options))
                return False, {"step": now.step, "epoch": now.epoch, "arrays": arrays}
            case wire.Fork(step=step, created=created):
                return False, training.fork(step, created)
            case wire.Predict(points=points):
                return False, training.views.predict(points)
            case wire.ReadDocument():
                return False, training.document()

    def _execute(self, hosted: Hosted, command: protocol.Command, request: int) -> tuple[bool, Any]:
        training = hosted.training
        try:
            training.execute(command)
        finally:
            self._lineup.change()
            if not training.goal:
                self._finish_stepping(hosted)
        if isinstance(command, protocol.Step):
            hosted.stepping.append(request)
            self._train(training)
            return True, None
        self._announce(hosted)
        self._show.hurry(training)
        return False, training.document()

    def _host(self, training: Training) -> Hosted:
        hosted = self._hosted[training.run] = Hosted(training)
        self._lineup.change()
        hosted.announced = training.notices
        self._save(hosted)
        return hosted

    def _forget(self, run: str) -> None:
        hosted = self._hosted.pop(run, None)
        if hosted:
            hosted.training.seat.leave()
            self._lineup.change()
            self._show.forget(hosted.training)
            for request in hosted.stepping:
                self._refuse(request, NotFound("The run was deleted."))

    # --- training -----------------------------------------------------------------------------------------------

    def _train(self, unit: Unit) -> None:
        """A turn of one run or of a cohort."""
        members = unit.members
        if isinstance(unit, Cohort):
            self._train_cohort(unit)
        else:
            with self._working_on(unit.run):
                unit.train(self._lineup.budget, self._lineup.epochs)
        for training in members:
            hosted = self._hosted.get(training.run)
            if hosted is None:
                continue
            self._announce(hosted)
            if hosted.stepping and not training.goal:
                self._finish_stepping(hosted)

    def _train_cohort(self, cohort: Cohort) -> None:
        """If it fails, nobody knows for whose sake: each goes on by itself, and the one that fails then ends alone."""
        try:
            cohort.train(self._lineup.epochs)
        except Exception:
            traceback.print_exc()
            cohort.dissolve()
            self._lineup.change()

    @contextlib.contextmanager
    def _working_on(self, run: str) -> Iterator[None]:
        """Mark `run` as what this process is busy with, and end it if it fails: the others go on."""
        self._marker.value = run.encode()
        try:
            yield
        except OSError:
            raise  # the socket: nobody to work for
        except Exception:
            traceback.print_exc()
            self._forget(run)
            self._send(wire.Ended(run, INTERNAL))
        self._marker.value = b""

    def _finish_stepping(self, hosted: Hosted) -> None:
        """The steps that were asked for are done, or something else was asked for: say so."""
        if not hosted.stepping:
            return
        self._save(hosted)
        document = hosted.training.document()
        for request in hosted.stepping:
            self._send(wire.Reply(request, document))
        hosted.stepping.clear()
        self._show.hurry(hosted.training)

    # --- checkpoints and events ---------------------------------------------------------------------------------

    def _announce_all(self) -> None:
        for hosted in self._hosted.values():
            self._announce(hosted)

    def _announce(self, hosted: Hosted) -> None:
        """After a change of state, specification or generation: a checkpoint first, then the word."""
        training = hosted.training
        if hosted.announced != training.notices:
            hosted.announced = training.notices
            self._lineup.change()
            self._save(hosted)
            self._send(wire.Document(training.run, training.document()))

    def _save(self, hosted: Hosted) -> None:
        training = hosted.training
        hosted.saved_at = time.monotonic()
        hosted.saved_version = training.seat.version
        self._send(wire.Saved(training.run, training.checkpoint(), training.progress()))

    def _save_due(self) -> None:
        """Checkpoints of the run that has waited longest and of a few more, first of its cohort, since its losses are
        one evaluation. Not of all that are due: their bytes would go through both processes at once."""
        now = time.monotonic()
        if now - self._saves_looked_at < SAVES_INTERVAL:
            return
        self._saves_looked_at = now
        oldest = now - max(self._checkpoint_interval, SAVE_SHARE * len(self._hosted))
        due = [each for each in self._hosted.values() if each.saved_at <= oldest and each.has_news]
        if not due:
            return
        looks = min(due, key=lambda each: each.saved_at).training.views.looks

        def turn(each: Hosted) -> tuple[bool, float]:
            return each.training.views.looks is not looks, each.saved_at

        alike = [each for each in self._hosted.values() if each.training.views.looks is looks and each.has_news]
        for hosted in sorted({*due, *alike}, key=turn)[:SAVES_AT_ONCE]:
            with self._working_on(hosted.training.run):
                self._save(hosted)

    def _tidy_due(self) -> None:
        now = time.monotonic()
        if now - self._tidied_at >= TRIM_INTERVAL:
            self._tidied_at = now
            tidy()
