"""Framing and messages between the web process and a worker."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import protocol
from app.probe_options import DecisionOptions, Plain, Probes, UnitsOptions
from app.runs import wire
from app.runs.wire import Unpacker, pack

TO_WORKER: list[wire.ToWorker] = [
    wire.Create(1, "r", {"seed": 3, "dataset": {"kind": "circle"}}, None, "2026-11-20"),
    wire.Restore(2, "r", b"\x00\xff" * 100),
    wire.Delete("r"),
    wire.Execute(3, "r", protocol.Step(unit="update", count=2)),
    wire.Execute(4, "r", protocol.Speed(epochs_per_second=2.5)),
    wire.Execute(5, "r", protocol.SetParameters([protocol.Edit(0, 1, 2.5, None)])),
    wire.Execute(6, "r", protocol.Back({"seed": 1})),
    wire.ReadDocument(7, "r"),
    wire.ReadMetrics(8, "r"),
    wire.ReadExport(9, "r"),
    wire.ReadProbe(10, "r", "units", {"resolution": 16}),
    wire.Predict(11, "r", [(1.0, 2.0)]),
    wire.Attach(12, "r", 1, Probes(units=UnitsOptions(16), data=Plain()), 5, 2, True, 9),
    wire.Subscribe(1, Probes(decision=DecisionOptions(50, ("features", 2)))),
    wire.Fork(9, "r", 25, "2026-11-20T00:00:00+00:00"),
    wire.Ack(1, 2),
    wire.Hide(1, False),
    wire.Detach(1),
    wire.Ping(),
]
FROM_WORKER: list[wire.FromWorker] = [
    wire.Ready(),
    wire.Pong([2, 64]),
    wire.Reply(1, {"state": "paused", "losses": {"test": None}}),
    wire.Refusal(1, 422, "No.", [("/a", "b")]),
    wire.Document("r", {"id": "r"}),
    wire.Saved("r", b"bytes", {"step": 1}),
    wire.Frame(1, 2, 1, 25, 0.5, b"\x00" * 1000),
    wire.Ended("r", "because"),
]


def test_every_message_to_a_worker_arrives_as_it_was() -> None:
    assert list(Unpacker(wire.to_worker).feed(b"".join(map(pack, TO_WORKER)))) == TO_WORKER


def test_the_messages_here_are_all_there_are() -> None:
    assert {type(message) for message in TO_WORKER} == set(wire.ToWorker.__args__)  # type: ignore[attr-defined]
    assert {type(message) for message in FROM_WORKER} == set(wire.FromWorker.__args__)  # type: ignore[attr-defined]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=50))
def test_messages_arrive_whole_however_the_bytes_are_cut(cuts: list[int]) -> None:
    data = b"".join(map(pack, TO_WORKER))
    unpacker = Unpacker(wire.to_worker)
    received: list[wire.ToWorker] = []
    position = 0
    for cut in cuts:
        received += unpacker.feed(data[position : position + cut])
        position += cut
    received += unpacker.feed(data[position:])
    assert received == TO_WORKER


def test_every_message_of_a_worker_arrives_as_it_was() -> None:
    assert list(Unpacker(wire.from_worker).feed(b"".join(map(pack, FROM_WORKER)))) == FROM_WORKER


@pytest.mark.parametrize("data", [b"\x05\x00\x00\x00abc", b"\x05"])
def test_a_message_cut_short_is_waited_for(data: bytes) -> None:
    assert not list(Unpacker(wire.from_worker).feed(data))


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", b"\x03\x00\x00\x00abc", b"\x01\x00\x00\x00\xc0"])
def test_noise_is_refused_before_it_is_stored(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        list(Unpacker(wire.from_worker).feed(data))


def test_a_long_frame_is_framed_in_one_piece() -> None:
    data: Any = bytes(5_000_000)
    packed = pack(wire.Frame(1, 1, 1, 0, 0.5, data))
    assert int.from_bytes(packed[:4], "little") == len(packed) - 4
    assert len(packed) < len(data) + 64
