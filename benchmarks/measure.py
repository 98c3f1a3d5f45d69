"""Measuring: CPU time of this process, medians, and a name for the machine."""

import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

REPEATS = 5
LEAST_SECONDS = 0.05


def cpu_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median CPU time of one call of ``work``, over repeats that each last long enough for the clock."""
    work()
    count = 1
    while (once := _time(work, count)) < LEAST_SECONDS:
        count = max(count + 1, int(count * 1.2 * LEAST_SECONDS / max(once, 1e-6)))
    return median(_time(work, count) for _ in range(repeats)) / count


def _time(work: Callable[[], object], count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        work()
    return time.process_time() - start


def machine() -> str:
    """The processor's name, the number of cores, the system and Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
