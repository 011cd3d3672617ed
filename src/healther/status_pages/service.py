"""The read model of a public page: everything on it in a fixed number of queries, however many watchers there are."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.accounts.slugs import PATTERN
from healther.core.clock import DAY_MS, SECOND_MS, to_utc
from healther.core.errors import NotFoundProblem
from healther.history.amendments.overlay import overlaid
from healther.history.amendments.reading import Corrected, corrections_of
from healther.history.ledger import Segment, StateTimes, gap_start, shown_since, shown_state
from healther.history.models import Span, StateChange
from healther.history.service.daily import DailyBars, daily_bars
from healther.history.service.ledgers import Head, in_workspace
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State

DAYS = 90
EVENT_DAYS = 14
MAX_EVENTS = 50

_EXPLAINED = (State.HEALTHY, State.UNKNOWN, State.PENDING)
_TROUBLE = (State.DEGRADED, State.DOWN, State.MAINTENANCE)
# What is worse is said first: nothing that is down hides behind another one's maintenance.
_WORST_FIRST = (State.DOWN, State.DEGRADED, State.UNKNOWN, State.MAINTENANCE, State.HEALTHY, State.PENDING)


def overall(states: Iterable[State]) -> State:
    """The state of everything together; paused watchers have no say, and of nothing nothing is known."""
    present = set(states)
    return next((state for state in _WORST_FIRST if state in present), State.UNKNOWN)


def public_state(head: Head, now_ms: int) -> tuple[State, int]:
    """The state to show everybody, and since when: maintenance explains what is not known, and hides no trouble."""
    state = shown_state(head, now_ms)
    if head.in_maintenance and state in _EXPLAINED:
        return State.MAINTENANCE, head.ledger_moved_at or head.since
    return state, shown_since(head, now_ms)


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
    of_workspace = col(Span.watcher_id).in_(in_workspace(workspace.id))
    names = dict(watchers)
    events = await trouble(session, of_workspace, found.heads, now_ms)
    corrected = await corrections_of(session, these, now_ms - EVENT_DAYS * DAY_MS) if found.raw else {}
    return {
        "name": workspace.name,
        "state": overall(public_state(head, now_ms)[0] for head in found.heads.values()).label,
        "watchers": [_watcher(watcher_id, name, found, now_ms) for watcher_id, name in watchers],
        "recent_events": [_event(each, names) for each in amended(events, corrected, now_ms)],
    }


async def _public_workspace(session: AsyncSession, slug: str) -> Workspace:
    if PATTERN.fullmatch(slug):
        query = select_model(Workspace).where(Workspace.slug == slug, col(Workspace.is_public))
        workspace = (await session.exec(query)).first()
        if workspace is not None:
            return workspace
    raise NotFoundProblem("There is no public status page under this name.")


def _watcher(watcher_id: UUID, name: str, found: DailyBars, now_ms: int) -> dict[str, Any]:
    state, since_ms = public_state(found.heads[watcher_id], now_ms)
    return {
        "name": name,
        "state": state.label,
        "since": to_utc(since_ms),
        "uptime_percent": found.uptime_percent(watcher_id),
        "days": [
            {"date": day, **day_fields(times)} for day, times in zip(found.dates, found.bars[watcher_id], strict=True)
        ],
    }


@lru_cache(maxsize=1024)
def day_fields(times: StateTimes) -> dict[str, Any]:
    """A PublicDay without its date; shared by all days that are alike: most were healthy throughout."""
    return {
        "state": times.worst.label,
        "uptime_percent": times.uptime_percent,
        "degraded_s": times.degraded_ms / SECOND_MS,
        "down_s": times.down_ms / SECOND_MS,
        "maintenance_s": times.maintenance_ms / SECOND_MS,
    }


class Trouble(NamedTuple):
    """A stretch of trouble or maintenance; `ended_ms` None = still going on."""

    watcher_id: UUID
    state: State
    started_ms: int
    ended_ms: int | None
    reason: str | None


async def trouble(
    session: AsyncSession, watcher_ids: ColumnElement[bool], heads: dict[UUID, Head], now_ms: int
) -> list[Trouble]:
    """The last 14 days' spans of trouble of the watchers for which the condition on `Span.watcher_id` holds.

    Newest first, with the reason's word, never the message, which may name what is inside.
    """
    beginning = and_(
        col(StateChange.watcher_id) == Span.watcher_id,
        col(StateChange.at) == Span.started_at,
        col(StateChange.to_state) == Span.state,
    )
    query = (
        select(  # type: ignore[call-overload]
            Span.watcher_id, Span.state, Span.started_at, Span.ended_at, StateChange.reason
        )
        .join(StateChange, beginning, isouter=True)
        .where(watcher_ids, Span.started_at >= now_ms - EVENT_DAYS * DAY_MS, col(Span.state).in_(_TROUBLE))
        .order_by(col(Span.started_at).desc(), col(Span.watcher_id))
        .limit(MAX_EVENTS)
    )
    connection = await session.connection()
    found = []
    for watcher_id, state, started_at, ended_at, reason in (await connection.execute(query)).all():
        if ended_at is None and watcher_id in heads:
            # Nobody has looked since then: what is not known to go on is not said to.
            ended_at = gap_start(state, heads[watcher_id].known_until, now_ms)
        found.append(Trouble(watcher_id, state, started_at, ended_at, reason))
    return found


def amended(found: Sequence[Trouble], corrected: Corrected, now_ms: int) -> list[Trouble]:
    """The stretches with what people have corrected, newest first."""
    shown: list[Trouble] = []
    for each in found:
        parts = corrected.get(each.watcher_id)
        if parts is None:
            shown.append(each)
            continue
        whole = Segment(each.state, each.started_ms, max(each.started_ms, each.ended_ms or now_ms))
        for part in overlaid([whole], parts):
            if part in parts:
                continue
            goes_on = each.ended_ms is None and part.end == whole.end
            shown.append(each._replace(started_ms=part.start, ended_ms=None if goes_on else part.end))
    oldest = now_ms - EVENT_DAYS * DAY_MS
    shown += [
        Trouble(watcher_id, part.state, part.start, part.end, None)
        for watcher_id, parts in corrected.items()
        for part in parts
        if part.state in _TROUBLE and part.start >= oldest
    ]
    return sorted(shown, key=lambda each: (-each.started_ms, each.watcher_id))[:MAX_EVENTS]


def _event(found: Trouble, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "watcher": names[found.watcher_id],
        "status": found.state.label,
        "started_at": to_utc(found.started_ms),
        "ended_at": None if found.ended_ms is None else to_utc(found.ended_ms),
        "duration_s": None if found.ended_ms is None else max(0, found.ended_ms - found.started_ms) / SECOND_MS,
        "reason": found.reason,
    }
