"""A worker's loop in a thread of this process: messages in, messages out, nothing else."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, TypeVar

import msgspec
import pytest

from app import protocol
from app.errors import Conflict
from app.probe_options import DecisionOptions, Plain, Probes
from app.runs import lineup, wire
from app.runs.frames import decode_frame
from app.runs.training import Training
from app.runs.wire import Marker, Options
from app.runs.worker import INTERNAL, Loop

DEADLINE = 10.0
LOSSES = Probes(losses=Plain())
M = TypeVar("M")


class Boss:
    """The web process's end of the socket. Everything heard is kept."""

    def __init__(self, checkpoint_interval: float = 60.0) -> None:
        self.socket, far = socket.socketpair()
        self.socket.settimeout(DEADLINE)
        self.marker: Marker = SimpleNamespace(value=b"")
        self.heard: list[Any] = []
        self._number = 0
        self._buffer = b""
        self.thread = threading.Thread(target=self._work, args=(far, checkpoint_interval))
        self.thread.start()
        self.listen(lambda message: isinstance(message, wire.Ready))

    def _work(self, far: socket.socket, checkpoint_interval: float) -> None:
        with far:
            Loop(far, self.marker, Options(checkpoint_interval)).run()

    def send(self, message: wire.ToWorker) -> None:
        self.socket.sendall(wire.pack(message))

    def request(self, build: Callable[[int], wire.Request]) -> int:
        self._number += 1
        self.send(build(self._number))
        return self._number

    def ask(self, build: Callable[[int], wire.Request]) -> Any:
        """The answer to a request, a `Reply`'s value or a `Refusal`."""
        return self.answer(self.request(build))

    def answer(self, number: int) -> Any:
        answers = wire.Reply | wire.Refusal
        found = self.listen(lambda message: isinstance(message, answers) and message.request == number)
        return found.value if isinstance(found, wire.Reply) else found

    def listen(self, condition: Callable[[Any], bool]) -> Any:
        """The first message that meets `condition`, of those heard already or yet to come."""
        seen = 0
        while True:
            for message in self.heard[seen:]:
                if condition(message):
                    return message
            seen = len(self.heard)
            self._receive()

    def _receive(self) -> None:
        self._buffer += self.socket.recv(2**16)
        while len(self._buffer) >= wire.LENGTH_BYTES:
            end = wire.LENGTH_BYTES + int.from_bytes(self._buffer[: wire.LENGTH_BYTES], "little")
            if len(self._buffer) < end:
                return
            self.heard.append(msgspec.msgpack.decode(self._buffer[wire.LENGTH_BYTES : end], type=wire.FromWorker))
            self._buffer = self._buffer[end:]

    def settle(self) -> None:
        """Hear everything the worker has said so far."""
        self.heard = [message for message in self.heard if not isinstance(message, wire.Pong)]
        self.send(wire.Ping())
        self.listen(lambda message: isinstance(message, wire.Pong))

    def all(self, kind: type[M]) -> list[M]:
        return [message for message in self.heard if isinstance(message, kind)]

    def frames(self, stream: int = 1) -> list[wire.Frame]:
        return [frame for frame in self.all(wire.Frame) if frame.stream == stream]

    def create(self, run: str, spec: dict[str, Any] | None = None, rate: float | None = None) -> Any:
        return self.ask(lambda number: wire.Create(number, run, spec or {}, rate, "2026-11-20T00:00:00+00:00"))

    def execute(self, run: str, command: protocol.Command) -> Any:
        return self.ask(lambda number: wire.Execute(number, run, command))

    def attach(self, run: str, stream: int = 1, probes: Probes = LOSSES) -> Any:
        return self.ask(lambda number: wire.Attach(number, run, stream, probes, -1, 0, False, 0))

    def frame(self, seq: int, stream: int = 1) -> wire.Frame:
        found: wire.Frame = self.listen(
            lambda message: isinstance(message, wire.Frame) and (message.stream, message.seq) == (stream, seq)
        )
        return found


