"""Connections to PostgreSQL that are given up when nobody answers at the other end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import sqlalchemy.exc
from psycopg import AsyncConnection, OperationalError, errors
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.waiting import wait_async
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from healther.core.clock import SECOND_MS

CONNECT_TIMEOUT_S = 10
# How the server finds out that a client is gone of which it expects more (a COPY cut off in the middle).
_KEEPALIVES = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}

# psycopg counts these among internal errors. They pass: a standby becomes the primary or is left by the next
# connection, and a process that was frozen in the middle of a transaction begins another.
AWAY_ERRORS = (errors.ReadOnlySqlTransaction, errors.IdleInTransactionSessionTimeout)

_PREPARING = "prepare_threshold"

_Answer = TypeVar("_Answer")


class BoundedConnection(AsyncConnection[Any]):
    """A connection that closes itself when the server keeps it waiting for longer than `answer_timeout_s`.

    TCP alone would wait for many minutes on a half-open connection (R15). Raises psycopg's ConnectionTimeout then;
    the pool replaces it.
    """

    answer_timeout_s: float | None = None

    async def wait(self, gen: PQGen[_Answer], interval: float = 0.1, timeout: float | None = None) -> _Answer:
        """As in psycopg; what is interrupted closes the connection instead of asking the server to cancel."""
        patience = self.answer_timeout_s if timeout is None else timeout
        try:
            return await wait_async(gen, self.pgconn.socket, interval=interval, timeout=patience)
        except (OperationalError, asyncio.CancelledError, KeyboardInterrupt) as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.pgconn.finish()
            if isinstance(error, OperationalError):
                raise errors.ConnectionTimeout(f"the database has not answered for {patience} s") from error
            raise


def parsed(url: str) -> tuple[URL, dict[str, None]]:
    """The URL as the driver takes it, and how to connect: `?prepare_threshold=none` = no statement is kept prepared.

    For a pooler in transaction mode: a statement prepared at one server connection would be asked for at another.
    """
    whole = make_url(url)
    if whole.query.get(_PREPARING) != "none":
        return whole, {}
    return whole.difference_update_query([_PREPARING]), {_PREPARING: None}


def bounded(answer_timeout_s: float | None) -> Callable[..., Awaitable[BoundedConnection]]:
    """A way to connect whose connections wait for an answer no longer than this; None = for ever."""

    async def connect(*args: Any, **kwargs: Any) -> BoundedConnection:  # noqa: ANN401 - passed on as it is
        connection = await BoundedConnection.connect(*args, **kwargs)
        connection.answer_timeout_s = answer_timeout_s
        return connection

    return connect


def listen(engine: Engine, answer_timeout_s: float | None) -> None:
    """Has connections limited at the server's end, too, and its passing refusals told as what they are."""
    event.listen(engine, "handle_error", _away, retval=True)
    if answer_timeout_s is not None:
        event.listen(engine, "connect", _limits(answer_timeout_s))


def _away(failure: ExceptionContext) -> Exception | None:
    """A listener for errors: AWAY_ERRORS as SQLAlchemy's OperationalError, and connections like this one are left."""
    error = failure.original_exception
    if not isinstance(error, AWAY_ERRORS):
        return None
    failure.is_disconnect = True
    return sqlalchemy.exc.OperationalError(failure.statement, None, error, hide_parameters=True)


def _limits(answer_timeout_s: float) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    """A listener for new connections that sets the same limit at the server's end.

    It ends the transaction of a client that vanished: rows a worker locked would never be claimed by another.
    """

    def prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET SESSION idle_in_transaction_session_timeout = {round(answer_timeout_s * SECOND_MS)}")
        for name, value in _KEEPALIVES.items():
            cursor.execute(f"SET SESSION {name} = {value}")
        cursor.close()
        connection.commit()

    return prepare
