"""R15: a PostgreSQL connection nobody answers on is given up by both ends, within the time that is set."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import text

from healther.core.db import TRANSIENT_ERRORS, Database
from healther.monitoring.store_postgres import PostgresStore
from tests.support.proxy import Proxy, port_of, proxy, through
from tests.support.watchers import add_watcher
from tests.support.wire import serving

NOW_MS = 1_800_000_000_000
LOCK = text("SELECT watcher_id FROM watcherstate FOR UPDATE")


@pytest.fixture(name="far")
async def far_database(postgres_url: str) -> AsyncIterator[tuple[Database, Proxy]]:
    """A Database behind a proxy, patient for one second."""
    with proxy(port_of(postgres_url)) as between:
        far = Database(through(between, postgres_url), answer_timeout_s=1)
        yield far, between
        await far.close()


async def test_a_statement_without_an_answer_fails_and_the_next_one_gets_a_new_connection(
    far: tuple[Database, Proxy],
) -> None:
    db, between = far
    async with db.read_connection() as connection:
        await connection.execute(text("SELECT 1"))
    between.stall()
    with pytest.raises(TRANSIENT_ERRORS):
        async with asyncio.timeout(10), db.read_connection() as connection:
            await connection.execute(text("SELECT 1"))
    between.strand()
    async with asyncio.timeout(10), db.read_connection() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1


async def test_the_hot_path_gives_up_as_well_and_others_get_what_it_had_locked(
    far: tuple[Database, Proxy], postgres_url: str
) -> None:
    db, between = far
    near = Database(postgres_url)
    watcher = await add_watcher(near, NOW_MS)

    async def lock_and_lose_the_line() -> None:
        async with asyncio.timeout(10), db.write_connection() as connection:
            assert await PostgresStore().hot_rows(connection, [watcher.id])
            between.stall()
            await PostgresStore().hot_rows(connection, [watcher.id])

    with pytest.raises(TRANSIENT_ERRORS):
        await lock_and_lose_the_line()
    # The server has not heard of it: the row is locked until it, too, runs out of patience.
    async with asyncio.timeout(10), near.write_connection() as connection:
        assert (await connection.execute(LOCK)).one()
    await near.close()


async def test_giving_up_on_an_unanswered_statement_asks_nobody(far: tuple[Database, Proxy]) -> None:
    """What is cancelled (a request, a worker that stops) closes its connection; a server that is gone cannot cancel."""
    db, between = far
    async with db.read_connection() as connection:
        await connection.execute(text("SELECT 1"))
        between.stall()
        waiting = asyncio.create_task(connection.execute(text("SELECT 2")))
        await asyncio.sleep(0)
        waiting.cancel()
        done, _ = await asyncio.wait([waiting], timeout=4)
        assert done
        assert waiting.cancelled()


async def test_a_slow_answer_within_the_time_is_an_answer(far: tuple[Database, Proxy]) -> None:
    db, between = far
    between.slow(0.1)
    async with db.read_connection() as connection:
        assert (await connection.execute(text("SELECT pg_sleep(0.3), 7"))).one()[1] == 7


async def test_a_connection_that_the_proxy_cuts_is_no_fault_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(1))
        await reader.read()

    async with serving(echo) as port:
        with proxy(port) as between:
            reader, writer = await asyncio.open_connection("127.0.0.1", between.port)
            writer.write(b"x")
            assert await reader.readexactly(1) == b"x"
            between.cut()
            with suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()
    assert [each.getMessage() for each in caplog.records if each.name == "asyncio"] == []
