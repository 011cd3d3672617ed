"""The read model of a public page: everything on it in a fixed number of queries, however many watchers there are."""

from collections.abc import Iterable
from datetime import UTC
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlmodel import col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.accounts.slugs import PATTERN
from healther.core.clock import DAY_MS, SECOND_MS, to_utc
from healther.core.errors import NotFoundProblem
from healther.history.ledger import StateTimes, gap_start, shown_since, shown_state
from healther.history.models import Span, StateChange
from healther.history.service.daily import DailyBars, daily_bars
from healther.history.service.ledgers import Head, in_workspace
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State

DAYS = 90
EVENT_DAYS = 14
MAX_EVENTS = 50

_TROUBLE = (State.DEGRADED, State.DOWN, State.MAINTENANCE)
# What is worse is said first: nothing that is down hides behind another one's maintenance.
_WORST_FIRST = (State.DOWN, State.DEGRADED, State.UNKNOWN, State.MAINTENANCE, State.HEALTHY, State.PENDING)


def overall(states: Iterable[State]) -> State:
    """The state of everything together; paused watchers have no say, and of nothing nothing is known."""
    present = set(states)
    return next((state for state in _WORST_FIRST if state in present), State.UNKNOWN)


async def public_page(session: AsyncSession, slug: str, now_ms: int) -> dict[str, Any]:
    """A PublicPage as a dict; raises NotFoundProblem, the same for a workspace that is not public and for none."""
    workspace = await _public_workspace(session, slug)
    watchers = (
        await session.exec(
            select_model(ServiceWatcher.id, ServiceWatcher.name)
            .where(ServiceWatcher.workspace_id == workspace.id)
            .order_by(ServiceWatcher.name, col(ServiceWatcher.id))
        )
    ).all()
    these = col(WatcherState.watcher_id).in_(in_workspace(workspace.id))
    found = await daily_bars(session, these, days=DAYS, zone=UTC, now_ms=now_ms)
    return {
        "name": workspace.name,
        "state": overall(shown_state(head, now_ms) for head in found.heads.values()).label,
        "watchers": [_watcher(watcher_id, name, found, now_ms) for watcher_id, name in watchers],
        "recent_events": await _recent_events(session, workspace.id, found.heads, now_ms),
    }


async def _public_workspace(session: AsyncSession, slug: str) -> Workspace:
    if PATTERN.fullmatch(slug):
        query = select_model(Workspace).where(Workspace.slug == slug, col(Workspace.is_public))
        workspace = (await session.exec(query)).first()
        if workspace is not None:
            return workspace
    raise NotFoundProblem("There is no public status page under this name.")


def _watcher(watcher_id: UUID, name: str, found: DailyBars, now_ms: int) -> dict[str, Any]:
    head = found.heads[watcher_id]
    return {
        "name": name,
        "state": shown_state(head, now_ms).label,
        "since": to_utc(shown_since(head, now_ms)),
        "uptime_percent": found.uptime_percent(watcher_id),
        "days": [{"date": day, **_day(times)} for day, times in zip(found.dates, found.bars[watcher_id], strict=True)],
    }


@lru_cache(maxsize=1024)
def _day(times: StateTimes) -> dict[str, Any]:
    """Shared by all days that are alike: most were healthy throughout."""
    return {
        "state": times.worst.label,
        "uptime_percent": times.uptime_percent,
        "degraded_s": times.degraded_ms / SECOND_MS,
        "down_s": times.down_ms / SECOND_MS,
        "maintenance_s": times.maintenance_ms / SECOND_MS,
    }


async def _recent_events(
    session: AsyncSession, workspace_id: UUID, heads: dict[UUID, Head], now_ms: int
) -> list[dict[str, Any]]:
    """Spans of trouble, and why: the reason's word, never the message, which may name what is inside."""
    beginning = and_(
        col(StateChange.watcher_id) == Span.watcher_id,
        col(StateChange.at) == Span.started_at,
        col(StateChange.to_state) == Span.state,
    )
    query = (
        select(  # type: ignore[call-overload]
            Span.watcher_id, ServiceWatcher.name, Span.state, Span.started_at, Span.ended_at, StateChange.reason
        )
        .join(ServiceWatcher, col(ServiceWatcher.id) == Span.watcher_id)
        .join(StateChange, beginning, isouter=True)
        .where(
            ServiceWatcher.workspace_id == workspace_id,
            Span.started_at >= now_ms - EVENT_DAYS * DAY_MS,
            col(Span.state).in_(_TROUBLE),
        )
        .order_by(col(Span.started_at).desc(), col(Span.watcher_id))
        .limit(MAX_EVENTS)
    )
    connection = await session.connection()
    events = []
    for watcher_id, name, state, started_at, ended_at, reason in (await connection.execute(query)).all():
        if ended_at is None and watcher_id in heads:
            # Nobody has looked since then: what is not known to go on is not said to.
            ended_at = gap_start(state, heads[watcher_id].known_until, now_ms)
        events.append(
            {
                "watcher": name,
                "status": state.label,
                "started_at": to_utc(started_at),
                "ended_at": None if ended_at is None else to_utc(ended_at),
                "duration_s": None if ended_at is None else max(0, ended_at - started_at) / SECOND_MS,
                "reason": reason,
            }
        )
    return events