@pytest.fixture
def boss() -> Iterator[Boss]:
    boss = Boss()
    yield boss
    boss.socket.close()
    boss.thread.join(DEADLINE)
    assert not boss.thread.is_alive()


def test_a_worker_ends_when_its_socket_closes_even_while_it_trains() -> None:
    boss = Boss()
    boss.create("a")
    boss.execute("a", protocol.Start())
    boss.socket.shutdown(socket.SHUT_WR)
    boss.thread.join(DEADLINE)
    assert not boss.thread.is_alive()
    boss.socket.close()


def test_a_new_run_is_saved_before_it_is_announced(boss: Boss) -> None:
    document = boss.create("a", {"seed": 3})
    assert (document["id"], document["state"], document["spec"]["seed"]) == ("a", "paused", 3)
    kinds = [type(message) for message in boss.heard]
    assert kinds.index(wire.Saved) < kinds.index(wire.Reply)


def test_a_specification_that_cannot_be_run_leaves_nothing_behind(boss: Boss) -> None:
    refusal = boss.create("a", {"batch_size": 0, "seed": -1})
    assert (refusal.status, [pointer for pointer, _ in refusal.errors]) == (422, ["/batch_size", "/seed"])
    assert boss.ask(lambda number: wire.ReadDocument(number, "a")).status == 404


@pytest.mark.parametrize(
    "build",
    [
        lambda number: wire.Execute(number, "none", protocol.Start()),
        lambda number: wire.Attach(number, "none", 1, LOSSES, -1, 0, False, 0),
        lambda number: wire.ReadMetrics(number, "none"),
        lambda number: wire.Predict(number, "none", [(0.0, 0.0)]),
    ],
)
def test_a_run_that_is_not_here_is_refused(boss: Boss, build: Callable[[int], wire.Request]) -> None:
    assert boss.ask(build).status == 404


def test_messages_for_streams_that_are_not_here_are_left_alone(boss: Boss) -> None:
    for message in (wire.Subscribe(9, LOSSES), wire.Ack(9, 1), wire.Hide(9, True), wire.Detach(9), wire.Delete("none")):
        boss.send(message)
    boss.settle()
    assert not boss.all(wire.Refusal)


def test_our_own_mistake_in_a_request_is_its_answer_and_the_run_goes_on(
    boss: Boss, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Training) -> Any:
        raise ZeroDivisionError("a mistake of ours")

    boss.create("a")
    monkeypatch.setattr(Training, "export", fail)
    refusal = boss.ask(lambda number: wire.ReadExport(number, "a"))
    assert (refusal.status, refusal.detail) == (500, INTERNAL)
    assert "a mistake of ours" in capfd.readouterr().err
    assert boss.execute("a", protocol.Step())["epoch"] == 1.0
    boss.settle()
    assert boss.marker.value == b""


