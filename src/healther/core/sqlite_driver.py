"""aiosqlite with one trip to the connection's thread a statement.

SQLAlchemy's adapter makes four (cursor, execute, fetchall, close) and two more for a rollback of nothing. A trip is a
queue, two wake-ups and a turn of the loop: they, not SQLite, were most of what a request cost
(docs/adr/0014-one-trip-a-statement.md).
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


@dataclass(slots=True)
class _Finished:
    """What is left of a cursor whose rows have been fetched."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """Executes, fetches and closes in one call on the connection's thread."""

    __slots__ = ()

    _adapt_connection: "OneTripConnection"
    _cursor: _Finished  # type: ignore[assignment]

    def __init__(self, adapt_connection: "OneTripConnection") -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor = _Finished()
        self._soft_closed_memoized = {}  # type: ignore[assignment]
        self._rows = deque()

    @property
    def description(self) -> Any:  # noqa: ANN401 - the DBAPI's own tuple
        return self._cursor.description

    def close(self) -> None:
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:  # noqa: ANN401
        await self._run(_execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:  # noqa: ANN401
        await self._run(_executemany, operation, seq_of_parameters)

    async def _run(self, work: Callable[..., tuple[_Finished, Sequence[Any]]], *arguments: Any) -> None:  # noqa: ANN401
        adapter = self._adapt_connection
        async with adapter._execute_mutex:
            begin, adapter.deferred_begin, adapter.under_way = adapter.deferred_begin, None, True
            driver = adapter._connection
            self._cursor, rows = await driver._execute(work, driver._conn, begin, *arguments)
            adapter.under_way = False
        self._rows = deque(rows)


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """Begins with the first statement where that was asked for, and rolls back only what was begun."""

    __slots__ = ("deferred_begin", "under_way")

    _cursor_cls = OneTripCursor  # type: ignore[assignment]

    def __init__(self, dbapi: Any, connection: Any) -> None:  # noqa: ANN401
        super().__init__(dbapi, connection)
        self.deferred_begin: str | None = None
        self.under_way = False
        """A statement was sent and has not answered: it was cancelled or failed, and may still begin something."""

    def rollback(self) -> None:
        if self._is_begun():
            super().rollback()
            self.under_way = False

    def commit(self) -> None:
        if self._is_begun():
            super().commit()

    def _is_begun(self) -> bool:
        self.deferred_begin = None
        driver: aiosqlite.Connection = self._connection  # type: ignore[assignment]
        return driver._connection is not None and (self.under_way or driver.in_transaction)


class OneTripDriver(AsyncAdapt_aiosqlite_dbapi):
    """The module `create_async_engine(module=...)` takes."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> OneTripConnection:  # noqa: ANN401
        return OneTripConnection(self, super().connect(*arg, **kw)._connection)


def begin_with_first_statement(connection: object) -> None:
    """BEGIN goes along with the next statement of a OneTripConnection: a reader's snapshot starts there anyway."""
    assert isinstance(connection, OneTripConnection)
    connection.deferred_begin = "BEGIN"


def _execute(
    connection: sqlite3.Connection,
    begin: str | None,
    operation: str,
    parameters: Any,  # noqa: ANN401
) -> tuple[_Finished, Sequence[Any]]:
    if begin is not None:
        connection.execute(begin)
    cursor = connection.execute(operation, parameters)
    rows = cursor.fetchall() if cursor.description else ()
    return _finish(cursor), rows


def _executemany(
    connection: sqlite3.Connection,
    begin: str | None,
    operation: str,
    parameters: Any,  # noqa: ANN401
) -> tuple[_Finished, Sequence[Any]]:
    if begin is not None:
        connection.execute(begin)
    return _finish(connection.executemany(operation, parameters)), ()


def _finish(cursor: sqlite3.Cursor) -> _Finished:
    finished = _Finished(cursor.description, cursor.rowcount, cursor.lastrowid)
    cursor.close()
    return finished
