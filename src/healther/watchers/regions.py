"""Which regions somebody checks: every process with a pipeline says so as it goes, everybody else asks here."""

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS, MINUTE_MS
from healther.core.db import Database
from healther.core.errors import InvalidProblem
from healther.watchers.models import ServedRegion

SAID_EVERY_S = 15.0
SERVED_MS = 5 * MINUTE_MS
"""How long a region counts as served after it was last said: longer than a restart, or a database away, takes."""
REMEMBERED_MS = 7 * DAY_MS
"""How long checks that are overdue there are a fault and not a region that was given up."""


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
