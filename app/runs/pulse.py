"""Whether a silent worker process is stopped, hangs, or is merely busy with something long.

A worker answers a ping between two slices of training. If it does not, the kernel says what it does instead: a
process that was stopped (SIGSTOP) or sleeps will not answer; one that computes, or waits for a processor, will.
Time is counted in looks, not read from a clock: after the whole server has stood still, because a laptop slept or
somebody pressed Ctrl-Z, nobody is blamed for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

STOPPED_TIMEOUT: Final = 3.0
HANG_TIMEOUT: Final = 8.0
BUSY_TIMEOUT: Final = 60.0
STOPPED: Final = frozenset("Tt")
RUNNABLE: Final = "R"


class Vitals(NamedTuple):
    """The state of a process as a letter of proc(5), and the clock ticks of processor time it has had."""

    state: str
    ticks: int


def vitals(pid: int) -> Vitals | None:
    """What the kernel says of a process; None if it says nothing (no `/proc`, or the process has gone)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return Vitals(fields[0], int(fields[11]) + int(fields[12]))


class Pulse:
    """What was seen of one worker, look by look."""

    def __init__(self) -> None:
        self._silent = 0.0
        self._asleep = 0.0
        self._stopped = 0.0
        self._ticks = -1

    def heard(self) -> None:
        """The worker has said something."""
        self._silent = self._asleep = 0.0

    def look(self, seen: Vitals | None, interval: float) -> str | None:
        """Another `interval` has passed and the worker is as `seen`: why it has to be replaced, if it has to."""
        self._silent += interval
        if seen is not None:
            self._stopped = self._stopped + interval if seen.state in STOPPED else 0.0
            is_still = seen.state != RUNNABLE and seen.ticks == self._ticks
            self._asleep = self._asleep + interval if is_still else 0.0
            self._ticks = seen.ticks
        if self._stopped > STOPPED_TIMEOUT:
            return "it was stopped"
        if self._asleep > HANG_TIMEOUT:
            return "it sleeps and does not answer"
        if self._silent > BUSY_TIMEOUT:
            return "it has been busy for too long"
        return None
