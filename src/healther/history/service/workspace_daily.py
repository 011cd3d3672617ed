"""The last days of a workspace's watchers, a page at a time, in a constant number of queries."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.pagination import Cursors, Page, page_of
from healther.history.days import parse_zone
from healther.history.schemas import day_fields
from healther.history.service.daily import daily_bars, days_of, percents
from healther.watchers.models import ServiceWatcher, WatcherState


async def workspace_daily(
    session: AsyncSession,
    workspace_id: UUID,
    *,
    days: int,
    tz: str,
    cursor: str | None,
    limit: int,
    now_ms: int,
) -> Page[dict[str, Any]]:
    """Pages of WatcherDailyPublic as dicts, by name."""
    zone = parse_zone(tz)
    cursors = Cursors("uptime/daily", workspace_id)
    after = cursors.decode_named(cursor)
    query = select(ServiceWatcher.id, ServiceWatcher.name).where(ServiceWatcher.workspace_id == workspace_id)
    if after is not None:
        name, watcher_id = after
        same_name = and_(col(ServiceWatcher.name) == name, col(ServiceWatcher.id) > watcher_id)
        query = query.where(or_(col(ServiceWatcher.name) > name, same_name))
    rows = (await session.exec(query.order_by(ServiceWatcher.name, col(ServiceWatcher.id)).limit(limit + 1))).all()
    shown = col(WatcherState.watcher_id).in_([watcher_id for watcher_id, _ in rows[:limit]])
    found = await daily_bars(session, shown, days=days, zone=zone, now_ms=now_ms)

    def item(row: tuple[UUID, str]) -> dict[str, Any]:
        watcher_id, name = row
        return {
            "watcher_id": watcher_id,
            "name": name,
            "tz": tz,
            **percents(found, watcher_id),
            "days": [day_fields(*day) for day in days_of(found, watcher_id)],
        }

    return page_of(rows, limit, item, lambda row: cursors.encode(row[1], str(row[0])))
