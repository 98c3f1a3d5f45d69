"""How little a process keeps: garbage is found and freed memory given back, so that it does not grow for months."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from typing import Final

COLLECT: Final = (5_000, 5, 80)
"""A connection that has ended is garbage in circles: what is young is looked through often, the rest hardly ever."""
SWEEP_INTERVAL: Final = 15.0
M_TRIM_THRESHOLD: Final = -1
M_MMAP_THRESHOLD: Final = -3
OWN_PAGES: Final = 128 * 1024
"""Bytes from which on a block has pages of its own, which are given back when it is freed."""
SPARE: Final = 128 * 1024
"""Bytes at the end of the heap that may lie free."""


def give_back() -> None:
    """Give freed memory back to the system as it becomes free, where the C library is glibc.

    It begins with these thresholds, but raises them to the largest block that was ever freed. Checkpoints and curves,
    each a little longer than the one before, then leave holes that nothing fits into. See mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, OWN_PAGES)
        mallopt(M_TRIM_THRESHOLD, SPARE)


def trim() -> None:
    """Give back the pages that lie free between what is used: some milliseconds, where the C library is glibc.

    Without it a heap stays as large as the most it ever held, which with a class that comes and goes it reaches slowly.
    """
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)


def keep_what_is_loaded() -> None:
    """Never look again for garbage among what stands since the start, which is three quarters of all objects.

    A full collection took the event loop 50 ms with a class of 200, twice in a minute; of the rest alone it takes 8.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


async def sweep() -> None:
    """Find all garbage now and then and give back what it held, until cancelled.

    A connection has grown old when it ends, and Python looks through what is old only once there is a quarter more of
    it: with a class that comes and goes, that took some 10 MB a minute.
    """
    while True:
        await asyncio.sleep(SWEEP_INTERVAL)
        gc.collect()
        trim()
