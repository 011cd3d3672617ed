"""What happened: `/api/v1/workspaces/{workspace_id}/watchers/{watcher_id}/...`, and the days of a workspace."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints
from pydantic_core import to_json
from sqlmodel import col

from healther.accounts.deps import NowMs, ObserverAccess, ReadSessionDep
from healther.core.clock import DAY_MS, to_utc
from healther.core.moments import From, To, moment_ms, window_ms
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from healther.history.days import parse_zone
from healther.history.schemas import (
    ChangePublic,
    DailyPublic,
    DayPublic,
    EventPublic,
    EventStatus,
    LatencyPoint,
    LatencyPublic,
    UptimePublic,
    WatcherDailyPublic,
)
from healther.history.service.daily import daily_bars, days_of, percents
from healther.history.service.events import EventFilter, list_changes, list_events
from healther.history.service.latency import latency
from healther.history.service.uptime import uptime
from healther.history.service.workspace_daily import workspace_daily
from healther.history.steps import Step
from healther.watchers.deps import WorkspaceWatcher
from healther.watchers.models import WatcherState
from healther.watchers.states import State

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["history"])

DEFAULT_UPTIME_MS = 30 * DAY_MS

Days = Annotated[int, Query(ge=1, le=366, description="How many days, today included.")]
Zone = Annotated[
    str, StringConstraints(max_length=64), Query(description="Whose days.", examples=["UTC", "Europe/Berlin"])
]


@router.get("/watchers/{watcher_id}/events")
async def events_list(
    watcher: WorkspaceWatcher,
    session: ReadSessionDep,
    status: Annotated[list[EventStatus] | None, Query(description="Only these; may be repeated.")] = None,
    from_: From = None,
    to: To = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[EventPublic]:
    """The health events of a watcher, newest first."""
    statuses = frozenset(State[label.upper()] for label in status or ())
    wanted = EventFilter(statuses, *window_ms(from_, to))
    return await list_events(session, watcher.id, wanted, cursor=cursor, limit=limit)


@router.get("/watchers/{watcher_id}/changes")
async def changes_list(
    watcher: WorkspaceWatcher, session: ReadSessionDep, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[ChangePublic]:
    """The confirmed changes of state of a watcher, newest first."""
    return await list_changes(session, watcher.id, cursor=cursor, limit=limit)


@router.get("/watchers/{watcher_id}/uptime")
async def uptime_read(
    watcher: WorkspaceWatcher, session: ReadSessionDep, now_ms: NowMs, from_: From = None, to: To = None
) -> UptimePublic:
    """Seconds per state in a window (left out: the last 30 days), which add up to it exactly, and the uptime."""
    end = now_ms if to is None else min(moment_ms(to, "query.to"), now_ms)
    start = end - DEFAULT_UPTIME_MS if from_ is None else moment_ms(from_, "query.from")
    found = await uptime(session, watcher.id, from_ms=start, to_ms=end, now_ms=now_ms)
    return UptimePublic.of(*found)


@router.get("/watchers/{watcher_id}/uptime/daily")
async def uptime_daily(
    watcher: WorkspaceWatcher, session: ReadSessionDep, now_ms: NowMs, days: Days = 90, tz: Zone = "UTC"
) -> DailyPublic:
    """The last days of a watcher, as the days of a time zone."""
    only = col(WatcherState.watcher_id) == watcher.id
    found = await daily_bars(session, only, days=days, zone=parse_zone(tz), now_ms=now_ms)
    return DailyPublic(
        tz=tz,
        **percents(found, watcher.id),
        days=[DayPublic.of(*day) for day in days_of(found, watcher.id)],
    )


@router.get("/watchers/{watcher_id}/latency")
async def latency_read(
    watcher: WorkspaceWatcher,
    session: ReadSessionDep,
    now_ms: NowMs,
    from_: From = None,
    to: To = None,
    step: Annotated[Step | None, Query(description="Left out: one that suits the window.")] = None,
) -> LatencyPublic:
    """Latency and its phases over a window (left out: the last day), one point a step."""
    end = now_ms if to is None else min(moment_ms(to, "query.to"), now_ms)
    start = end - DAY_MS if from_ is None else moment_ms(from_, "query.from")
    found = await latency(session, watcher.id, from_ms=start, to_ms=end, step=step, now_ms=now_ms)
    return LatencyPublic(
        from_=to_utc(found.from_ms),
        to=to_utc(found.to_ms),
        step=found.step,
        points=[LatencyPoint.of(at, values) for at, values in found.points],
    )


@router.get("/uptime/daily", response_model=Page[WatcherDailyPublic])
async def workspace_uptime_daily(
    access: ObserverAccess,
    session: ReadSessionDep,
    now_ms: NowMs,
    days: Days = 90,
    tz: Zone = "UTC",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """The last days of a workspace's watchers, by name."""
    page = await workspace_daily(
        session, access.workspace_id, days=days, tz=tz, cursor=cursor, limit=limit, now_ms=now_ms
    )
    # Thousands of days: plain dicts, which Rust writes out, instead of as many models that say the same.
    return Response(to_json(page), media_type="application/json")
