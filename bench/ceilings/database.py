"""The one table of the ceilings and peers, and the settings Dørtrin itself uses: WAL and synchronous=FULL."""

import sqlite3
from pathlib import Path

INSERT = "INSERT INTO message (text) VALUES (?)"


def connect(path: Path) -> sqlite3.Connection:
    """A connection without implicit transactions: BEGIN and COMMIT are written where they happen."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    mode = database.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    database.execute("PRAGMA synchronous=FULL")
    full = database.execute("PRAGMA synchronous").fetchone()[0]
    if (mode, full) != ("wal", 2):
        raise RuntimeError(f"WAL with synchronous=FULL was asked for, SQLite gives {mode} and {full}")
    return database


def open_database(path: Path) -> sqlite3.Connection:
    database = connect(path)
    database.execute("CREATE TABLE IF NOT EXISTS message (number INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    return database
