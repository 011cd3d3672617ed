"""Tells whoever knows of an incident of the watchers that have joined it since, and are not well."""

from collections.abc import Sequence

from healther.alerting.joining import Following, follow_up
from healther.alerting.models import AlertPolicy, AlertRun
from healther.alerting.planner.desk import Desk, Target
from healther.alerting.planner.situation import Case, Part, change_words
from healther.alerting.planner.tell import Say, back_and_gone_again, tell
from healther.alerting.planner.told import Told
from healther.alerting.words import AlertWords, put
from healther.incidents.models import Impact
from healther.incidents.titles import HOW, How


async def tell_of_joined(desk: Desk, case: Case, run: AlertRun, policy: AlertPolicy, told: Told) -> None:
    """Names those that have joined to the places this policy has told, if that is due.

    Where somebody is on it the first step alone hears of them.
    """
    steps = policy.steps[: run.next_step]
    if case.taken_on:
        steps = steps[:1]
    news = _news(desk, case, run, policy, steps, told)
    count = len({part.watcher_id for parts in news.values() for part in parts})
    before = Following(run.told_members, run.follow_up_at)
    # One that began by a clock that has been set back since has not begun later than it was told of (R12).
    tells, after = follow_up(before, count, min(case.incident.started_at, run.started_at), desk.now_ms)
    if after == before:
        return
    run.told_members, run.follow_up_at = after
    desk.session.add(run)
    if not tells:
        return
    for target, parts in news.items():
        await tell(
            desk, case, case.kind, [target], told=told, once_since=desk.at(case.incident.id), policy=policy.name,
            rotations=desk.rotations_of(steps), note=_note(parts), joined=len(parts),
            body=back_and_gone_again(parts, desk.untold_returns),
        )  # fmt: skip


def _news(
    desk: Desk, case: Case, run: AlertRun, policy: AlertPolicy, steps: Sequence[dict[str, object]], told: Told
) -> dict[Target, list[Part]]:
    """Of whom each place that can be reached has not heard yet."""
    wanted = set(policy.changes)
    joined = [
        part
        for part in case.impaired
        if part.merged_at is not None and change_words(down=part.impact is Impact.DOWN, reason=part.reason) & wanted
    ]
    if not joined:
        return {}
    reached = [each for each in desk.targets(steps) if desk.why_not(each) is None]
    news = {target: told.unheard(target, joined, since_ms=run.started_at) for target in reached}
    return {target: parts for target, parts in news.items() if parts}


def _note(parts: Sequence[Part]) -> Say:
    impacts, names = {part.impact for part in parts}, [part.name for part in parts]
    how = HOW[impacts.pop()] if len(impacts) == 1 else How.IMPAIRED

    def say(words: AlertWords) -> str:
        forms = words.one_joined if len(names) == 1 else words.some_joined
        return put(forms[how], count=len(names), names=words.named(names))

    return say
