"""The database: reachable, at which schema, how durable, on time; and whether its clock agrees with ours."""

import asyncio
from collections.abc import AsyncIterator

from sqlalchemy import func, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from healther.accounts.models import User
from healther.alerting.reseal import SEALED
from healther.alerting.sealed import examine_sealed
from healther.cli.diagnosis.finding import Finding, counted, note, ok, problem
from healther.cli.diagnosis.place import PATIENCE_S, explain, place, shown_url, sqlite_file
from healther.cli.diagnosis.regions import examine_regions
from healther.core.clock import SECOND_MS, now_ms
from healther.core.db import Database
from healther.core.settings import Settings
from healther.history.partitions import missing_partitions
from healther.history.retention.steady import has_past, has_witness
from healther.migrations.state import current_revision, head_revision, is_known
from healther.monitoring.readiness import oldest_overdue_s
from healther.watchers.models import ServiceWatcher
from healther.watchers.regions import OVERDUE_LIMIT_S

_SKEW_MS = 2 * SECOND_MS
_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")


async def examine_database(settings: Settings, secret_key: str | None) -> list[Finding]:
    """Everything the database can tell; a missing SQLite file is not made."""
    if settings.is_sqlite:
        findings, there = place(sqlite_file(settings))
        if not there:
            return findings
    else:
        findings = []
    shown = shown_url(settings)
    keyed = None if secret_key is None else settings.model_copy(update={"secret_key": secret_key})
    db = Database(settings.database_url)
    try:
        async with asyncio.timeout(PATIENCE_S):
            findings += [finding async for finding in _examine(db, shown, settings.region, keyed)]
    except (SQLAlchemyError, OSError) as error:
        findings.append(explain(settings, error))
    finally:
        await db.close()
    return findings


async def _examine(db: Database, shown: str, region: str, keyed: Settings | None) -> AsyncIterator[Finding]:
    async with db.read_connection() as connection:
        yield ok("database", f"{shown} answers ({await _version(connection)})")
        if not db.is_sqlite:
            yield await _postgres_durability(connection)
            yield await _database_clock(connection)
    if db.is_sqlite:
        async with db.look(as_writer=True) as connection:
            yield await _sqlite_durability(connection)
    schema = await _schema(db)
    yield schema
    if schema.level != "ok":
        return
    if not db.is_sqlite:
        async with db.read_connection() as connection:
            yield await _partitions(connection)
    if keyed is not None:
        yield await _sealed(db, keyed)
    elif lost := await _sealed_count(db):
        yield problem(
            "secret key",
            f"the database holds {counted(lost, 'sealed secret')}, and the key that sealed them is not here: set "
            "HEALTHER_SECRET_KEY to it, or put its file beside the database, before healther starts",
        )
    if await has_past(db, now_ms()) and not await has_witness(db, now_ms()):
        yield note("retention", "by this clock nothing was recorded two or three days ago: nothing is forgotten yet")
    yield await _contents(db)
    yield await examine_regions(db, region, now_ms())
    yield await _overdue(db, region)


async def _version(connection: AsyncConnection) -> str:
    if connection.dialect.name == "sqlite":
        return f"SQLite {(await connection.execute(text('SELECT sqlite_version()'))).scalar_one()}"
    return f"PostgreSQL {(await connection.execute(text('SHOW server_version'))).scalar_one()}"


async def _sqlite_durability(connection: AsyncConnection) -> Finding:
    journal = str((await connection.execute(text("PRAGMA journal_mode"))).scalar_one())
    synchronous = _SYNCHRONOUS[int((await connection.execute(text("PRAGMA synchronous"))).scalar_one())]
    said = f"journal_mode={journal}, synchronous={synchronous}"
    if journal != "wal" or synchronous not in ("FULL", "EXTRA"):
        return problem("durability", f"{said}: healther counts on wal and FULL; is the file on a network share?")
    return ok("durability", f"{said}: what was answered or recorded survives a crash and a power loss")