def test_a_run_that_fails_while_training_is_given_up_and_the_others_go_on(
    boss: Boss, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    train = Training.train

    def fail_at_times(self: Training, budget: float, epochs: int = 1) -> None:
        if self.run == "bad":
            raise MemoryError("no more memory")
        train(self, budget, epochs)

    monkeypatch.setattr(Training, "train", fail_at_times)
    boss.create("bad")
    boss.create("good")
    boss.attach("bad")
    waiting = boss.request(lambda number: wire.Execute(number, "bad", protocol.Step()))
    assert boss.answer(waiting).status == 404
    assert boss.listen(lambda message: isinstance(message, wire.Ended)) == wire.Ended("bad", INTERNAL)
    assert boss.execute("good", protocol.Step())["epoch"] == 1.0
    boss.send(wire.Ack(1, 1))
    boss.settle()
    assert "no more memory" in capfd.readouterr().err


def test_a_command_that_is_not_possible_now_is_refused_with_its_status(boss: Boss) -> None:
    boss.create("a")
    assert boss.execute("a", protocol.Back()).status == Conflict.status


def test_a_step_is_answered_when_it_is_done_and_saved_before(boss: Boss) -> None:
    boss.create("a")
    boss.heard.clear()
    assert boss.execute("a", protocol.Step(count=200))["epoch"] == 200.0
    saved = boss.all(wire.Saved)[-1]
    assert saved.progress["epoch"] == 200.0
    assert boss.heard.index(saved) < len(boss.heard) - 1


def test_deleting_a_run_answers_whoever_waits_for_its_steps(boss: Boss) -> None:
    boss.create("a")
    waiting = boss.request(lambda number: wire.Execute(number, "a", protocol.Step(count=10_000)))
    boss.send(wire.Delete("a"))
    refusal = boss.answer(waiting)
    assert (refusal.status, refusal.detail) == (404, "The run was deleted.")


def test_what_a_command_changed_is_saved_and_said_before_it_is_answered(boss: Boss) -> None:
    boss.create("a")
    boss.heard.clear()
    document = boss.execute("a", protocol.Update({"optimizer": {"learning_rate": 0.5}}))
    assert [type(message) for message in boss.heard] == [wire.Saved, wire.Document, wire.Reply]
    assert boss.heard[1].document == document


def test_a_checkpoint_restores_the_run_in_another_worker(boss: Boss) -> None:
    boss.create("a")
    document = boss.execute("a", protocol.Step(count=3))
    data = boss.all(wire.Saved)[-1].checkpoint
    other = Boss()
    try:
        assert other.ask(lambda number: wire.Restore(number, "a", data)) == document
        step = protocol.Step(count=2)
        assert other.execute("a", step)["losses"] == boss.execute("a", step)["losses"]
    finally:
        other.socket.close()
        other.thread.join(DEADLINE)


def test_a_paused_run_shows_one_frame_and_another_for_each_change(boss: Boss) -> None:
    boss.create("a")
    boss.attach("a")
    boss.frame(1)
    boss.settle()
    assert len(boss.frames()) == 1
    boss.send(wire.Ack(1, 1))
    boss.execute("a", protocol.Speed(5.0))
    boss.frame(2)
    boss.settle()
    assert len(boss.frames()) == 2


def test_a_client_that_acknowledges_nothing_gets_two_frames(boss: Boss) -> None:
    boss.create("a")
    boss.attach("a")
    boss.execute("a", protocol.Start())
    boss.frame(2)
    boss.execute("a", protocol.Pause())
    boss.settle()
    assert [frame.seq for frame in boss.frames()] == [1, 2]
    boss.send(wire.Ack(1, 2))
    assert decode_frame(boss.frame(3).data)[0]["state"] == "paused"


def test_a_frame_says_when_it_was_begun(boss: Boss) -> None:
    begin = time.monotonic()
    boss.create("a")
    boss.attach("a")
    frame = boss.frame(1)
    assert begin < frame.sent < time.monotonic()
    assert decode_frame(frame.data)[0]["sent"] == frame.sent


def test_every_stream_is_served_and_a_closed_one_is_not(boss: Boss) -> None:
    boss.create("a")
    for stream in (1, 2):
        boss.attach("a", stream)
        boss.frame(1, stream)
        boss.send(wire.Ack(stream, 1))
    boss.send(wire.Detach(1))
    boss.execute("a", protocol.Speed(5.0))
    boss.frame(2, stream=2)
    boss.settle()
    assert len(boss.frames(1)) == 1


def test_another_view_is_shown_at_once_though_nothing_has_changed(boss: Boss) -> None:
    boss.create("a")
    boss.attach("a")
    assert "decision/grid" not in decode_frame(boss.frame(1).data)[1]
    boss.send(wire.Ack(1, 1))
    boss.send(wire.Subscribe(1, Probes(decision=DecisionOptions(8))))
    header, arrays = decode_frame(boss.frame(2).data)
    assert arrays["decision/grid"].shape == (8, 8)
    assert header["scalars"]["train_loss"] is None


def test_points_are_sent_until_they_have_arrived(boss: Boss) -> None:
    boss.create("a")
    boss.attach("a", probes=Probes(data=Plain()))
    assert "data/train" in decode_frame(boss.frame(1).data)[1]
    boss.execute("a", protocol.Speed(5.0))
    assert "data/train" in decode_frame(boss.frame(2).data)[1]
    boss.send(wire.Ack(1, 2))
    boss.execute("a", protocol.Speed(6.0))
    assert "data/train" not in decode_frame(boss.frame(3).data)[1]
    boss.send(wire.Ack(1, 3))
    boss.execute("a", protocol.Update({"dataset": {"noise": 0.2}}))
    assert "data/train" in decode_frame(boss.frame(4).data)[1]


def test_a_restart_gives_the_curve_from_its_beginning(boss: Boss) -> None:
    boss.create("a")
    boss.attach("a")
    boss.frame(1)
    boss.send(wire.Ack(1, 1))
    boss.execute("a", protocol.Step(count=4))
    seq, points = 2, {0}
    while 100 not in points:  # frames may come while the epochs are under way
        points.update(map(int, decode_frame(boss.frame(seq).data)[1]["curve/step"]))
        boss.send(wire.Ack(1, seq))
        seq += 1
    assert points == {0, 25, 50, 75, 100}
    boss.execute("a", protocol.Reset())
    header, arrays = decode_frame(boss.frame(seq).data)
    assert (header["generation"], arrays["curve/step"].tolist()) == (1, [0])


def test_a_point_taken_anew_is_sent_to_a_client_that_had_it(boss: Boss) -> None:
    boss.create("a")
    boss.attach("a")
    before = decode_frame(boss.frame(1).data)[1]
    boss.send(wire.Ack(1, 1))
    boss.execute("a", protocol.SetParameters([protocol.Edit(2, 0, 4.0)]))
    after = decode_frame(boss.frame(2).data)[1]
    assert after["curve/step"].tolist() == [0]
    assert after["curve/train"][0] > 2 * before["curve/train"][0]
    boss.send(wire.Ack(1, 2))
    boss.execute("a", protocol.Step(count=1))
    seq = 3
    while (frame := decode_frame(boss.frame(seq).data))[0]["step"] < 25:  # one may come while the epoch is under way
        boss.send(wire.Ack(1, seq))
        seq += 1
    later = frame[1]
    assert later["curve/step"].tolist() == [0, 25]
    assert later["curve/train"][0] == after["curve/train"][0]


def test_runs_that_train_together_are_heard_while_they_do(boss: Boss) -> None:
    runs = [f"r{number}" for number in range(5)]
    for run in runs:
        boss.create(run)
        boss.execute(run, protocol.Start())
    documents = {run: boss.ask(lambda number, run=run: wire.ReadDocument(number, run)) for run in runs}  # type: ignore[misc]
    for run in runs:
        later = boss.ask(lambda number, run=run: wire.ReadDocument(number, run))  # type: ignore[misc]
        while later["step"] == documents[run]["step"]:
            later = boss.ask(lambda number, run=run: wire.ReadDocument(number, run))  # type: ignore[misc]
        assert later["state"] == "running"


@pytest.fixture
def seated_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineup, "SEAT_INTERVAL", 0.0)


@pytest.mark.usefixtures("seated_at_once")
def test_a_run_that_breaks_on_its_way_to_a_seat_says_so(boss: Boss) -> None:
    """It ends its epoch before it sits down, and not in a turn of its own."""
    calm = {"loss": "squared_error", "output": {"activation": "linear"}, "batch_size": 1}
    boss.create("calm", calm)
    boss.execute("calm", protocol.Start())
    boss.create("breaking", calm | {"optimizer": {"learning_rate": 10.0}})
    boss.execute("breaking", protocol.Step("update", 4))
    boss.execute("breaking", protocol.Start())
    boss.listen(lambda message: isinstance(message, wire.Document) and message.document["state"] == "diverged")
