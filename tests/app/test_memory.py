"""Memory that was freed is given back, and garbage is found."""

import asyncio
import gc
import subprocess
import sys
import weakref

import pytest

from app import memory

KEPT = """
import psutil
from app.memory import give_back
{how}
blocks, rest = [], []
for number in range(400):  # each a little longer, with something small behind it that stays
    blocks.append(b"x" * (140_000 + 50 * number))
    rest.append(b"x" * 2_000)
full = psutil.Process().memory_info().rss
del blocks
print(full - psutil.Process().memory_info().rss)
"""


def given_back(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", KEPT.format(how=how)], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc that is told")
def test_blocks_are_given_back_though_something_lies_between_them() -> None:
    assert given_back("") < 8_000_000
    assert given_back("give_back()") > 24_000_000


HOLES = """
import psutil
from app.memory import trim
blocks = [b"x" * 20_000 for _ in range(2_000)]
kept = blocks[:: 8]
full = psutil.Process().memory_info().rss
del blocks
before = psutil.Process().memory_info().rss
trim()
print(full - before, before - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc that is told")
def test_pages_between_what_is_used_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    by_itself, trimmed = map(int, done.stdout.split())
    assert by_itself < 4_000_000
    assert trimmed > 20_000_000


def test_what_is_loaded_at_the_start_is_never_searched_for_garbage() -> None:
    program = (
        "import gc, app.main; from app.memory import COLLECT, keep_what_is_loaded; keep_what_is_loaded(); "
        "print(gc.get_freeze_count() > 50_000, len(gc.get_objects()) < 1_000, gc.get_threshold() == COLLECT)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True True True\n"


class Circle:
    def __init__(self) -> None:
        self.itself = self


async def test_garbage_that_has_grown_old_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SWEEP_INTERVAL", 0.01)
    circle = Circle()
    seen = weakref.ref(circle)
    gc.collect()  # it is old now
    sweeping = asyncio.create_task(memory.sweep())
    await asyncio.sleep(0.05)
    assert seen() is circle
    del circle
    async with asyncio.timeout(5):
        while seen() is not None:
            await asyncio.sleep(0.01)
    sweeping.cancel()
