"""Who would have heard of which outages when, had nobody acknowledged. Pure; epoch ms.

What had one cause is one (alerting/grouping), maintenance holds back, flapping is told once, every policy that covers
it goes its steps. The second or two that changes wait for others is left out: it is the same whatever the rules are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from healther.alerting.backtest.follow_ups import Released, at_once, follow_ups, partial_recoveries
from healther.alerting.backtest.outages import Outage
from healther.alerting.grouping import GROUP_WINDOW_MS, Candidate, Cause, group
from healther.alerting.models import AlertPolicy
from healther.alerting.planner.reach import Tags, covers
from healther.alerting.planner.situation import CERTIFICATE_REASONS, change_words
from healther.alerting.waits import GROUP_WAIT_MS, LONGEST_WAIT_MS
from healther.channels.base import MessageKind
from healther.core.clock import SECOND_MS
from healther.watchers.states import State

Stretch = tuple[int, int]

NO_POLICY, TOO_SHORT, IN_MAINTENANCE, BEFORE = "no_policy", "over_before_step", "maintenance", "before"


@dataclass(frozen=True, slots=True)
class Setting:
    """What decides who hears, whatever the rules of judging are."""

    workspace_id: UUID
    policies: Sequence[AlertPolicy]
    tags: Tags
    causes: Mapping[UUID, frozenset[Cause]]
    regions: Mapping[UUID, str]
    maintenance: Mapping[UUID, Sequence[Stretch]]
    from_ms: int
    until_ms: int


@dataclass(slots=True, eq=False)
class Alert:
    """One incident: the outages in it, the first of them first, and what was sent about it."""

    outages: list[Outage]
    begins_at: int
    cause: Cause | None = None
    pages: list[int] = field(default_factory=list)
    """When somebody heard something new: that it is down, slow or flapping."""
    messages: int = 0
    why_not: str | None = None
    joined: dict[Outage, int] = field(default_factory=dict)
    """Those that came when it had been told of without them, and when."""
    told: list[int] = field(default_factory=list)
    """When anything was sent that says what is wrong."""

    def heard_at(self, outage: Outage) -> int | None:
        """When somebody heard first of this one, which may have joined later, while it went on."""
        since, over_at = self.joined.get(outage, self.begins_at), outage.over_at
        return next((at for at in self.told if at >= since and (over_at is None or at < over_at)), None)

    @property
    def began(self) -> int:
        """When the first of them did."""
        return min(each.started_at for each in self.outages)

    def over_at(self, until_ms: int) -> int:
        """When the last of them was over."""
        return max(until_ms if each.over_at is None else each.over_at for each in self.outages)


def alerts_of(outages: Iterable[Outage], setting: Setting) -> list[Alert]:
    """The incidents that these outages make, in the order in which they begin, with what is sent about each."""
    waiting = [Alert([each], _released_at(each, setting)) for each in outages]
    waiting.sort(key=_age)
    alone = [alert for alert in waiting if _never_grouped(alert, setting)]
    rest = [alert for alert in waiting if not _never_grouped(alert, setting)]
    alerts = sorted([*alone, *_grouped(rest, setting)], key=_age)
    for alert in alerts:
        _tell(alert, setting)
    return alerts


def _age(alert: Alert) -> tuple[int, UUID]:
    return alert.begins_at, alert.outages[0].watcher_id


def _released_at(outage: Outage, setting: Setting) -> int:
    """When maintenance holds it back no longer."""
    at = outage.confirmed_at
    while (end := _maintained_until(outage, at, setting)) is not None:
        at = end
    return at


def _maintained_until(outage: Outage, at: int, setting: Setting) -> int | None:
    stretches = setting.maintenance.get(outage.watcher_id, ())
    return next((end for start, end in stretches if start <= at < end), None)


def _release(alert: Alert, setting: Setting) -> Released:
    """When what is due at a time leaves: maintenance holds it while all that go on are in it."""

    def released(at: int) -> int:
        while True:
            going_on = [
                each
                for each in alert.outages
                if alert.joined.get(each, alert.begins_at) <= at and (each.over_at is None or each.over_at > at)
            ]
            ends = [_maintained_until(each, at, setting) for each in going_on]
            held = [end for end in ends if end is not None]
            if not held or len(held) < len(ends):
                return at
            at = min(held)

    return released


def _never_grouped(alert: Alert, setting: Setting) -> bool:
    (outage,) = alert.outages
    flaps_at_once = bool(outage.flapping) and outage.flapping[0][0] <= alert.begins_at
    return outage.before or flaps_at_once or alert.over_at(setting.until_ms) <= alert.begins_at


def _grouped(alerts: Sequence[Alert], setting: Setting) -> list[Alert]:
    """One turn of the planner after another: what is new, beside what began shortly before and is not over."""
    done: list[Alert] = []
    recent: list[Alert] = []
    for fresh in _turns(alerts):
        now_ms = fresh[-1].begins_at
        earliest = min(each.began for each in fresh) - GROUP_WINDOW_MS
        recent = [
            each
            for each in recent
            if each.outages[0].started_at >= earliest and each.over_at(setting.until_ms) > now_ms
        ]
        lasting = [each for each in fresh if each.over_at(setting.until_ms) > now_ms]
        by_id = {UUID(int=place): each for place, each in enumerate([*recent, *lasting])}
        told = len(recent)
        merges = group(_candidate(key, each, setting, told=key.int < told) for key, each in by_id.items())
        for merge in merges:
            target = by_id[merge.target]
            target.cause = merge.cause
            for source in merge.sources:
                joining = by_id.pop(source)
                target.outages += joining.outages
                if merge.target.int < told:
                    target.joined |= dict.fromkeys(joining.outages, now_ms)
                else:
                    # One message of all of them, when the last of them is there.
                    target.begins_at = max(target.begins_at, joining.begins_at)
        left = list(by_id.values())
        done += [each for each in left if each in lasting] + [each for each in fresh if each not in lasting]
        recent = left
    return done


def _turns(alerts: Sequence[Alert]) -> Iterable[list[Alert]]:
    """What is decided on in one go: until none has come for a while, or the first has waited for long enough."""
    turn: list[Alert] = []
    for each in alerts:
        if turn and (
            each.begins_at - turn[-1].begins_at > GROUP_WAIT_MS or each.begins_at - turn[0].begins_at > LONGEST_WAIT_MS
        ):
            yield turn
            turn = []
        turn.append(each)
    if turn:
        yield turn


def _candidate(key: UUID, alert: Alert, setting: Setting, *, told: bool) -> Candidate:
    first = alert.outages[0]
    causes = frozenset({alert.cause}) if alert.cause else setting.causes.get(first.watcher_id, frozenset())
    region = setting.regions.get(first.watcher_id, "")
    return Candidate(key, alert.began, region, causes, told, alert.cause is not None)


def _tell(alert: Alert, setting: Setting) -> None:
    """Sends what policies send: pages, escalations, reminders, and that it is over."""
    over_at = alert.over_at(setting.until_ms)
    ids = [each.watcher_id for each in alert.outages]
    policies = [each for each in setting.policies if each.enabled and covers(each, ids, setting.tags)]
    if alert.outages[0].before:
        alert.why_not = BEFORE
        return
    if over_at <= alert.begins_at:
        alert.why_not = IN_MAINTENANCE
        return
    pages: set[int] = set()
    told: set[int] = set()
    concerned = False
    for policy in policies:
        run = _run(alert, policy, over_at, _release(alert, setting))
        concerned, sent = concerned or run.matched, len(run.told)
        pages.update(run.new)
        told.update(run.told)
        alert.messages += sent
        if sent and "recovered" in policy.changes:
            alert.messages += partial_recoveries(run.told, _members(alert), over_at)
            alert.messages += over_at < setting.until_ms
    alert.pages, alert.told = sorted(pages), sorted(told)
    if not pages:
        alert.why_not = TOO_SHORT if concerned else NO_POLICY


class _Run(NamedTuple):
    """What one policy sends of one incident: everything, what of it is new, and whether it is about it at all."""

    told: list[int]
    new: list[int]
    matched: bool


def _run(alert: Alert, policy: AlertPolicy, over_at: int, released: Released) -> _Run:
    changes = set(policy.changes)
    flapping = alert.outages[0].flapping if len(alert.outages) == 1 else []
    begins = [at for at, words in _levels(alert) if words & changes and not _within(at, flapping)]
    matched = bool(begins)
    # Settled and still wrong, it is told anew; what it was told of before does not count any more.
    begins += [end for _, end in flapping if end is not None and end < over_at and _words_of(alert, end) & changes]
    starts = sorted({at for at in begins if at < over_at})
    members = _members(alert)

    def wanted(outage: Outage, at: int) -> bool:
        over = outage.over_at is not None and outage.over_at <= at
        down = outage.state is State.DOWN and (outage.worse_at is None or outage.worse_at <= at)
        return not over and bool(change_words(down=down, reason=outage.first_reason) & changes)

    told: list[int] = []
    new: list[int] = []
    for place, start in enumerate(starts):
        ends = [over_at, *(at for at, _ in flapping if at >= start), *starts[place + 1 : place + 2]]
        end = min(ends)
        steps, reminders = messages_between(policy, start, end, released)
        joined = follow_ups(
            policy, steps, reminders, end, began=alert.began, members=members, wanted=wanted, released=released
        )
        told += [*steps, *reminders, *joined]
        new += [*steps[:1], *joined]
    if "flapping" in changes:
        said = [max(at, alert.begins_at) for at, _ in flapping if max(at, alert.begins_at) < over_at]
        told, new, matched = told + said, new + said, matched or bool(said)
    return _Run(told, new, matched)


def _members(alert: Alert) -> dict[Outage, int]:
    """Its outages, and since when they are part of it."""
    return {each: alert.joined.get(each, alert.begins_at) for each in alert.outages}


def messages_between(
    policy: AlertPolicy, start: int, end: int, released: Released = at_once
) -> tuple[list[int], list[int]]:
    """When a policy at work from `start` until before `end` takes its steps, and when it reminds after them."""
    due = [released(start + step["after_s"] * SECOND_MS) for step in policy.steps]
    steps = [at for at in due if at < end]
    if policy.remind_every_s is None or len(steps) < len(due):
        return steps, []
    reminders, every_ms = [], policy.remind_every_s * SECOND_MS
    at = released(due[-1] + every_ms)
    while at < end:
        reminders.append(at)
        at = released(at + every_ms)
    return steps, reminders


def _levels(alert: Alert) -> list[tuple[int, set[str]]]:
    """What it is when it begins and, if it gets down later, what it is then: the words of a policy's `changes`."""
    begins_at = alert.begins_at
    levels = [(begins_at, _words_of(alert, begins_at))]
    worse = [each.worse_at for each in alert.outages if each.worse_at is not None and each.worse_at > begins_at]
    if worse and MessageKind.DOWN not in levels[0][1]:
        levels.append((min(worse), {str(MessageKind.DOWN)}))
    return levels


def _words_of(alert: Alert, at: int) -> set[str]:
    there = [each for each in alert.outages if each.confirmed_at <= max(at, alert.begins_at)]
    down = any(each.state is State.DOWN and (each.worse_at is None or each.worse_at <= at) for each in there)
    words = {str(MessageKind.DOWN if down else MessageKind.DEGRADED)}
    if all(each.first_reason in CERTIFICATE_REASONS for each in there):
        return words - {str(MessageKind.DEGRADED)} | {str(MessageKind.CERTIFICATE)}
    return words


def _within(at: int, stretches: Collection[tuple[int, int | None]]) -> bool:
    return any(start <= at and (end is None or at < end) for start, end in stretches)
