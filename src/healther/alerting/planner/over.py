"""Tells that an incident is over: to whoever was told that something is wrong, and to nobody else."""

from collections.abc import Collection, Sequence
from uuid import UUID

from healther.alerting.models import AlertPolicy
from healther.alerting.planner.desk import Desk, Target
from healther.alerting.planner.reach import Tags, covers
from healther.alerting.planner.situation import Case, Part
from healther.alerting.planner.tell import Say, tell
from healther.alerting.planner.told import Told
from healther.alerting.words import AlertWords, put, with_what_was_seen
from healther.channels.base import MessageKind
from healther.core.clock import SECOND_MS
from healther.incidents.grounds import Because, Grounds, restored
from healther.incidents.models import Impact
from healther.incidents.titles import How

SUPERSEDED = Grounds(because=Because.SUPERSEDED)
_UNREACHED = Grounds(because=Because.UNREACHED)
_JOINED_BRIEFLY = Grounds(because=Because.JOINED_BRIEFLY)
_TOO_SHORT = Grounds(because=Because.TOO_SHORT)
_NO_POLICY = Grounds(because=Because.NO_POLICY)
_NOBODY_ON_CALL = Grounds(because=Because.NOBODY_ON_CALL)


async def end(desk: Desk, case: Case, told: Told) -> None:
    """Ends the runs of a resolved incident; the recovery goes where the failure went."""
    settled = any(run.kind == MessageKind.FLAPPING for run in case.runs.values())
    watched = any(part.known for part in case.parts)
    kind = MessageKind.SETTLED if settled else MessageKind.RECOVERED
    if not watched:
        kind = MessageKind.UNWATCHED
    superseded = await _supersede(told)
    targets = [each for each in told.targets() if wants(desk, case, each)]
    for target in targets:
        unnamed = _unnamed(case, told, target)
        await tell(
            desk, case, kind, [target], told=told, once_since=case.incident.started_at,
            body=None if watched else lambda words: words.not_watched,
            unnamed=unnamed, note=_meanwhile(unnamed),
        )  # fmt: skip
    for target in told.targets():
        if target not in targets and (unnamed := _unnamed(case, told, target)):
            desk.not_told(
                case.incident.id, _JOINED_BRIEFLY, to=desk.name_of(target), message=str(case.kind),
                watchers=sorted(part.name for part in unnamed)[:20],
            )  # fmt: skip
    for target in superseded - set(told.targets()):
        desk.not_told(case.incident.id, SUPERSEDED, to=desk.name_of(target), message=str(kind))
    for target in told.unreached():
        desk.not_told(case.incident.id, _UNREACHED, to=desk.name_of(target), message=str(kind))
    for run in case.runs.values():
        if run.ended_at is None:
            run.ended_at, run.end_reason, run.next_at, run.follow_up_at = desk.now_ms, "resolved", None, None
            desk.session.add(run)


async def end_untold(desk: Desk, case: Case, tags: Tags, told: Told, quiet: Collection[UUID]) -> None:
    """An incident that was over before it was decided on: one message that says both, or none.

    None for what was held back, for watchers in `quiet` (in maintenance, or changing too often), for what nobody
    watches any more, and for steps that would have waited for longer than it took.
    """
    incident = case.incident
    incident.planned_at = desk.now_ms
    desk.session.add(incident)
    why = _why_nobody(case, quiet)
    if why is not None:
        desk.not_told(incident.id, why, message=str(case.kind))
        return
    took_ms = (incident.resolved_at or desk.now_ms) - incident.started_at
    watchers = [part.watcher_id for part in case.parts]
    covering = [
        policy
        for policy in desk.policies
        if policy.enabled and case.changes & set(policy.changes) and covers(policy, watchers, tags)
    ]
    due = [(policy, [step for step in policy.steps if step["after_s"] * SECOND_MS <= took_ms]) for policy in covering]
    if not any(steps for _, steps in due):
        desk.not_told(incident.id, _TOO_SHORT if covering else _NO_POLICY, message=str(case.kind))
    for policy, steps in due:
        for rotation in (name for step in steps for name in desk.unmanned(step)):
            desk.not_told(
                incident.id, _NOBODY_ON_CALL, to=rotation, message=str(MessageKind.RECOVERED), policy=policy.name
            )
        await tell(
            desk, case, MessageKind.RECOVERED, desk.targets(steps), told=told,
            once_since=desk.at(incident.id), policy=policy.name, body=_missed(case),
        )  # fmt: skip


def _unnamed(case: Case, told: Told, target: Target) -> list[Part]:
    """Who joined and was back before this place was told of it."""
    return told.unheard(target, case.parts, since_ms=case.incident.started_at)


def _meanwhile(unnamed: Sequence[Part]) -> Say | None:
    parts = [part for part in unnamed if part.recovered]
    if not parts:
        return None
    names = [part.name for part in parts]
    how = How.DOWN if all(part.impact is Impact.DOWN for part in parts) else How.IMPAIRED

    def say(words: AlertWords) -> str:
        forms = words.one_meanwhile if len(names) == 1 else words.some_meanwhile
        return put(forms[how], count=len(names), names=words.named(names))

    return say


def _missed(case: Case) -> Say:
    seen = next((part.message for part in case.parts if part.message), None)
    return lambda words: with_what_was_seen(words.over_untold, seen, words)


def _why_nobody(case: Case, quiet: Collection[UUID]) -> Grounds | None:
    if case.incident.hold is not None:
        return Grounds(because=Because.HELD_TO_THE_END, hold=restored(case.incident.hold_because))
    if not [part for part in case.parts if part.known]:
        return Grounds(because=Because.NOT_WATCHED)
    if all(part.watcher_id in quiet for part in case.parts):
        return Grounds(because=Because.QUIET_WATCHERS)
    return None


async def _supersede(told: Told) -> set[Target]:
    """Takes back what still waits for the end of quiet hours; returns to whom it would have gone."""
    return {each.target for each in await told.take_back(told.waiting(), SUPERSEDED)}


def wants(desk: Desk, case: Case, target: Target) -> bool:
    """Not where every policy that tells this place of the incident leaves recoveries out."""
    policies: Sequence[AlertPolicy] = [policy for policy in desk.policies if policy.id in case.runs]
    telling = [policy for policy in policies if target in desk.targets(policy.steps)]
    return not telling or any("recovered" in policy.changes for policy in telling)
