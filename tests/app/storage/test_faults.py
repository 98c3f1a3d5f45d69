"""What the database's errors mean for whoever wanted something written."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from app.errors import InsufficientStorage, Unavailable
from app.storage.faults import busy, problem_of


def failed(**words: str) -> OperationalError:
    cause = sqlite3.OperationalError("it failed")
    for name, word in words.items():
        setattr(cause, name, word)
    return OperationalError("INSERT", None, cause)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (failed(sqlite_errorname="SQLITE_FULL"), InsufficientStorage, "full"),
        (failed(sqlite_errorname="SQLITE_IOERR_WRITE"), InsufficientStorage, "full"),
        (failed(sqlstate="53100"), InsufficientStorage, "full"),
        (failed(sqlite_errorname="SQLITE_BUSY"), Unavailable, "busy"),
        (failed(sqlite_errorname="SQLITE_BUSY_SNAPSHOT"), Unavailable, "busy"),
        (failed(sqlite_errorname="SQLITE_LOCKED"), Unavailable, "busy"),
        (failed(sqlstate="55P03"), Unavailable, "busy"),
        (failed(sqlite_errorname="SQLITE_IOERR_READ"), Unavailable, "cannot be reached"),
        (failed(sqlstate="57P01"), Unavailable, "cannot be reached"),
        (ConnectionRefusedError(), Unavailable, "cannot be reached"),
        (TimeoutError(), Unavailable, "cannot be reached"),
    ],
)
def test_an_error_of_the_database_becomes_a_problem(error: Exception, kind: type[Exception], words: str) -> None:
    problem = problem_of(error)
    assert type(problem) is kind
    assert words in problem.detail
    assert problem.headers == {"Retry-After": "5"}


def test_a_problem_stays_what_it_is() -> None:
    problem = busy()
    assert problem_of(problem) is problem
