"""What is stored: the runs, and how long servers have lived on this database."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

REVISION: Final = "0001"
"""The newest migration: a database that has it needs none."""


class Base(DeclarativeBase):
    pass


class RunRow(Base):
    """One run. The checkpoint stands last, so that what is listed is read without it."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    watched: Mapped[bool]
    born: Mapped[float]
    used: Mapped[float]
    brief: Mapped[bytes] = mapped_column(LargeBinary)
    checkpoint: Mapped[bytes] = mapped_column(LargeBinary)


class Lifetime(Base):
    """Seconds that servers have been running on this database, all together: one row.

    Ages are measured by it and never by the machine's clock, which may be set wrong, or set right.
    """

    __tablename__ = "lifetime"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seconds: Mapped[float]


class Kept(NamedTuple):
    """A stored run without its checkpoint. `born` and `used` are on the database's own clock, see `Lifetime`.

    `state` is what it does when it is taken up again, `watched` whether a page shows or showed it, `brief` its line in
    lists as JSON.
    """

    id: str
    owner: str
    state: str
    watched: bool
    born: float
    used: float
    brief: bytes


class StoredRun(NamedTuple):
    """A run as it is written. Without a checkpoint it keeps the one that was given last."""

    kept: Kept
    checkpoint: bytes | None
