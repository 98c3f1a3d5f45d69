"""What the server's processes and this one use, looked at once a second."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import psutil

INTERVAL = 1.0
MEGABYTE = 2**20


@dataclass
class Usage:
    """One process: CPU seconds so far, resident bytes and open descriptors, each with its time."""

    name: str
    process: psutil.Process
    times: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)

    def look(self, now: float) -> bool:
        """Note what it uses now; False if it has ended."""
        try:
            with self.process.oneshot():
                spent = self.process.cpu_times()
                memory, descriptors = self.process.memory_info().rss, self.process.num_fds()
        except psutil.NoSuchProcess:
            return False
        self.times.append(now)
        self.cpu.append(spent.user + spent.system)
        self.memory.append(memory)
        self.descriptors.append(descriptors)
        return True

    @property
    def cpu_per_second(self) -> float:
        """Processors it kept busy on average."""
        passed = self.times[-1] - self.times[0]
        return (self.cpu[-1] - self.cpu[0]) / passed if passed else 0.0

    @property
    def cpu_seconds(self) -> float:
        return self.cpu[-1] - self.cpu[0]

    def slope(self, after: float) -> float:
        """Megabytes a minute, by least squares over what was seen from the time `after` on; 0 of too little."""
        points = [(when, size) for when, size in zip(self.times, self.memory, strict=True) if when >= after]
        if len(points) < 3:
            return 0.0
        middle = sum(when for when, _ in points) / len(points)
        mean = sum(size for _, size in points) / len(points)
        spread = sum((when - middle) ** 2 for when, _ in points)
        return sum((when - middle) * (size - mean) for when, size in points) / spread * 60 / MEGABYTE


class Watch:
    """Looks at the server's web process, all its children, and this process, until it is cancelled."""

    def __init__(self, web: psutil.Process | None) -> None:
        self.web = web
        self.usages: list[Usage] = []
        self.lag = 0.0
        """The longest that this process was late, in seconds: what it measures is no better than that."""
        self._known: set[int] = set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.look()
            due = loop.time() + INTERVAL
            await asyncio.sleep(INTERVAL)
            self.lag = max(self.lag, loop.time() - due)

    def look(self) -> None:
        now = time.monotonic()
        self._find()
        for usage in self.usages:
            usage.look(now)

    @property
    def server(self) -> list[Usage]:
        return [usage for usage in self.usages if usage.name != "generator"]

    @property
    def own(self) -> Usage:
        return next(usage for usage in self.usages if usage.name == "generator")

    def _find(self) -> None:
        """Add processes that are new: a worker may have been replaced."""
        found = [("generator", psutil.Process())]
        if self.web is not None:
            with contextlib.suppress(psutil.NoSuchProcess):  # a server that has ended is none of our business
                children = self.web.children(recursive=True)
                found += [("web", self.web), *((_role(child), child) for child in children)]
        for name, process in found:
            if process.pid not in self._known:
                self._known.add(process.pid)
                self.usages.append(Usage(name, process))


def _role(child: psutil.Process) -> str:
    try:
        return "worker" if any("spawn_main" in word for word in child.cmdline()) else "helper"
    except psutil.NoSuchProcess:
        return "ended"
