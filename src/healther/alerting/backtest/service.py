"""A backtest: stored checks judged twice, by the rules there are and by those proposed. Nothing is changed."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.backtest import load
from healther.alerting.backtest.compare import Side, rows_of, side_public, summary
from healther.alerting.backtest.course import Course
from healther.alerting.backtest.limits import Limits, limits_of
from healther.alerting.backtest.outages import Outage
from healther.alerting.backtest.paging import Alert, Setting, alerts_of
from healther.alerting.backtest.schemas import BacktestCreate, BacktestPublic, BacktestRow, FlapLimit, ProposedPolicy
from healther.alerting.flapping import FLAP_RULES, FlapRule
from healther.alerting.models import AlertPolicy
from healther.alerting.planner.load import causes_of
from healther.core.clock import DAY_MS, SECOND_MS, to_ms, to_utc
from healther.core.errors import InvalidProblem
from healther.core.public_suffixes import suffixes
from healther.history.service.ledgers import in_workspace
from healther.watchers.cadence import CadenceUnit, interval_ms
from healther.watchers.models import ServiceWatcher, WatcherTag
from healther.watchers.tags import fold_tag

MOST_CHECKS = 300_000
MOST_ROWS = 500
LONGEST_MS = 366 * DAY_MS
DEFAULT_MS = 7 * DAY_MS
CHECKS_BEFORE = 20
"""So many checks in front of the time asked for are judged too: no run of failures is longer."""


async def backtest(session: AsyncSession, workspace_id: UUID, body: BacktestCreate, now_ms: int) -> BacktestPublic:
    """Both verdicts side by side; raises InvalidProblem for what is not there or is too much."""
    window = _window(body, now_ms)
    watchers = await _watchers(session, workspace_id, body)
    courses = await _courses(session, watchers, body, window)
    setting = await _setting(session, workspace_id, watchers, window)
    limits = await limits_of(session, watchers, body)
    # Half a second for thousands of outages: in a thread, others have their turn meanwhile.
    return await asyncio.to_thread(_verdict, watchers, courses, setting, body, limits)


def _verdict(
    watchers: Sequence[ServiceWatcher],
    courses: dict[UUID, Course],
    setting: Setting,
    body: BacktestCreate,
    limits: Limits,
) -> BacktestPublic:
    flapping = FLAP_RULES if body.flapping is None else (_flap_rule(body.flapping),)
    for course in courses.values():
        course.end(flapping)
    present = _alerts(courses, 0, setting)
    proposed = _alerts(courses, 1, setting if body.policy is None else _with_policy(setting, body.policy))
    rows = _rows(watchers, courses, present, proposed, setting.until_ms)
    figures = [
        side_public([each for course in courses.values() for each in course.outages[side]], alerts)
        for side, alerts in enumerate((present, proposed))
    ]
    shown = _shown(rows)
    return BacktestPublic(
        from_=to_utc(setting.from_ms),
        to=to_utc(setting.until_ms),
        watchers=len(watchers),
        checks=sum(course.checks for course in courses.values()),
        recorded_outages=sum(not each.before for course in courses.values() for each in course.outages[2]),
        present=figures[0],
        proposed=figures[1],
        words=summary(*figures),
        rows=shown,
        left_off=len(rows) - len(shown),
        limits=limits.public(courses.values(), setting),
    )


def _window(body: BacktestCreate, now_ms: int) -> tuple[int, int]:
    end = now_ms if body.to is None else min(to_ms(body.to), now_ms)
    start = end - DEFAULT_MS if body.from_ is None else to_ms(body.from_)
    if not 0 <= start < end:
        raise InvalidProblem.field("body.from", "must be before `to` and before now, and not before 1970")
    if end - start > LONGEST_MS:
        raise InvalidProblem.field("body.from", "must be within 366 days of `to`")
    return start, end


def _flap_rule(limit: FlapLimit) -> FlapRule:
    return FlapRule(limit.changes, limit.within_s * SECOND_MS)


async def _watchers(session: AsyncSession, workspace_id: UUID, body: BacktestCreate) -> Sequence[ServiceWatcher]:
    """Those asked for, by name; raises InvalidProblem."""
    if body.all_watchers == bool(body.tags or body.watcher_ids):
        raise InvalidProblem.field("body.all_watchers", "must be false where tags or watchers are chosen, else true")
    query = select(ServiceWatcher).where(ServiceWatcher.workspace_id == workspace_id)
    if not body.all_watchers:
        tagged = select(WatcherTag.watcher_id).where(
            WatcherTag.workspace_id == workspace_id,
            col(WatcherTag.folded).in_([fold_tag(tag) for tag in body.tags]),
        )
        query = query.where(or_(col(ServiceWatcher.id).in_(tagged), col(ServiceWatcher.id).in_(body.watcher_ids)))
    found = (await session.exec(query.order_by(ServiceWatcher.name))).all()
    there = {each.id for each in found}
    for place, watcher_id in enumerate(body.watcher_ids):
        if watcher_id not in there:
            raise InvalidProblem.field(f"body.watcher_ids.{place}", "is no watcher of this workspace")
    return found


async def _courses(
    session: AsyncSession, watchers: Sequence[ServiceWatcher], body: BacktestCreate, window: tuple[int, int]
) -> dict[UUID, Course]:
    """Every watcher's checks, judged; raises InvalidProblem when they are too many, before any is read."""
    by_interval: defaultdict[int, list[ServiceWatcher]] = defaultdict(list)
    for watcher in watchers:
        by_interval[interval_ms(watcher.every_value, CadenceUnit(watcher.every_unit))].append(watcher)
    groups = [
        (
            theirs,
            load.Stretched(interval, [each.id for each in theirs], *load.slots_of(*window, interval, CHECKS_BEFORE)),
        )
        for interval, theirs in by_interval.items()
    ]
    left = MOST_CHECKS
    for _, group in groups:
        left -= await load.count_checks(session, group, left)
        if left < 0:
            raise InvalidProblem.field(
                "body.from",
                f"there are more than {MOST_CHECKS:,} checks since then: choose fewer watchers or less time",
            )
    courses: dict[UUID, Course] = {}
    for theirs, group in groups:
        recorded = await load.recorded(session, group)
        courses |= {
            each.id: Course.of(each, group.interval_ms, window, recorded[each.id], body.rules) for each in theirs
        }
        by_key = {key: courses[each.id] for each in theirs for key in load.keys_of(each.id)}
        async for part in load.checks_in_parts(session, group):
            for key, *check in part:
                by_key[key].take(*check)
    return courses


