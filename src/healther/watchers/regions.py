"""Which regions somebody checks: every process with a pipeline says so as it goes, everybody else asks here."""

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS, MINUTE_MS, SECOND_MS
from healther.core.db import Database
from healther.core.errors import InvalidProblem
from healther.watchers.models import ServedRegion, WatcherState

SAID_EVERY_S = 15.0
SERVED_MS = 5 * MINUTE_MS
"""How long a region counts as served after it was last said: longer than a restart, or a database away, takes."""
REMEMBERED_MS = 7 * DAY_MS
"""How long checks that are overdue there are a fault and not a region that was given up."""
OVERDUE_LIMIT_S = 60.0
"""A check that is more overdue than this is a fault: readiness, live streams and status pages say so."""


def is_served(own_region: str, now_ms: int) -> ColumnElement[bool]:
    """On WatcherState: its region is this installation's own, or was served in the last days."""
    served = select(ServedRegion.region).where(col(ServedRegion.seen_at) >= now_ms - REMEMBERED_MS)
    region = col(WatcherState.region)
    return or_(region == own_region, region.in_(served))


def is_late(own_region: str, now_ms: int) -> ColumnElement[bool]:
    """On WatcherState: its check is overdue by more than OVERDUE_LIMIT_S. A paused watcher's is not: none is due."""
    limit_ms = now_ms - int(OVERDUE_LIMIT_S * SECOND_MS)
    return and_(col(WatcherState.due_at) < limit_ms, is_served(own_region, now_ms))


async def say_served(db: Database, region: str, now_ms: int) -> None:
    """Notes that a process which checks this region is at work."""
    insert = sqlite_insert if db.is_sqlite else postgresql_insert
    statement = insert(ServedRegion).values(region=region, seen_at=now_ms)
    statement = statement.on_conflict_do_update(index_elements=["region"], set_={"seen_at": now_ms})
    async with db.write() as session:
        await session.exec(statement)


async def served_since(session: AsyncSession, since_ms: int) -> frozenset[str]:
    """The regions in which somebody was at work at `since_ms` or later."""
    return frozenset(
        (await session.exec(select(ServedRegion.region).where(col(ServedRegion.seen_at) >= since_ms))).all()
    )


async def check_region(session: AsyncSession, region: str | None, own: str, now_ms: int) -> None:
    """Refuses a region in which nobody would check; raises InvalidProblem. None, and one's own, are fine."""
    if region is None or region == own:
        return
    served = await served_since(session, now_ms - SERVED_MS)
    if region not in served:
        known = ", ".join(sorted(served | {own}))
        raise InvalidProblem.field(
            "body.region",
            f"no worker has checked the region {region} in the last {SERVED_MS // MINUTE_MS} minutes; "
            f"there is: {known}",
        )
