"""What a policy would do, in words, if something went down at a given time and nobody acknowledged."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from healther.alerting.planner.desk import Desk, Target
from healther.alerting.policies.schemas import PolicyCreate, PreviewLine
from healther.alerting.quiet import quiet_until
from healther.core.clock import SECOND_MS, spelled, to_utc

_SENDS_NOTHING = "It is switched off: nothing is sent."
_ENDS = "After that, nothing more."


def lines_of(desk: Desk, policy: PolicyCreate, at_ms: int) -> list[PreviewLine]:
    """A line for each message, in the order in which they leave."""
    if not policy.enabled:
        return []
    found = [line for step in policy.model_dump(mode="json")["steps"] for line in _step(desk, step, at_ms)]
    return sorted(found, key=lambda line: line.at)


def then(policy: PolicyCreate) -> str:
    """What comes after the last step."""
    if not policy.enabled:
        return _SENDS_NOTHING
    if policy.remind_every_s is None:
        return _ENDS
    every = spelled(policy.remind_every_s * SECOND_MS)
    return f"After that, everybody again every {every} until it is acknowledged or over; not in quiet hours."


def _step(desk: Desk, step: dict[str, Any], at_ms: int) -> Iterator[PreviewLine]:
    due_ms = at_ms + step["after_s"] * SECOND_MS
    when = f"After {spelled(due_ms - at_ms)} without acknowledgement" if step["after_s"] else "At once"
    for rotation_id in step["rotation_ids"]:
        rotation = desk.rotations.get(UUID(rotation_id))
        if rotation is not None:
            when_on_call = f"{when}, to whoever is on call in {rotation.name}"
            user_id = desk.on_call(rotation.id, due_ms)
            name = rotation.name if user_id is None else desk.name_of(Target(None, user_id))
            words = f"{when_on_call}: mail to {name}." if user_id else f"{when_on_call}: nobody."
            yield PreviewLine(at=to_utc(due_ms), to=name, words=words)
    for target in desk.targets([{**step, "rotation_ids": []}]):
        name, channel = desk.name_of(target), desk.channels.get(target.channel_id) if target.channel_id else None
        why_not = desk.why_not(target)
        leaves_ms = (quiet_until(channel.quiet_hours, due_ms) if channel else None) or due_ms
        words = f"{when}: {name}." if target.channel_id else f"{when}: mail to {name}."
        if why_not is not None:
            words = f"{when}, nothing to {name}: {why_not}."
        elif leaves_ms > due_ms:
            words = f"{when}: {name}, whose quiet hours hold it until {to_utc(leaves_ms):%Y-%m-%d %H:%M} UTC."
        yield PreviewLine(at=to_utc(leaves_ms), to=name, words=words)
