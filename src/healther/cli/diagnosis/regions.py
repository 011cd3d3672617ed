"""Watchers in regions that nobody checks: they are not late, they are not looked at."""

from sqlmodel import col, func, select

from healther.cli.diagnosis.finding import Finding, counted, ok, problem
from healther.core.db import Database
from healther.watchers.models import WatcherState
from healther.watchers.regions import REMEMBERED_MS, served_since


async def examine_regions(db: Database, own: str, now_ms: int) -> Finding:
    """Names the regions of running watchers in which no worker was seen for a week."""
    counting = (
        select(WatcherState.region, func.count())
        .where(col(WatcherState.due_at).is_not(None))
        .group_by(col(WatcherState.region))
    )
    async with db.read() as session:
        served = await served_since(session, now_ms - REMEMBERED_MS)
        watched = (await session.exec(counting)).all()
    forgotten = [
        f"{region} ({counted(count, 'watcher')})" for region, count in sorted(watched) if region not in served | {own}
    ]
    if forgotten:
        return problem(
            "regions",
            f"nobody checks {', '.join(forgotten)}: start a worker there with HEALTHER_REGION, "
            "or give the watchers another region",
        )
    return ok("regions", f"every watcher's region has, or lately had, a worker: {', '.join(sorted(served)) or own}")
