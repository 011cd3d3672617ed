"""The database: one engine, short transactions, the same code on SQLite and PostgreSQL."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import psycopg
import sqlalchemy.exc
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core import postgres
from healther.core.sqlite_driver import OneTripDriver, begin_with_first_statement
from healther.core.sqlite_file import SqliteFile

SQLITE_BUSY_TIMEOUT_MS = 15_000
ANSWER_TIMEOUT_S = 15.0
# FULL: a commit that was answered survives a power loss. NORMAL would be faster and may lose the last commits
# (docs/adr/0004-sqlite-durability.md; `healther doctor` prints it).
SQLITE_SYNCHRONOUS = "FULL"


# The database is away, busy, full, slow or may only be read: trying again later may help. The hot path uses psycopg
# itself, whose errors SQLAlchemy does not wrap.
AWAY_ERRORS = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    *postgres.AWAY_ERRORS,
)
TRANSIENT_ERRORS = (*AWAY_ERRORS, OSError, TimeoutError)


class Database:
    """Opens transactions: `write()` for what changes something, `read()` for what does not.

    On SQLite a writing transaction takes the write lock at its start (BEGIN IMMEDIATE): one that began as a reader
    could not become a writer while the recorder commits beside it. On PostgreSQL a connection on which the server
    has not answered for `answer_timeout_s` is given up with an OperationalError; None = never.
    """

    def __init__(self, url: str, *, pool_size: int = 10, answer_timeout_s: float | None = ANSWER_TIMEOUT_S) -> None:
        self.is_sqlite = url.startswith("sqlite")
        # hide_parameters: an error's text must not carry password hashes or sealed secrets into a log (S17).
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "hide_parameters": True}
        if self.is_sqlite:
            # The connection used last is the one that opens nothing anew.
            options |= {"module": OneTripDriver(), "pool_use_lifo": True}
            place: str | URL = url
        else:
            place, how = postgres.parsed(url)
            options |= {
                "pool_pre_ping": True,
                "connect_args": {
                    **how,
                    "connect_timeout": round(min(answer_timeout_s or math.inf, postgres.CONNECT_TIMEOUT_S)),
                    "async_creator_fn": postgres.bounded(answer_timeout_s),
                },
            }
        self.engine: AsyncEngine = create_async_engine(place, **options)
        self._write_engine = self.engine
        if not self.is_sqlite:
            postgres.listen(self.engine.sync_engine, answer_timeout_s)
        self._file = SqliteFile(url) if self.is_sqlite else None
        if self._file is not None:
            # SQLite forgets a connection's pages when another one has committed: writing by one connection alone keeps
            # them, and what readers read is gone with the next batch of results anyway.
            self._write_engine = create_async_engine(url, **options | {"pool_size": 1, "max_overflow": 0})
            _prepare_sqlite(self._write_engine, self._file, cache_kib=32_768)
            _prepare_sqlite(self.engine, self._file, cache_kib=4_096)
        reading: dict[str, Any] = {"healther_read": True}
        if not self.is_sqlite:
            # One snapshot for all queries of a reader, as WAL gives it on SQLite: what the recorder commits between
            # two of them is seen by both or by none.
            reading["isolation_level"] = "REPEATABLE READ"
        self._read_engine = self.engine.execution_options(**reading)
        looking: dict[str, Any] = {"healther_look": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._look_engine = self.engine.execution_options(**looking)
        self._writer_look_engine = self._write_engine.execution_options(**looking)
        self._turns = asyncio.Lock() if self.is_sqlite else None
        self._write_sessions = async_sessionmaker(self._write_engine, class_=AsyncSession, expire_on_commit=False)
        self._read_sessions = async_sessionmaker(self._read_engine, class_=AsyncSession, expire_on_commit=False)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction, committed at the end of the block, rolled back on an exception."""
        self.check_file()
        async with self._turn(), self._write_sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading one snapshot; whatever it changes is rolled back."""
        async with self._read_sessions() as session:
            yield session

    @asynccontextmanager
    async def write_connection(self) -> AsyncIterator[AsyncConnection]:
        """A Core connection in one transaction, for the hot path."""
        self.check_file()
        async with self._turn(), self._write_engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read_connection(self) -> AsyncIterator[AsyncConnection]:
        """A Core connection for reading one snapshot."""
        async with self._read_engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def look(self, *, as_writer: bool = False) -> AsyncIterator[AsyncConnection]:
        """A Core connection for one SELECT, which is a snapshot of its own: no transaction is begun, none is ended.

        For loops that ask again and again whether there is something to do, and mostly hear that there is not.
        `as_writer`: by a connection made as those that write are, without SQLite's write lock.
        """
        async with (self._writer_look_engine if as_writer else self._look_engine).connect() as connection:
            yield connection

    def check_file(self) -> None:
        """Raises OperationalError when SQLite's file is gone: what is written then is lost. Asked before writes."""
        if self._file is not None:
            self._file.check()

    def _turn(self) -> AbstractAsyncContextManager[None]:
        """This writer's turn among this process's writers.

        SQLite has one writer and lets the others poll, asleep for up to 100 ms a time, in no order: under load that
        halved the checks a process could carry. A queue wakes the next one at once.
        """
        return nullcontext() if self._turns is None else _turn(self._turns)

    async def close(self) -> None:
        """Closes every connection."""
        for engine in self.engines:
            await engine.dispose()

    @property
    def engines(self) -> set[AsyncEngine]:
        """What opens the connections: one for both, or on SQLite one to read and one to write."""
        return {self.engine, self._write_engine}


@asynccontextmanager
async def _turn(turns: asyncio.Lock) -> AsyncIterator[None]:
    """Raises SQLAlchemy's TimeoutError when it does not come while SQLite itself would have waited."""
    try:
        async with asyncio.timeout(SQLITE_BUSY_TIMEOUT_MS / 1000):
            await turns.acquire()
    except TimeoutError as error:
        raise sqlalchemy.exc.TimeoutError(
            "the database is busy: other writers of this process took too long"
        ) from error
    try:
        yield
    finally:
        turns.release()


def _prepare_sqlite(engine: AsyncEngine, file: SqliteFile, *, cache_kib: int) -> None:
    def prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={SQLITE_SYNCHRONOUS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
        cursor.execute(f"PRAGMA cache_size=-{cache_kib}")
        # Every check rewrites its watcher's hot row: a log of 32 MB is copied into the file eight times less often than
        # the default of 4 MB, and copies each page once however often it was written.
        cursor.execute("PRAGMA wal_autocheckpoint=8000")
        cursor.close()

    event.listen(engine.sync_engine, "do_connect", file.before_connect)
    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("healther_look", False):
        return
    if options.get("healther_read", False):
        begin_with_first_statement(connection.connection.dbapi_connection)
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def first_line(error: BaseException) -> str:
    """What a database error says, without the statement and its parameters that SQLAlchemy adds."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
