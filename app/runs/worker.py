"""The main loop of a worker process: many runs, many streams, one thread.

Between two slices of training, each a few milliseconds, the worker reads its messages and sends the most overdue
frame, so that a control shows within a frame or two however much is going on. When nothing trains it sleeps.
"""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import time
import traceback
from collections.abc import Iterator
from typing import Any, Final

from app import protocol
from app.errors import FieldError, Invalid, NotFound, Problem
from app.runs import wire
from app.runs.frames import Named, encode_frame
from app.runs.pool import Marker
from app.runs.stream import STATIC, Carried, Stream
from app.runs.training import Training
from app.runs.views import SCALARS
from engine import RunSpec, SpecError

SEND_BUFFER: Final = 2**20
RECEIVE_BYTES: Final = 2**18
NEVER: Final = float("inf")
INTERNAL: Final = "Something in the server went wrong with this run. Its log says what."


def main(sock: socket.socket, marker: Marker, checkpoint_interval: float) -> None:
    """Run until the other end of `sock` is closed. Ctrl-C is the web process's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the web process has gone: so does this one
        Loop(sock, marker, checkpoint_interval).run()


class Hosted:
    """A run in this process with its streams, the requests that wait for its steps, and what was last said of it."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.streams: list[Stream] = []
        self.stepping: list[int] = []
        self.saved_at = NEVER
        self.saved_version = -1
        self.announced = -1

    def due_at(self) -> float:
        """When the next frame of any stream is due."""
        version = self.training.version
        return min((stream.due_at(version) for stream in self.streams), default=NEVER)