async def _setting(
    session: AsyncSession, workspace_id: UUID, watchers: Sequence[ServiceWatcher], window: tuple[int, int]
) -> Setting:
    ids = [each.id for each in watchers]
    policies = await session.exec(select(AlertPolicy).where(AlertPolicy.workspace_id == workspace_id))
    tags: defaultdict[UUID, set[str]] = defaultdict(set)
    tagged = select(WatcherTag.watcher_id, WatcherTag.folded).where(
        col(WatcherTag.watcher_id).in_(in_workspace(workspace_id))
    )
    for watcher_id, folded in (await session.exec(tagged)).all():
        tags[watcher_id].add(folded)
    await asyncio.to_thread(suffixes)
    return Setting(
        workspace_id=workspace_id,
        policies=policies.all(),
        tags=tags,
        causes={each.id: frozenset(causes_of(each.url, None, None)) for each in watchers},
        regions={each.id: each.region for each in watchers},
        maintenance=await load.maintenance_of(session, ids, *window),
        from_ms=window[0],
        until_ms=window[1],
    )


def _with_policy(setting: Setting, proposed: ProposedPolicy) -> Setting:
    policy = AlertPolicy(
        workspace_id=setting.workspace_id,
        name="proposed",
        changes=list(proposed.changes),
        steps=[{"after_s": each} for each in proposed.after_s],
        remind_every_s=proposed.remind_every_s,
    )
    return replace(setting, policies=[policy])


def _alerts(courses: dict[UUID, Course], side: int, setting: Setting) -> list[Alert]:
    return alerts_of([each for course in courses.values() for each in course.outages[side]], setting)


def _rows(
    watchers: Sequence[ServiceWatcher],
    courses: dict[UUID, Course],
    present: Sequence[Alert],
    proposed: Sequence[Alert],
    until_ms: int,
) -> list[BacktestRow]:
    told: list[dict[Outage, Alert]] = [
        {outage: alert for alert in alerts for outage in alert.outages} for alerts in (present, proposed)
    ]
    rows: list[BacktestRow] = []
    for watcher in watchers:
        was, would, _ = courses[watcher.id].outages
        rows += rows_of(watcher.name, Side(was, told[0]), Side(would, told[1]), until_ms)
    return sorted(rows, key=lambda row: row.from_)


def _shown(rows: list[BacktestRow]) -> list[BacktestRow]:
    """All of them, or where they are too many those that differ first; in the order of time."""
    chosen = sorted(rows, key=lambda row: row.difference == "same")[:MOST_ROWS]
    return sorted(chosen, key=lambda row: row.from_)
