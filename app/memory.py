"""How little a process keeps: freed memory is given back, and what stands is not searched for garbage."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from functools import cache
from typing import Final

COLLECT: Final = (1_000, 10, 200)
"""What is young is looked through often, and so in small pieces: the last 10,000 allocations of a class take 10 ms. The
rest hardly ever is: that takes 0.1 s, and there is next to nothing to find, since connections and writes that have
ended leave no circles."""
M_TRIM_THRESHOLD: Final = -1
M_MMAP_THRESHOLD: Final = -3
OWN_PAGES: Final = 32 * 1024
"""Bytes from which on a block has pages of its own, which are given back when it is freed: as have the checkpoints and
the buffers of a class, which come and go, each of another size than the last."""
TRIM_INTERVAL: Final = 5.0
"""Seconds between two rounds of giving free memory back."""
SPARE: Final = 128 * 1024
"""Bytes at the end of the heap that may lie free."""


@cache
def of_the_c_library(name: str) -> Callable[..., int] | None:
    """A function of it, None where it has none of that name."""
    return getattr(ctypes.CDLL(None), name, None)


def give_back() -> None:
    """Give freed memory back to the system as it becomes free, where the C library is glibc.

    It begins with these thresholds, but raises them to the largest block that was ever freed. Checkpoints and curves,
    each a little longer than the one before, then leave holes that nothing fits into. See mallopt(3).
    """
    mallopt = of_the_c_library("mallopt")
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, OWN_PAGES)
        mallopt(M_TRIM_THRESHOLD, SPARE)


def trim() -> None:
    """Give back the pages that lie free between what is used: some milliseconds, where the C library is glibc.

    Without it a heap stays as large as the most it ever held, which with a class that comes and goes it reaches slowly.
    """
    malloc_trim = of_the_c_library("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def tidy() -> None:
    """Find all garbage, which also empties the interpreter's lists of freed tuples, and give back what lies free.

    In a worker with 150 runs that takes 6 ms. The web process has five times as many objects: there `trim` must do.
    """
    gc.collect()
    trim()


def keep_what_is_loaded() -> None:
    """Never look again for garbage among what stands since the start, which is three quarters of all objects.

    A full collection took the event loop 50 ms with a class of 200, twice in a minute; of the rest alone it takes 8.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
