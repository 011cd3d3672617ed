"""How many connections a process has to its database, asked of the pools when somebody reads the metrics."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from healther.observability.metrics import DATABASE_CONNECTIONS


def count(engines: Collection[AsyncEngine]) -> None:
    """From now on the metric counts the connections of these: of all there are, on SQLite to read and to write."""

    def pools() -> list[QueuePool]:
        return [engine.pool for engine in engines if isinstance(engine.pool, QueuePool)]

    DATABASE_CONNECTIONS.labels("in_use").set_function(lambda: sum(pool.checkedout() for pool in pools()))
    DATABASE_CONNECTIONS.labels("idle").set_function(lambda: sum(pool.checkedin() for pool in pools()))
