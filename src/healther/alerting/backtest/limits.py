"""What the stored checks cannot tell, said for the backtest at hand."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.backtest.course import Course
from healther.alerting.backtest.paging import Setting
from healther.alerting.backtest.schemas import BacktestCreate, Limit, LimitPublic
from healther.core.clock import to_ms
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


@dataclass(frozen=True, slots=True)
class Limits:
    """What is known of a backtest's limits before its checks are judged."""

    watchers: Sequence[ServiceWatcher]
    body: BacktestCreate
    has_parents: bool

    def public(self, courses: Collection[Course], setting: Setting) -> list[LimitPublic]:
        """A line for each thing that matters here."""
        codes = {*self._of_rules(courses, setting.from_ms), *_of_policies(self.body, setting)}
        return [LimitPublic(code=code, words=words) for code, words in _WORDS.items() if code in codes]

    def _of_rules(self, courses: Collection[Course], from_ms: int) -> Iterator[Limit]:
        rules = self.body.rules
        if not any(course.checks for course in courses):
            yield "unchecked"
        if rules.model_fields_set & {"failure_threshold", "recovery_threshold", "degraded_after_ms"}:
            yield "spacing"
        days = rules.certificate_days
        if days is not None and any(days > each.certificate_days for each in self.watchers):
            yield "certificates"
        if any(_begins(course, 0) != _begins(course, 2) for course in courses):
            yield "rules_then"
        if any(each.version > 1 and from_ms < to_ms(each.updated_at) for each in self.watchers):
            yield "edits"
        if self.has_parents:
            yield "parents"
        if any(course.first_at is None or course.first_at > from_ms + 2 * course.interval_ms for course in courses):
            yield "since"


async def limits_of(session: AsyncSession, watchers: Sequence[ServiceWatcher], body: BacktestCreate) -> Limits:
    """Looks up what the limits depend on."""
    ids = [each.id for each in watchers]
    parents = select(WatcherParent.watcher_id).where(col(WatcherParent.watcher_id).in_(ids)).limit(1)
    return Limits(watchers, body, (await session.exec(parents)).first() is not None)


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
