"""Which database a server uses: the setting read once, and the default file of one person at their own machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.logs import get_logger

log = get_logger(__name__)

MEMORY: Final = URL.create("sqlite+aiosqlite", database=":memory:")
DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class CannotStore(Exception):  # noqa: N818 - reads as the sentence it is
    """The database cannot be used; the message says what to do."""


def data_directory() -> Path:
    """Where programs of this user keep their data."""
    given = os.environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(given):
        return Path(given) / "neuronpark"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "neuronpark"
    return Path.home() / ".local" / "share" / "neuronpark"


def default_file(port: int) -> Path:
    """The file of the server on `port`: each address of the page has its own runs, and two servers never meet."""
    return data_directory() / f"runs-{port}.db"


def read_url(text: str) -> URL:
    """The database a setting names, with the driver we use for it. Raises `CannotStore`, never repeating a password."""
    if not text:
        return MEMORY
    try:
        url = make_url(text)
    except ArgumentError:
        raise CannotStore(
            "NEURONPARK_DATABASE is no address of a database. Use sqlite:////absolute/path/runs.db, or "
            "postgresql://user:password@host/name, or leave it empty to keep runs in memory only."
        ) from None
    if url.drivername not in DRIVERS:
        raise CannotStore(f"Databases of the kind {url.drivername} are not known. Use sqlite or postgresql.")
    if url.drivername.startswith("sqlite") and not url.database:
        return MEMORY
    return url.set(drivername=DRIVERS[url.drivername])


def locate(setting: str | None, port: int) -> URL:
    """The database of a server on `port` by its setting. None is the default file, where this user can have one.

    A port of chance has none: whoever comes back finds another address.
    """
    if setting is not None:
        return read_url(setting)
    if port == 0:
        return MEMORY
    try:
        file = default_file(port)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(file.parent, os.W_OK | os.X_OK):
            return URL.create(DRIVERS["sqlite"], database=str(file))
        reason = f"{file.parent} cannot be written"
    except (OSError, RuntimeError) as error:  # no home, or one that nothing can be put into
        reason = str(error)
    log.warning("runs are kept in memory until the server ends", reason=reason)
    return MEMORY


def file_of(url: URL) -> Path | None:
    """The file of an SQLite database, None for any other."""
    is_file = url.drivername.startswith("sqlite") and url.database not in (None, "", ":memory:")
    return Path(str(url.database)).absolute() if is_file else None


def described(url: URL) -> str:
    """The database in words, without a password."""
    file = file_of(url)
    if file is not None:
        return str(file)
    return "memory" if url.drivername.startswith("sqlite") else url.render_as_string(hide_password=True)
