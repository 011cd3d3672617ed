"""When a policy at work on an incident would have told of who joined it and who was back. Pure; times in epoch ms."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from healther.alerting.backtest.outages import Outage
from healther.alerting.joining import begin, follow_up, returns_at
from healther.alerting.models import AlertPolicy

Released = Callable[[int], int]
"""When what is due at a time leaves, where something holds it back then."""
Wanted = Callable[[Outage, int], bool]
"""Whether a policy is about this outage, at a time, because it is going on and of a kind that it tells of."""


def at_once(at: int) -> int:
    """Nothing holds anything back."""
    return at


def follow_ups(
    policy: AlertPolicy,
    steps: Sequence[int],
    reminders: Sequence[int],
    end: int,
    *,
    began: int,
    members: Mapping[Outage, int],
    wanted: Wanted,
    released: Released = at_once,
) -> list[int]:
    """What is told between the policy's steps and reminders, until before `end`, of an incident that `began` then.

    `members` are those that are ever in it, and since when: what joins after a place has heard is news to that place.
    """
    if not steps:
        return []
    worse = [each.worse_at for each in members if each.worse_at is not None]
    looks = sorted({*steps, *reminders, *members.values(), *worse})
    looks = sorted({released(at) for at in looks if steps[0] <= at})
    looks = [at for at in looks if at < end]
    heard: dict[Hashable, int] = {}
    following, found = begin(0), []
    while looks or (following.at is not None and following.at < end):
        now = released(min(at for at in (looks[0] if looks else None, following.at) if at is not None))
        if now >= end:
            break
        looks = [at for at in looks if at > now]
        for place, at in enumerate(steps):
            if at == now or (at < now and now in reminders):
                heard |= dict.fromkeys(_places(policy.steps[place], place), now)
        if now == steps[0]:
            following = following._replace(told_members=_going_on(members, now))
        news = {each for each, joined in members.items() if _is_news(joined, heard, now) and wanted(each, now)}
        tells, following = follow_up(following, len(news), began, now)
        if tells:
            found.append(now)
            heard = dict.fromkeys(heard, now)
    return found


def partial_recoveries(told: Sequence[int], members: Mapping[Outage, int], end: int) -> int:
    """How often some of those that were `told` of are told as back before the `end` of the incident."""
    back = sorted(
        over
        for each, joined in members.items()
        if (over := each.over_at) is not None and over < end and any(joined <= at < over for at in told)
    )
    found, named, last_at = 0, 0, None
    while named < len(back):
        # Those that come back until the first of them is due leave with it.
        at, known = end, named
        while known < len(back) and back[known] <= at:
            known += 1
            at = returns_at(back[named:known], named, last_at) or end
        if at >= end:
            break
        found, named, last_at = found + 1, known, at
    return found


def _is_news(joined: int, heard: Mapping[Hashable, int], now: int) -> bool:
    return joined <= now and any(joined > at for at in heard.values())


def _going_on(members: Mapping[Outage, int], now: int) -> int:
    return sum(joined <= now and (each.over_at is None or each.over_at > now) for each, joined in members.items())


def _places(step: Mapping[str, Any], place: int) -> list[Hashable]:
    """Whom a step names; one that is only tried names somebody of its own."""
    named = [each for field in ("channel_ids", "user_ids", "rotation_ids") for each in step.get(field, ())]
    return [*named, *(["owners"] if step.get("owners") else [])] or [place]
