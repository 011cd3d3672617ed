"""The days of watchers whose record people have corrected: few, and read anew each time."""

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS
from healther.history.amendments.overlay import overlaid
from healther.history.amendments.reading import corrections_of
from healther.history.ledger import StateTimes, time_per_state
from healther.history.overview.past import DAYS, Key
from healther.history.service.daily import daily_bars
from healther.history.service.ledgers import in_workspace, segments_of
from healther.watchers.models import WatcherState


async def amended_days(
    session: AsyncSession, workspace_id: UUID, now_ms: int
) -> dict[Key, tuple[Sequence[StateTimes], StateTimes]]:
    """Of each such watcher the 90 days and the last 24 hours, corrected; one query when there is none."""
    day_ago, first_day = now_ms - DAY_MS, now_ms - now_ms % DAY_MS - (DAYS - 1) * DAY_MS
    ours = col(WatcherState.watcher_id).in_(in_workspace(workspace_id))
    corrected = await corrections_of(session, ours, first_day)
    if not corrected:
        return {}
    these = col(WatcherState.watcher_id).in_(corrected)
    found = await daily_bars(session, these, days=DAYS, zone=UTC, now_ms=now_ms)
    ledgers = await segments_of(session, found.heads, these, now_ms, day_ago)
    sqlite = session.get_bind().dialect.name == "sqlite"
    return {
        watcher_id.bytes if sqlite else str(watcher_id): (
            found.bars[watcher_id],
            time_per_state(overlaid(ledgers[watcher_id], parts), day_ago, now_ms),
        )
        for watcher_id, parts in corrected.items()
        if watcher_id in found.heads
    }
