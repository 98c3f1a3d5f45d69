"""What is said when the database fails, and what is only a matter of time."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError

from app.errors import InsufficientStorage, Problem, Unavailable

RETRY_AFTER: Final = {"Retry-After": "5"}
SQLITE_FULL: Final = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})
"""Beside a full disk, a quota or a limit of file size: the system then refuses the write with another word."""
SQLITE_BUSY: Final = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED"})
POSTGRESQL_FULL: Final = frozenset({"53100"})
POSTGRESQL_BUSY: Final = frozenset({"55P03", "57014", "40001", "40P01"})


def full() -> InsufficientStorage:
    return InsufficientStorage(
        "The server's disk is full: what you did is not saved yet. It is saved as soon as there is room again.",
        headers=RETRY_AFTER,
    )


def busy() -> Unavailable:
    return Unavailable(
        "The database is busy: what you did is not saved yet. It is saved as soon as possible; try again.",
        headers=RETRY_AFTER,
    )


def unreachable() -> Unavailable:
    return Unavailable(
        "The database cannot be reached: what you did is not saved yet. It is saved as soon as it is back; try again.",
        headers=RETRY_AFTER,
    )


def problem_of(error: BaseException) -> Problem:
    """The answer to whoever needed what has failed with `error`."""
    if isinstance(error, Problem):
        return error
    cause = error.orig if isinstance(error, DBAPIError) else error
    words = {str(getattr(cause, "sqlite_errorname", "")), str(getattr(cause, "sqlstate", ""))}
    if words & (SQLITE_FULL | POSTGRESQL_FULL):
        return full()
    if words & POSTGRESQL_BUSY or any(word.startswith(tuple(SQLITE_BUSY)) for word in words):
        return busy()
    return unreachable()
