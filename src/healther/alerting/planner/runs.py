"""Starts policies on incidents and moves them on: steps, reminders, who joined, acknowledgement."""

from collections.abc import Sequence

from healther.alerting.joining import begin
from healther.alerting.models import AlertPolicy, AlertRun
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.joined import tell_of_joined
from healther.alerting.planner.reach import Tags, covers
from healther.alerting.planner.situation import Case
from healther.alerting.planner.tell import Say, back_and_gone_again, tell
from healther.alerting.planner.told import Told
from healther.alerting.steps import advance
from healther.alerting.words import put
from healther.channels.base import MessageKind
from healther.core.clock import SECOND_MS, lasting
from healther.incidents.grounds import Because, Grounds
from healther.incidents.models import EntryKind

ACKNOWLEDGED, POLICY_OFF = "acknowledged", "policy switched off"
PRESSING = (MessageKind.ESCALATION, MessageKind.REMINDER)
"""What only tells that nobody has acknowledged."""
_TAKEN_ON = Grounds(because=Because.TAKEN_ON)


async def start(desk: Desk, case: Case, tags: Tags, told: Told) -> None:
    """Sets every matching policy to work on an incident that is told for the first time, or has become worse."""
    first, watchers = not case.told, [part.watcher_id for part in case.impaired]
    started = False
    for policy in desk.policies:
        if not policy.enabled or not case.changes & set(policy.changes) or not covers(policy, watchers, tags):
            continue
        run = case.runs.get(policy.id)
        if run is not None and run.kind in (case.kind, MessageKind.DOWN):
            continue
        started = True
        _begin(desk, case, policy, run, case.kind)
        desk.note(case.incident.id, EntryKind.RULE, policy=policy.name, policy_id=str(policy.id), change=str(case.kind))
        if case.told and case.taken_on:
            # Somebody is on it, and should know that it is worse; nobody else is called.
            await _step(desk, case, policy, 0, told)
    if first:
        case.incident.planned_at = desk.now_ms
        desk.session.add(case.incident)
        if not started:
            desk.not_told(case.incident.id, Grounds(because=Because.NO_POLICY), message=str(case.kind))


async def start_flapping(desk: Desk, case: Case, tags: Tags, told: Told) -> None:
    """Says once that an incident flaps; until it settles its policies stand still."""
    watchers = [part.watcher_id for part in case.staying]
    for policy in desk.policies:
        if not policy.enabled or "flapping" not in policy.changes or not covers(policy, watchers, tags):
            continue
        run = case.runs.get(policy.id)
        if run is not None and run.kind == MessageKind.FLAPPING:
            continue
        run = _begin(desk, case, policy, run, MessageKind.FLAPPING)
        run.next_step, run.next_at, run.follow_up_at = len(policy.steps), None, None
        desk.note(case.incident.id, EntryKind.RULE, policy=policy.name, policy_id=str(policy.id), change="flapping")
        if not case.taken_on:
            targets = desk.targets(policy.steps[:1])
            await tell(
                desk, case, MessageKind.FLAPPING, targets, told=told, once_since=desk.at(case.incident.id),
                policy=policy.name, note=_note(policy, 0),
            )  # fmt: skip
    case.incident.planned_at = case.incident.planned_at or desk.now_ms
    desk.session.add(case.incident)


def _begin(desk: Desk, case: Case, policy: AlertPolicy, run: AlertRun | None, kind: MessageKind) -> AlertRun:
    run = run or AlertRun(incident_id=case.incident.id, policy_id=policy.id, kind=kind, started_at=desk.now_ms)
    run.kind, run.started_at, run.next_step, run.ended_at, run.end_reason = kind, desk.now_ms, 0, None, None
    run.next_at = desk.now_ms
    run.told_members, run.follow_up_at = begin(len(case.impaired))
    case.runs[policy.id] = run
    desk.session.add(run)
    return run


async def move_on(desk: Desk, case: Case, told: Told) -> None:
    """Sends what is due of an open incident that nobody holds back or has acknowledged."""
    policies = {policy.id: policy for policy in desk.policies}
    for run in case.runs.values():
        policy = policies[run.policy_id]
        if run.ended_at is not None:
            continue
        desk.session.add(run)
        if not policy.enabled:
            run.ended_at, run.end_reason = desk.now_ms, POLICY_OFF
        elif run.kind != MessageKind.FLAPPING:
            await _advance(desk, case, run, policy, told)
            await tell_of_joined(desk, case, run, policy, told)


