"""A class on the real server: students with real websockets who join, train, turn controls, reload, drop and return.

`python -m benchmarks classroom --students 300 --seconds 300` starts a server of its own with two workers and says what
every student got, how old frames were, how long a control took to show, and what each process used. All students live
in one process, which shares the machine with the server; what it takes itself is reported too.
"""

from __future__ import annotations

import argparse
import contextlib
import secrets
import signal
import tempfile
from collections.abc import Iterator, Sequence

import psutil
import uvloop

from benchmarks.classroom.course import Course, Lesson, hold
from benchmarks.classroom.figures import describe, figures_of
from benchmarks.measure import machine
from tests.support.server import ServerProcess

GROWTH = 1.25
MOST_STUDENTS = 2000


def read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks classroom", description=__doc__)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1, help="another class")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--slow-readers", type=int, default=0, help="clients that stop reading now and then")
    parser.add_argument("--strike", choices=["kill", "stop"], help="what happens to a worker halfway")
    parser.add_argument("--find-limit", action="store_true", help="more students each time until a target breaks")
    parser.add_argument("--address", help="a server that runs already, such as http://127.0.0.1:8000")
    parser.add_argument("--pid", type=int, help="its process, to see what it uses")
    parser.add_argument("--hosted", action="store_true", help="sessions, quotas and rates as for a school")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="of the server started")
    return parser.parse_args(arguments)


@contextlib.contextmanager
def serving(options: argparse.Namespace, students: int) -> Iterator[tuple[str, psutil.Process | None]]:
    """The server's address and its process, if that is known."""
    if options.address:
        yield options.address.rstrip("/"), psutil.Process(options.pid) if options.pid else None
        return
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "log_level": "warning",
            "workers": options.workers,
            "max_runs": 2 * students + 100,
            "database": f"sqlite+aiosqlite:///{folder}/classroom.db",
            **({"mode": "hosted", "secret_key": secrets.token_urlsafe(32)} if options.hosted else {}),
            **dict(setting.split("=", 1) for setting in options.setting),
        }
        with ServerProcess(**settings) as server:
            yield server.base_url, server.process
            print(server.output.partition("Ctrl-C ends it.")[2].strip())


def hold_once(options: argparse.Namespace, students: int) -> Lesson:
    strike = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}.get(options.strike)
    course = Course(students, options.seconds, options.seed, options.slow_readers, strike)
    with serving(options, students) as (base_url, web):
        return uvloop.run(hold(base_url, web, course))


def find_limit(options: argparse.Namespace) -> None:
    """Larger and larger classes, until one is too large."""
    held, students = 0, options.students
    while students <= MOST_STUDENTS:
        lesson = hold_once(options, students)
        print(describe(lesson), "\n", flush=True)
        broken = [figure for figure in figures_of(lesson) if not figure.holds]
        if broken:
            names = ", ".join(figure.name for figure in broken)
            print(f"{held or 'No'} students hold; with {students} these break: {names}.")
            return
        held, students = students, int(students * GROWTH)
    print(f"{held} students hold; more were not tried.")


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print Markdown."""
    options = read(arguments)
    print(f"\n{machine()}; a class in one process, the server on the same machine.\n", flush=True)
    if options.find_limit:
        find_limit(options)
    else:
        print(describe(hold_once(options, options.students)))