async def _postgres_durability(connection: AsyncConnection) -> Finding:
    values = {
        name: str((await connection.execute(text(f"SHOW {name}"))).scalar_one())
        for name in ("fsync", "synchronous_commit", "full_page_writes")
    }
    said = ", ".join(f"{name}={value}" for name, value in values.items())
    if values["fsync"] == "off" or values["full_page_writes"] == "off":
        return note("durability", f"{said}: a crash of the database's machine can destroy the database")
    if values["synchronous_commit"] == "off":
        return note("durability", f"{said}: a crash of the database's machine can lose the last results")
    return ok("durability", f"{said}: what was answered or recorded survives a crash")


async def _database_clock(connection: AsyncConnection) -> Finding:
    before = now_ms()
    query = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
    theirs = int((await connection.execute(query)).scalar_one())
    skew = theirs - (before + now_ms()) // 2
    if abs(skew) > _SKEW_MS:
        return note("clock", f"the database's clock is {skew / SECOND_MS:+.1f} s from ours: run NTP on both machines")
    return ok("clock", f"the database's clock is {skew:+d} ms from ours")


async def _schema(db: Database) -> Finding:
    have, head = await current_revision(db), head_revision()
    if have == head:
        return ok("schema", f"at {have}, the newest this version knows")
    if have is None:
        return problem("schema", "the database is empty: run `healther migrate`")
    if not is_known(have):
        return problem("schema", f"at {have}, which this version does not know: a newer healther made it, use that one")
    return problem("schema", f"at {have}, older than {head}: run `healther migrate`")


async def _partitions(connection: AsyncConnection) -> Finding:
    missing = await missing_partitions(connection, now_ms())
    if missing:
        days = ", ".join(sorted(missing))
        return note("partitions", f"not there yet: {days}; a running worker makes them, days without go to a default")
    return ok("partitions", "health events have a partition for today and each of the next days")


async def _sealed(db: Database, keyed: Settings) -> Finding:
    async with db.read() as session:
        found = await examine_sealed(session, keyed)
    total, old, strange = found.total, found.old, found.strange.total()
    if strange:
        return problem(
            "secrets",
            f"{strange} of {total} watchers and channels with secrets were sealed with another HEALTHER_SECRET_KEY: "
            "name that key in HEALTHER_OLD_SECRET_KEYS, or enter their secrets again",
        )
    if old:
        return note("secrets", f"{old} of {total} were sealed with an old key: run `healther reseal`")
    holders = counted(total, "watcher or channel has", "watchers and channels have")
    return ok("secrets", f"{holders} sealed secrets, and the key opens them")


async def _sealed_count(db: Database) -> int:
    total = 0
    async with db.read() as session:
        for table, name, _ in SEALED:
            total += (await session.exec(select(func.count(col(getattr(table, name)))))).one()
    return total


async def _contents(db: Database) -> Finding:
    async with db.read() as session:
        users, watchers, paused = (
            await session.exec(
                select(
                    select(func.count()).select_from(User).scalar_subquery(),
                    select(func.count()).select_from(ServiceWatcher).scalar_subquery(),
                    select(func.count()).where(col(ServiceWatcher.paused_at).is_not(None)).scalar_subquery(),
                )
            )
        ).one()
    if not users:
        return note("accounts", "none yet: `healther user create --email you@example.com --name 'Your Name'`")
    return ok("accounts", f"{counted(users, 'account')}, {counted(watchers, 'watcher')} ({paused} paused)")


async def _overdue(db: Database, region: str) -> Finding:
    overdue_s = await oldest_overdue_s(db, region, now_ms())
    if overdue_s > OVERDUE_LIMIT_S:
        return problem(
            "checks",
            f"overdue by up to {overdue_s:.0f} s: is `healther up` (or a `healther worker` in every region) running?",
        )
    return ok("checks", "none is overdue")
