"""What an operator can put right, said in the doctor's words instead of a traceback (exit code 2)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import typer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from healther.cli.diagnosis.place import explain, sqlite_file, unusable
from healther.cli.listening import ListenError
from healther.core.settings import Settings
from healther.migrations.state import NewerSchemaError

# Primary codes of SQLite that are a fault of the statement, which is ours: https://sqlite.org/rescode.html
_OUR_FAULT = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_MISUSE)


@contextmanager
def plainly(settings: Settings) -> Iterator[None]:
    """Ends the command with a sentence on stderr where database, files or port are not as they must be."""
    # Asked first: a connection that fails to open leaves a thread behind that complains of it.
    wrong = unusable(sqlite_file(settings)) if settings.is_sqlite else None
    if wrong is not None:
        typer.echo(wrong.text, err=True)
        raise typer.Exit(2)
    try:
        yield
    except ListenError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except NewerSchemaError as error:
        typer.echo(
            f"the schema is at {error}, which this version does not know: a newer healther made it, use that one",
            err=True,
        )
        raise typer.Exit(2) from None
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        if not _outside(cause):
            raise
        typer.echo(explain(settings, cause).text, err=True)
        raise typer.Exit(2) from None


def _outside(cause: BaseException) -> bool:
    """Whether what is wrong is outside of healther: a server, a file, a right, a disk."""
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF) not in _OUR_FAULT
    outside = (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege, PoolTimeoutError, OSError)
    return isinstance(cause, outside)
