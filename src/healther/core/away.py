"""What is wrong with a database that is away, in words for who asked: what only waits, and what somebody must mend."""

import sqlite3

from healther.core.sqlite_file import FILE_GONE, DatabaseFileGoneError

_AWAY = "The database does not answer; try again in a moment."
_FULL = "The disk of the database is full: nothing can be saved before there is room on it."
_FAILING = "The disk of the database fails: it could not be read or written. The log has what it said."
_READ_ONLY = "The database can only be read: its file, its folder or its server does not let healther write."
_OF_SQLITE = {sqlite3.SQLITE_FULL: _FULL, sqlite3.SQLITE_IOERR: _FAILING, sqlite3.SQLITE_READONLY: _READ_ONLY}
# disk_full, io_error, read_only_sql_transaction (PostgreSQL, appendix A).
_OF_POSTGRESQL = {"53100": _FULL, "58030": _FAILING, "25006": _READ_ONLY}
_PRIMARY_CODE = 0xFF


def why_away(error: BaseException) -> str:
    """One sentence or two for an error of `db.AWAY_ERRORS`, without anything of a statement."""
    if isinstance(error, DatabaseFileGoneError):
        return f"{FILE_GONE[0].upper()}{FILE_GONE[1:]}."
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        # Errors that Python's driver makes by itself have no code of SQLite's.
        return _OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & _PRIMARY_CODE, _AWAY)
    return _OF_POSTGRESQL.get(getattr(cause, "sqlstate", None) or "", _AWAY)
