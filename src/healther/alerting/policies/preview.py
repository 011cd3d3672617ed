"""What a policy would do, in words, if something went down at a given time and nobody acknowledged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from healther.alerting.planner.desk import Desk, Target
from healther.alerting.policies.schemas import Afterwards, PolicyCreate, PreviewLine
from healther.alerting.quiet import quiet_until
from healther.core.clock import SECOND_MS, lasting, to_utc
from healther.incidents.grounds import Grounds

_THEN = {
    Afterwards.ENDS: "After that, nothing more.",
    Afterwards.SENDS_NOTHING: "It is switched off: nothing is sent.",
    Afterwards.NOT_DOWN: "It is not about watchers that are down.",
}


def lines_of(desk: Desk, policy: PolicyCreate, at_ms: int) -> list[PreviewLine]:
    """A line for each message, in the order in which they leave."""
    if not policy.enabled or afterwards(policy) is Afterwards.NOT_DOWN:
        return []
    found = [line for step in policy.model_dump(mode="json")["steps"] for line in _step(desk, step, at_ms)]
    return sorted(found, key=lambda line: line.at)


def afterwards(policy: PolicyCreate) -> Afterwards:
    """What comes after the last step."""
    if "down" not in policy.changes:
        return Afterwards.NOT_DOWN
    if not policy.enabled:
        return Afterwards.SENDS_NOTHING
    return Afterwards.ENDS if policy.remind_every_s is None else Afterwards.REMINDS


def then(policy: PolicyCreate) -> str:
    """The same in English."""
    what = afterwards(policy)
    if what is not Afterwards.REMINDS:
        return _THEN[what]
    every = lasting((policy.remind_every_s or 0) * SECOND_MS)
    return f"After that, everybody again every {every} until it is acknowledged or over; not in quiet hours."


@dataclass(frozen=True, slots=True)
class _Message:
    """One that would be due at `due_ms`."""

    due_ms: int
    after_s: int
    to: str
    by_mail: bool
    rotation: str | None = None
    nobody: bool = False
    quiet_until: int | None = None
    why_not: Grounds | None = None

    @property
    def line(self) -> PreviewLine:
        quiet = None if self.why_not is not None else self.quiet_until
        return PreviewLine(
            at=to_utc(self.quiet_until or self.due_ms),
            to=self.to,
            words=self._words(),
            after_s=self.after_s,
            by_mail=self.by_mail,
            rotation=self.rotation,
            nobody=self.nobody,
            quiet_until=None if quiet is None else to_utc(quiet),
            why_not=self.why_not,
        )

    def _words(self) -> str:
        """In English."""
        when = f"After {lasting(self.after_s * SECOND_MS)} without acknowledgement" if self.after_s else "At once"
        if self.rotation is not None:
            when = f"{when}, to whoever is on call in {self.rotation}"
        if self.nobody:
            return f"{when}: nobody."
        if self.why_not is not None:
            return f"{when}, nothing to {self.to}: {self.why_not.english}."
        if self.quiet_until is not None:
            return f"{when}: {self.to}, whose quiet hours hold it until {to_utc(self.quiet_until):%Y-%m-%d %H:%M} UTC."
        return f"{when}: mail to {self.to}." if self.by_mail else f"{when}: {self.to}."


def _step(desk: Desk, step: dict[str, Any], at_ms: int) -> Iterator[PreviewLine]:
    after_s = step["after_s"]
    due_ms = at_ms + after_s * SECOND_MS
    for rotation_id in step["rotation_ids"]:
        rotation = desk.rotations.get(UUID(rotation_id))
        if rotation is not None:
            user_id = desk.on_call(rotation.id, due_ms)
            to = rotation.name if user_id is None else desk.name_of(Target(None, user_id))
            why_not = None if user_id is None else desk.why_not(Target(None, user_id))
            yield _Message(
                due_ms, after_s, to, by_mail=True, rotation=rotation.name, nobody=user_id is None, why_not=why_not
            ).line
    for target in desk.targets([{**step, "rotation_ids": []}]):
        channel = desk.channels.get(target.channel_id) if target.channel_id else None
        quiet = None if channel is None else quiet_until(channel.quiet_hours, due_ms)
        yield _Message(
            due_ms, after_s, desk.name_of(target), by_mail=target.channel_id is None, quiet_until=quiet,
            why_not=desk.why_not(target),
        ).line  # fmt: skip
