"""Tells whoever knows of an incident of the watchers that have joined it since, and are not well.

In one message once nobody can join any more; of those that are found later at once, and then no oftener than every
PACE_MS, unless as many have joined as were told of before. So a storm of n watchers costs a few messages, not n.
"""

from collections.abc import Iterable, Sequence

from healther.alerting.grouping import GROUP_WINDOW_MS
from healther.alerting.models import AlertPolicy, AlertRun
from healther.alerting.planner.desk import Desk, Target
from healther.alerting.planner.situation import CERTIFICATE_REASONS, Case, Part
from healther.alerting.planner.tell import Told, tell
from healther.alerting.waits import LONGEST_WAIT_MS
from healther.channels.base import MessageKind
from healther.core.clock import MINUTE_MS
from healther.incidents.models import Impact, Incident

PACE_MS = 5 * MINUTE_MS
_MOST_NAMED = 10


def window_ends_at(incident: Incident) -> int:
    """When nobody can join any more who is confirmed in time."""
    return incident.started_at + GROUP_WINDOW_MS + LONGEST_WAIT_MS


async def tell_of_joined(desk: Desk, case: Case, run: AlertRun, policy: AlertPolicy, told: Told) -> None:
    """Names those that have joined to the places this policy has told, if that is due.

    Where somebody is on it the first step alone hears of them.
    """
    steps = policy.steps[: run.next_step]
    if case.incident.acknowledged_at is not None:
        steps = steps[:1]
    news = _news(desk, case, run, policy, steps, told)
    count = len({part.watcher_id for parts in news.values() for part in parts})
    if not _due(desk, case, run, count):
        return
    run.follow_up_at = None
    desk.session.add(run)
    if not news:
        return
    for target, parts in news.items():
        await tell(
            desk, case, case.kind, [target], told=told, once_since=desk.now_ms, policy=policy.name,
            rotations=desk.rotations_of(steps), note=_note(parts), joined=len(parts),
        )  # fmt: skip
    run.told_members += count
    run.follow_up_at = desk.now_ms + PACE_MS


def _due(desk: Desk, case: Case, run: AlertRun, count: int) -> bool:
    if run.follow_up_at is None:
        return count > 0
    doubled = count >= run.told_members > 0 and desk.now_ms >= window_ends_at(case.incident)
    return desk.now_ms >= run.follow_up_at or doubled


def _news(
    desk: Desk, case: Case, run: AlertRun, policy: AlertPolicy, steps: Sequence[dict[str, object]], told: Told
) -> dict[Target, list[Part]]:
    """Of whom each place that can be reached has not heard yet."""
    wanted = set(policy.changes)
    joined = [part for part in case.impaired if part.merged_at is not None and _words(part) & wanted]
    if not joined:
        return {}
    reached = [each for each in desk.targets(steps) if desk.why_not(each) is None]
    news = {target: told.unheard(target, joined, since_ms=run.started_at) for target in reached}
    return {target: parts for target, parts in news.items() if parts}


def _words(part: Part) -> set[str]:
    """The words of a policy's `changes` that cover it."""
    certificate = {str(MessageKind.CERTIFICATE)} if part.reason in CERTIFICATE_REASONS else set()
    if part.impact is Impact.DOWN:
        return certificate | {str(MessageKind.DOWN)}
    return certificate or {str(MessageKind.DEGRADED)}


def _note(parts: Sequence[Part]) -> str:
    impacts = {part.impact for part in parts}
    one = len(parts) == 1
    how = f"{'is' if one else 'are'} {impacts.pop()}" if len(impacts) == 1 else "have problems"
    return f"{len(parts)} more {how}: {named(parts)}."


def named(parts: Iterable[Part]) -> str:
    """The first few by name."""
    names = sorted(part.name for part in parts)
    left = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {left} more" if left > 0 else "")
