"""Stand-ins for a worker, to be run in a process of their own by the tests of the pool."""

import os
import signal
import socket
import time
from collections.abc import Iterator

from app.runs import wire
from app.runs.wire import Marker, Options


def messages(sock: socket.socket) -> Iterator[wire.ToWorker]:
    unpacker = wire.Unpacker(wire.to_worker)
    while data := sock.recv(65536):
        yield from unpacker.feed(data)


def polite(sock: socket.socket, marker: Marker, options: Options) -> None:
    """Answers with its environment, refuses exports, dies or hangs when asked to, ends with its socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sock.sendall(wire.pack(wire.Ready()))
    for message in messages(sock):
        match message:
            case wire.Ping():
                sock.sendall(wire.pack(wire.Pong([3, 2])))
            case wire.ReadDocument(request=request):
                value = {"interval": options.checkpoint_interval, "threads": os.environ["OPENBLAS_NUM_THREADS"]}
                sock.sendall(wire.pack(wire.Reply(request, value)))
            case wire.ReadExport(request=request):
                sock.sendall(wire.pack(wire.Refusal(request, 422, "No.", [("/a", "b")])))
            case wire.Delete(run=run):
                sock.sendall(wire.pack(wire.Ended(run, "last words")))
                os.kill(os.getpid(), signal.SIGKILL)
            case wire.ReadMetrics(run=run):
                marker.value = run.encode()
                os.kill(os.getpid(), signal.SIGKILL)
            case wire.ReadProbe():
                time.sleep(1000)
            case wire.Ack():
                sock.sendall(b"\xff\xff\xff\xff noise")


def deaf(sock: socket.socket, marker: Marker, options: Options) -> None:
    """Does not end when it is asked to."""
    sock.sendall(wire.pack(wire.Ready()))
    time.sleep(1000)


def wrong_greeting(sock: socket.socket, marker: Marker, options: Options) -> None:
    """Begins with something that is not `Ready`."""
    sock.sendall(wire.pack(wire.Pong()))
    sock.recv(1)
