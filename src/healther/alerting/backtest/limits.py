"""What the stored checks cannot tell, said for the backtest at hand."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.backtest.course import Course
from healther.alerting.backtest.paging import Setting
from healther.alerting.backtest.schemas import BacktestCreate, Limit, LimitPublic
from healther.watchers.models import ServiceWatcher, WatcherParent

_WORDS: dict[Limit, str] = {
    "spacing": "Checks stand where they stood: by other thresholds a failure would have been checked again sooner, or "
    "less often, and heard a little sooner or later than said here.",
    "certificates": "When a certificate ended is stored only where it was about to: more days of warning than there "
    "were cannot be replayed.",
    "rules_then": "The record has other outages than the present rules make of the same checks: they were judged by "
    "other rules then, or paused in between.",
    "edits": "What was checked has been edited since: its older checks asked for something else.",
    "parents": "That a service was down because one it depends on was down is not taken into account.",
    "since": "For a part of this time there are no checks any more, or none yet.",
    "acknowledged": "Escalations and reminders are counted as if nobody had acknowledged anything.",
    "unchecked": "There are no checks in this time.",
}


async def limits_of(
    session: AsyncSession,
    watchers: Sequence[ServiceWatcher],
    courses: Sequence[Course],
    body: BacktestCreate,
    setting: Setting,
    window: tuple[int, int],
) -> list[LimitPublic]:
    """A line for each thing that matters here."""
    ids = [each.id for each in watchers]
    parents = select(WatcherParent.watcher_id).where(col(WatcherParent.watcher_id).in_(ids)).limit(1)
    first: UUID | None = (await session.exec(parents)).first()
    codes = [*_of_rules(watchers, courses, body, window), *(["parents"] if first else []), *_of_policies(body, setting)]
    return [LimitPublic(code=code, words=words) for code, words in _WORDS.items() if code in codes]


def _of_rules(
    watchers: Sequence[ServiceWatcher], courses: Sequence[Course], body: BacktestCreate, window: tuple[int, int]
) -> Iterator[Limit]:
    sent = body.rules.model_fields_set
    if not any(course.checks for course in courses):
        yield "unchecked"
    if sent & {"failure_threshold", "recovery_threshold", "degraded_after_ms"}:
        yield "spacing"
    days = body.rules.certificate_days
    if days is not None and any(days > each.certificate_days for each in watchers):
        yield "certificates"
    if any(_begins(course, 0) != _begins(course, 2) for course in courses):
        yield "rules_then"
    if any(each.version > 1 and window[0] < int(each.updated_at.timestamp() * 1000) for each in watchers):
        yield "edits"
    if any(course.first_at is None or course.first_at > window[0] + 2 * course.interval_ms for course in courses):
        yield "since"


def _begins(course: Course, side: int) -> list[int]:
    return [each.started_at for each in course.outages[side]]


def _of_policies(body: BacktestCreate, setting: Setting) -> Iterator[Limit]:
    steps = [len(each.steps) for each in setting.policies if each.enabled]
    reminders = [each.remind_every_s for each in setting.policies if each.enabled]
    if body.policy is not None:
        steps.append(len(body.policy.after_s))
        reminders.append(body.policy.remind_every_s)
    if any(count > 1 for count in steps) or any(reminders):
        yield "acknowledged"
