"""The file of an SQLite database: made for its user alone, and watched, for SQLite writes on when it is gone."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy.exc
import structlog
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.pool import ConnectionPoolEntry

log = structlog.get_logger()

FILE_GONE = "the database's file was removed or replaced while it was in use: bring it back, or start healther anew"


class DatabaseFileGoneError(sqlalchemy.exc.OperationalError):
    """SQLite's file is not the one that was opened: what would be written is lost."""

    def __init__(self) -> None:
        super().__init__(None, None, sqlite3.OperationalError(FILE_GONE))


class SqliteFile:
    """Where the database is, and which file it was when it was opened first."""

    def __init__(self, url: str) -> None:
        name = make_url(url).database or ""
        self._path = None if name in ("", ":memory:") or name.startswith("file:") else Path(name)
        self._opened: tuple[int, int] | None = None
        self._missed = False

    def before_connect(self, _dialect: Dialect, _record: ConnectionPoolEntry, _args: Any, _options: Any) -> None:  # noqa: ANN401
        """Makes a missing file, mode 0600: SQLite gives its log and index (-wal, -shm) the rights of the file."""
        if self._path is None:
            return
        if self._opened is not None:
            # SQLite would make an empty database in the place of the one that is gone.
            self.check()
            return
        # A folder that is missing or may not be written is for SQLite to complain of.
        with suppress(OSError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        self._opened = self._identity()

    def check(self) -> None:
        """Raises DatabaseFileGoneError while another file, or none, is in the place of the one that was opened."""
        if self._path is None or self._opened is None or self._identity() == self._opened:
            self._missed = False
            return
        if not self._missed:
            log.error("database_file_gone", path=str(self._path))
        self._missed = True
        raise DatabaseFileGoneError

    def _identity(self) -> tuple[int, int] | None:
        assert self._path is not None
        with suppress(OSError):
            found = self._path.stat()
            return found.st_dev, found.st_ino
        return None
