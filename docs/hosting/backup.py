"""Copies the SQLite database of a running server: `backup.py DATABASE FOLDER [KEEP]`.

The copy is one moment of the database, whatever is written meanwhile. It is checked before it gets its name, and only
the newest KEEP copies (14) are kept.
"""

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path


def main(database: str, folder: str, keep: str = "14") -> None:
    if not Path(database).is_file():
        sys.exit(f"There is no database {database}.")
    name = time.strftime("runs-%Y-%m-%dT%H%M%SZ.db", time.gmtime())
    copy = Path(folder) / name
    unfinished = copy.with_suffix(".part")
    with closing(sqlite3.connect(database, timeout=30)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        (verdict,) = target.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        unfinished.unlink()
        sys.exit(f"The copy is damaged: {verdict}.")
    unfinished.chmod(0o600)
    unfinished.rename(copy)
    for old in sorted(Path(folder).glob("runs-????-??-??T??????Z.db"))[: -int(keep)]:
        old.unlink()
    print(copy)


if __name__ == "__main__":
    main(*sys.argv[1:])
