"""The real server as its own process, started through the console script as a person would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

COMMAND = Path(sys.executable).parent / "neuronpark"
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class ServerProcess:
    """`neuronpark serve` on a port of its own; a context manager that leaves no process behind.

    `settings` are `NEURONPARK_…` settings by their name, `arguments` further words of the command line.
    Its runs are kept in a file of its own, which a restart finds again. `checkout` is a copy of the sources to serve
    instead of these.
    """

    def __init__(
        self, *arguments: str, port: int | None = None, checkout: Path | None = None, **settings: object
    ) -> None:
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.stream_url = f"ws://127.0.0.1:{self.port}/api/v1/stream"
        self._checkout = checkout or ROOT
        self._command = [
            *([str(COMMAND)] if checkout is None else [sys.executable, "-m", "app"]),
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--no-open",
            *arguments,
        ]
        self._directory = tempfile.TemporaryDirectory(prefix="neuronpark-runs-")
        self.database = Path(self._directory.name) / "runs.db"
        settings = {"database": f"sqlite:///{self.database}", **settings}
        self._environment = os.environ | {f"NEURONPARK_{name.upper()}": str(value) for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None
        self._family: list[psutil.Process] = []
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as this object)

    @property
    def process(self) -> psutil.Process:
        """The web process."""
        if self._process is None:
            raise RuntimeError("the server is not running: call start() first")
        return psutil.Process(self._process.pid)

    def peak(self) -> int:
        """The most memory that the web process ever had, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))

    @property
    def pids(self) -> list[int]:
        """The web process and everything it started that still lives."""
        return [self.process.pid, *(child.pid for child in self.process.children(recursive=True))]

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes that train."""
        children = self.process.children()
        return [child for child in children if any("spawn_main" in word for word in child.cmdline())]

    @property
    def effort(self) -> float:
        """Seconds of processor time that the server and its workers have used: what a start takes on a free machine."""
        return sum(sum(process.cpu_times()[:2]) for process in [self.process, *self.workers])

    @property
    def output(self) -> str:
        """What the server has printed and logged so far."""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")

    def start(self, timeout: float = 60.0) -> Self:
        """Start and wait until the server answers."""
        self._process = subprocess.Popen(
            self._command,
            cwd=self._checkout,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + timeout
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self.output}")
            time.sleep(0.05)
        return self

    def answers(self) -> bool:
        """Whether the health check answers 200 just now."""
        try:
            return httpx.get(f"{self.base_url}/api/v1/health", timeout=2).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def stop(self, number: signal.Signals = signal.SIGINT, timeout: float = 15.0) -> int:
        """End the server as Ctrl-C does and return its exit code; what outlives it is killed and named as an error."""
        self._family = [psutil.Process(pid) for pid in self.pids]
        assert self._process is not None
        self._process.send_signal(number)
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"the server did not end within {timeout:g} s:\n{self.output}") from None
        left = _still_running(self._family, timeout=2)
        self.kill()
        if left:
            raise RuntimeError(f"processes outlived the server: {left}\n{self.output}")
        return code

    def restart(self) -> Self:
        """Stop, and start again on the same port."""
        self.stop()
        return self.start()

    def kill(self) -> None:
        """End the server and its children at once, whatever state they are in."""
        if self._process is None:
            return
        for process in [*self._family, *_living(self._process.pid)]:
            if process.is_running():
                process.kill()
        self._process.wait()
        self._process, self._family = None, []

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self.stop()
        self._output.close()
        self._directory.cleanup()


def _still_running(family: list[psutil.Process], timeout: float) -> list[psutil.Process]:
    """Those that live on after the timeout. A zombie has ended, even where nobody collects orphans."""
    deadline = time.monotonic() + timeout
    while (left := [process for process in family if _runs(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _living(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return []