async def tell_whoever_is_on_it(desk: Desk, case: Case, told: Told) -> None:
    """Names to the first steps of an acknowledged incident who has joined it; nobody else is called."""
    policies = {policy.id: policy for policy in desk.policies}
    for run in case.runs.values():
        policy = policies[run.policy_id]
        if run.ended_at is None and run.kind != MessageKind.FLAPPING and policy.enabled:
            await tell_of_joined(desk, case, run, policy, told)


async def stand_still(desk: Desk, case: Case, told: Told) -> None:
    """Somebody is on it: its policies wait, and what is still queued to say that nobody was is taken back.

    A step that did not leave is the next one, should nobody be on it again.
    """
    gone = await told.take_back(told.queued(PRESSING), _TAKEN_ON)
    for each in gone:
        name = desk.name_of(each.target)
        desk.not_told(case.incident.id, _TAKEN_ON, to=name, message=each.kind)
    missed = {each.target for each in gone if each.kind == MessageKind.ESCALATION}
    policies = {policy.id: policy for policy in desk.policies}
    for run in case.runs.values():
        if run.ended_at is None:
            run.next_at, run.end_reason = None, ACKNOWLEDGED
            sent = enumerate(policies[run.policy_id].steps[: run.next_step])
            run.next_step = min(
                (place for place, step in sent if place > 0 and missed & set(desk.targets([step]))),
                default=run.next_step,
            )
            desk.session.add(run)


async def _advance(desk: Desk, case: Case, run: AlertRun, policy: AlertPolicy, told: Told) -> None:
    remind_ms = None if policy.remind_every_s is None else policy.remind_every_s * SECOND_MS
    if run.end_reason == ACKNOWLEDGED:
        # Taken back: who was told stays told, reminders and the next steps count from now.
        run.end_reason, run.started_at = None, desk.now_ms - _after_ms(policy, run.next_step - 1)
    progress = advance(
        [step["after_s"] * SECOND_MS for step in policy.steps],
        remind_ms,
        started_at=run.started_at,
        next_step=run.next_step,
        next_at=run.next_at,
        now_ms=desk.now_ms,
    )
    for place in progress.steps:
        await _step(desk, case, policy, place, told)
    if progress.remind:
        await tell(
            desk, case, MessageKind.REMINDER, desk.targets(policy.steps), told=told,
            once_since=desk.at(case.incident.id), policy=policy.name,
            note=lambda words: put(words.reminder, policy=policy.name),
        )  # fmt: skip
    run.next_step, run.next_at = progress.next_step, progress.next_at


def _after_ms(policy: AlertPolicy, place: int) -> int:
    steps: Sequence[dict[str, int]] = policy.steps
    return steps[place]["after_s"] * SECOND_MS if 0 <= place < len(steps) else 0


async def _step(desk: Desk, case: Case, policy: AlertPolicy, place: int, told: Told) -> None:
    run, step = case.runs[policy.id], policy.steps[place]
    kind = MessageKind(run.kind) if place == 0 else MessageKind.ESCALATION
    begun_before = place == 0 and run.started_at != desk.now_ms
    once_since = run.started_at if begun_before else desk.at(case.incident.id)
    if place == 0:
        run.told_members = len(case.impaired)
    for rotation in desk.unmanned(step):
        desk.not_told(
            case.incident.id, Grounds(because=Because.NOBODY_ON_CALL), to=rotation, message=str(kind),
            policy=policy.name, step=place + 1,
        )  # fmt: skip
    await tell(
        desk, case, kind, desk.targets([step]), told=told, once_since=once_since, note=_note(policy, place),
        rotations=desk.rotations_of([step]), policy=policy.name, step=place + 1,
        body=back_and_gone_again(case.impaired, desk.untold_returns),
    )  # fmt: skip


def _note(policy: AlertPolicy, place: int) -> Say:
    if place == 0:
        return lambda words: put(words.first_step, policy=policy.name)
    waited = lasting(policy.steps[place]["after_s"] * SECOND_MS)
    return lambda words: put(words.later_step, step=place + 1, policy=policy.name, time=waited)