class Loop:
    """Everything a worker does, one small piece at a time."""

    def __init__(self, sock: socket.socket, marker: Marker, checkpoint_interval: float) -> None:
        self._socket = sock
        self._marker = marker
        self._checkpoint_interval = checkpoint_interval
        self._unpacker = wire.Unpacker()
        self._hosted: dict[str, Hosted] = {}
        self._streams: dict[int, tuple[Hosted, Stream]] = {}
        self._frames_allowed_at = 0.0

    def run(self) -> None:
        """Serve until the socket closes."""
        self._send(wire.Ready())
        while self._listen():
            self._send_frames()
            self._train_next()
            self._save_due()

    # --- messages -----------------------------------------------------------------------------------------------

    def _listen(self) -> bool:
        """Handle what has arrived, waiting for it if there is nothing else to do. False when the socket has closed."""
        timeout = self._wait()
        readable, _, _ = select.select([self._socket], [], [], None if timeout == NEVER else timeout)
        if not readable:
            return True
        data = self._socket.recv(RECEIVE_BYTES)
        for message in self._unpacker.feed(data):
            self._handle(message)
        return bool(data)

    def _wait(self) -> float:
        """Seconds until something is due."""
        now = time.monotonic()
        train = min((hosted.training.wait() for hosted in self._hosted.values()), default=NEVER)
        frame = min((hosted.due_at() for hosted in self._hosted.values()), default=NEVER)
        if frame > float("-inf"):
            frame = max(frame, self._frames_allowed_at)
        return max(0.0, min(train, frame - now))

    def _send(self, message: wire.FromWorker) -> None:
        self._socket.sendall(wire.pack(message))

    def _handle(self, message: wire.ToWorker) -> None:
        match message:
            case wire.Ping():
                self._send(wire.Pong())
            case wire.Delete(run=run):
                self._forget(run)
            case wire.Subscribe() | wire.Ack() | wire.Hide() | wire.Detach():
                self._handle_stream(message)
            case _:
                self._answer(message)

    def _handle_stream(self, message: wire.StreamMessage) -> None:
        if message.stream not in self._streams:
            return
        hosted, stream = self._streams[message.stream]
        match message:
            case wire.Subscribe(probes=probes):
                stream.subscribe(probes)
            case wire.Ack(seq=seq):
                stream.acknowledge(seq)
            case wire.Hide(hidden=hidden):
                stream.hidden = hidden
            case wire.Detach():
                self._detach(hosted, stream)

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
                self._attach(hosted, request)
                return False, training.document()
            case wire.ReadMetrics():
                return False, training.views.columns()
            case wire.ReadExport():
                return False, training.export()
            case wire.ReadProbe(name=name, options=options):
                arrays = training.views.lists(name, protocol.parse_probe(name, options))
                return False, {"step": training.step, "epoch": training.epoch, "arrays": arrays}
            case wire.Predict(points=points):
                return False, training.predict(points)
            case wire.ReadDocument():
                return False, training.document()

    def _execute(self, hosted: Hosted, command: protocol.Command, request: int) -> tuple[bool, Any]:
        training = hosted.training
        try:
            training.execute(command)
        finally:
            if not training.goal:
                self._finish_stepping(hosted)
        if isinstance(command, protocol.Step):
            hosted.stepping.append(request)
            self._train(hosted)
            return True, None
        self._announce(hosted)
        for stream in hosted.streams:
            stream.urgent = True
        return False, training.document()

    def _host(self, training: Training) -> Hosted:
        hosted = self._hosted[training.run] = Hosted(training)
        hosted.announced = training.notices
        self._save(hosted)
        return hosted

    def _attach(self, hosted: Hosted, request: wire.Attach) -> None:
        """Begin a stream, anew if it is there already: after a crash it may be asked for twice."""
        if request.stream in self._streams:
            self._detach(*self._streams[request.stream])
        stream = Stream(
            request.stream, request.probes, request.after_step, request.generation, request.hidden, request.seq
        )
        hosted.streams.append(stream)
        self._streams[request.stream] = (hosted, stream)

    def _detach(self, hosted: Hosted, stream: Stream) -> None:
        hosted.streams.remove(stream)
        del self._streams[stream.number]

    def _forget(self, run: str) -> None:
        hosted = self._hosted.pop(run, None)
        if hosted:
            for stream in hosted.streams:
                del self._streams[stream.number]
            for request in hosted.stepping:
                self._refuse(request, NotFound("The run was deleted."))

    # --- training -----------------------------------------------------------------------------------------------

    def _train_next(self) -> None:
        """One slice for the run that has waited longest, if its pace allows."""
        for run in list(self._hosted):
            hosted = self._hosted[run]
            if hosted.training.wait() == 0.0:
                self._hosted[run] = self._hosted.pop(run)  # to the end of the line
                self._train(hosted)
                return

    def _train(self, hosted: Hosted) -> None:
        with self._working_on(hosted.training.run):
            hosted.training.train()
            self._announce(hosted)
            if not hosted.training.goal:
                self._finish_stepping(hosted)

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
        for stream in hosted.streams:
            stream.urgent = True

    # --- checkpoints and events ---------------------------------------------------------------------------------

    def _announce(self, hosted: Hosted) -> None:
        """After a change of state, specification or generation: a checkpoint first, then the word."""
        training = hosted.training
        if hosted.announced != training.notices:
            hosted.announced = training.notices
            self._save(hosted)
            self._send(wire.Document(training.run, training.document()))

    def _save(self, hosted: Hosted) -> None:
        training = hosted.training
        hosted.saved_at = time.monotonic()
        hosted.saved_version = training.version
        self._send(wire.Saved(training.run, training.checkpoint(), training.progress()))

    def _save_due(self) -> None:
        now = time.monotonic()
        for hosted in list(self._hosted.values()):
            is_old = now - hosted.saved_at >= self._checkpoint_interval
            if is_old and hosted.training.is_training and hosted.saved_version != hosted.training.version:
                with self._working_on(hosted.training.run):
                    self._save(hosted)

    # --- frames -------------------------------------------------------------------------------------------------

    def _send_frames(self) -> None:
        """Frames of the run that is most overdue. Training has at least as much time as frames, urgent ones apart."""
        now = time.monotonic()
        hosted = min(self._hosted.values(), key=Hosted.due_at, default=None)
        if hosted is None or (due := hosted.due_at()) > now:
            return
        if due > float("-inf") and now < self._frames_allowed_at:
            return
        with self._working_on(hosted.training.run):
            version = hosted.training.version
            for stream in hosted.streams:
                if stream.due_at(version) <= now:
                    self._send_frame(hosted.training, stream, now)
        end = time.monotonic()
        self._frames_allowed_at = end + (end - now) if self._is_training() else 0.0

    def _is_training(self) -> bool:
        return any(hosted.training.is_training for hosted in self._hosted.values())

    def _send_frame(self, training: Training, stream: Stream, now: float) -> None:
        """Encode and send one frame of `training` for `stream`."""
        generation = training.record.generation
        views = training.views
        curve = views.curve(stream.cursor(generation))
        arrays: list[Named] = []
        statics: dict[str, Any] = {}
        names = set()
        for name, options in stream.probes.items():
            names.add(name)
            if name in SCALARS:
                continue
            if name in STATIC:
                key = (options, training.data_version)
                if not stream.lacks(name, key):
                    continue
                statics[name] = key
            arrays += views.arrays(name, options)
        carried = Carried(generation, curve.last_step, statics)
        seq = stream.sent(now, training.version, carried, complete=curve.complete)
        header = {
            "run": training.run,
            "seq": seq,
            "generation": generation,
            "revision": training.record.revision,
            "step": training.step,
            "epoch": training.epoch,
            "state": training.record.state.value,
            "sent": now,
            "scalars": {**views.scalars(frozenset(names)), "steps_per_second": training.meter.steps_per_second},
        }
        data = encode_frame(header, arrays + curve.arrays)
        self._send(wire.Frame(stream.number, seq, generation, curve.last_step, now, data))
