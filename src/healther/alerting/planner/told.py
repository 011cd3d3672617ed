"""What was told of an incident so far, by place: however often somebody was reminded, it is read as a few lines."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, func, or_, select

from healther.alerting import outbox
from healther.alerting.models import Delivery, DeliveryState
from healther.alerting.planner.desk import Desk, Target
from healther.alerting.planner.situation import Case, Part
from healther.channels.base import MessageKind
from healther.incidents.grounds import Grounds
from healther.incidents.models import IncidentMember

# What says that something is wrong: whoever got one of these hears of its end.
OPENING = frozenset(
    {
        MessageKind.DOWN, MessageKind.DEGRADED, MessageKind.CERTIFICATE, MessageKind.FLAPPING, MessageKind.ESCALATION,
        MessageKind.REMINDER,
    }
)  # fmt: skip
_OVER = (DeliveryState.SENT, DeliveryState.DEAD)


class Queued(NamedTuple):
    """What makes one that is still to be sent different from others of its line."""

    id: UUID
    waits: bool
    """For the end of quiet hours, and was never tried."""


class Line(NamedTuple):
    """All of one kind that have reached a place, or were given up there, from the first to the last; or one queued."""

    target: Target
    kind: str
    state: str
    first_at: int
    last_at: int
    queued: Queued | None = None


_Between = Mapping[UUID, Collection[tuple[Target, str, str]]]
"""By watcher, the lines of which at least one is from while it was part of the incident."""


class Told:
    """What was queued for an incident so far, by place."""

    def __init__(self, desk: Desk, at_ms: int, lines: Iterable[Line] = (), between: _Between | None = None) -> None:
        self._desk = desk
        self._at = at_ms
        self._lines = sorted(lines, key=lambda each: (each.first_at, str(each.target)))
        self._between = between or {}

    def add(self, target: Target, kind: MessageKind, delivery_id: UUID, *, waits: bool) -> None:
        """This was queued now."""
        one = Queued(delivery_id, waits)
        self._lines.append(Line(target, kind, DeliveryState.QUEUED, self._at, self._at, one))

    def targets(self) -> list[Target]:
        """Everybody who was told, or will be, that something is wrong, in that order."""
        return list(dict.fromkeys(each.target for each in self._opening() if each.state != DeliveryState.DEAD))

    def unreached(self) -> list[Target]:
        """Those whom nothing of it reached, nor will."""
        return list(dict.fromkeys(each.target for each in self._opening() if each.target not in self.targets()))

    def _opening(self) -> list[Line]:
        return [each for each in self._lines if each.kind in OPENING]

    def has(self, target: Target, kind: MessageKind, since_ms: int) -> bool:
        """Whether this place was told this since then."""
        return any(each.target == target and each.kind == kind and each.last_at >= since_ms for each in self._lines)

    def elsewhere(self, target: Target, kind: MessageKind, since_ms: int) -> Target | None:
        """Another place by which this has gone since then to every address of this one, if it has."""
        addresses = self._desk.addresses(target)
        for each in self._lines:
            if each.kind == kind and each.last_at >= since_ms and self._brings(each, addresses):
                return each.target
        return None

    def _brings(self, line: Line, addresses: frozenset[str]) -> bool:
        """Whether it arrives at all of these: neither given up nor held by the quiet hours of its channel."""
        if line.state == DeliveryState.DEAD or _waits(line):
            return False
        return bool(addresses) and addresses <= self._desk.addresses(line.target)

    def _heard(self, target: Target) -> list[Line]:
        addresses = self._desk.addresses(target)
        return [each for each in self._lines if each.target == target or self._brings(each, addresses)]

    def knows(self, target: Target) -> bool:
        """Whether this place has heard of the incident at all."""
        return bool(self._heard(target))

    def heard_by(self, target: Target, at_ms: int) -> bool:
        """Whether this place had been told by then that something is wrong."""
        return any(each.first_at <= at_ms for each in self._heard(target) if each.kind in OPENING)

    def heard_of(self, target: Target, part: Part) -> bool:
        """Whether this place was told that something is wrong while this watcher was part of it."""
        since, until = part.merged_at or 0, part.seen_left_at
        if until is None:
            return False
        between = self._between.get(part.watcher_id, ())
        return any(
            since <= each.first_at < until or since <= each.last_at < until or each[:3] in between
            for each in self._heard(target)
            if each.kind in OPENING
        )

    def names(self, part: Part) -> bool:
        """Whether anybody was told that something is wrong since this watcher has been part of it."""
        return any(each.last_at >= (part.merged_at or 0) for each in self._opening())

    def last(self, kind: MessageKind) -> int | None:
        """When this was told last, wherever."""
        return max((each.last_at for each in self._lines if each.kind == kind), default=None)

    def unheard(self, target: Target, parts: Iterable[Part], *, since_ms: int) -> list[Part]:
        """Who of these has joined since this place was told last what is wrong, or since then if it never was."""
        last = max((each.last_at for each in self._heard(target) if each.kind in OPENING), default=since_ms)
        return [part for part in parts if part.merged_at is not None and part.merged_at > last]

    def waiting(self) -> list[Line]:
        """What waits for the end of quiet hours, and was never tried."""
        return [each for each in self._lines if _waits(each)]

    def queued(self, kinds: Collection[str]) -> list[Line]:
        """What of these kinds is still to be sent."""
        return [each for each in self._lines if each.queued is not None and each.kind in kinds]

    async def take_back(self, lines: Iterable[Line], why: Grounds) -> list[Line]:
        """Cancels those of these that have not left and are not on their way at this moment; returns them."""
        wanted = {each.queued.id: each for each in lines if each.queued is not None}
        session, now_ms = self._desk.session, self._desk.now_ms
        ids = await outbox.cancel(session, list(wanted), why.english, now_ms) if wanted else []
        gone = [wanted[each] for each in wanted if each in set(ids)]
        self._lines = [each for each in self._lines if each not in gone]
        return gone


def _waits(line: Line) -> bool:
    return line.queued is not None and line.queued.waits


async def told_of(desk: Desk, cases: Collection[Case]) -> dict[UUID, Told]:
    """What was queued for each of these, by incident; no message is read, and no line for each that has left."""
    found: dict[UUID, list[Line]] = {case.incident.id: [] for case in cases}
    if not found:
        return {}
    place = (col(Delivery.incident_id), col(Delivery.channel_id), col(Delivery.user_id), col(Delivery.kind))
    at = col(Delivery.created_at)
    ours = (place[0].in_(found), or_(place[1].is_not(None), place[2].is_not(None)))
    over = (
        select(*place, col(Delivery.state), func.min(at), func.max(at))  # type: ignore[call-overload]
        .where(*ours, col(Delivery.state).in_(_OVER))
        .group_by(*place, col(Delivery.state))
    )
    for incident_id, channel_id, user_id, *line in (await desk.session.exec(over)).all():
        found[incident_id].append(Line(Target(channel_id, user_id), *line))
    queued = select(*place, at, col(Delivery.id), col(Delivery.next_at), col(Delivery.attempts)).where(  # type: ignore[call-overload]
        *ours, Delivery.state == DeliveryState.QUEUED
    )
    for incident_id, channel_id, user_id, kind, made_at, delivery_id, next_at, attempts in (
        await desk.session.exec(queued)
    ).all():
        one = Queued(delivery_id, waits=next_at > max(desk.now_ms, made_at) and not attempts)
        target = Target(channel_id, user_id)
        found[incident_id].append(Line(target, kind, DeliveryState.QUEUED, made_at, made_at, one))
    return {case.incident.id: await _told(desk, case, found[case.incident.id]) for case in cases}


async def _told(desk: Desk, case: Case, lines: Collection[Line]) -> Told:
    unsure = {
        part.watcher_id
        for part in case.parts
        if part.recovered and part.return_told_at is None
        for line in lines
        if line.kind in OPENING and line.first_at < (part.merged_at or 0) and line.last_at >= (part.seen_left_at or 0)
    }
    at_ms = desk.at(case.incident.id)
    return Told(desk, at_ms, lines, await _between(desk, case, unsure) if unsure else None)


async def _between(desk: Desk, case: Case, watcher_ids: Collection[UUID]) -> _Between:
    """Asked where a line began before a watcher was part of the incident, and went on after it had left."""
    at, member = col(Delivery.created_at), IncidentMember
    query = (
        select(  # type: ignore[call-overload]
            member.watcher_id, Delivery.channel_id, Delivery.user_id, Delivery.kind, Delivery.state
        )
        .join(Delivery, col(Delivery.incident_id) == member.incident_id)
        .where(
            member.incident_id == case.incident.id,
            col(member.watcher_id).in_(watcher_ids),
            col(Delivery.state).in_(_OVER),
            at >= func.coalesce(col(member.merged_at), 0),
            at < member.seen_left_at,
        )
        .distinct()
    )
    found: defaultdict[UUID, set[tuple[Target, str, str]]] = defaultdict(set)
    for watcher_id, channel_id, user_id, kind, state in (await desk.session.exec(query)).all():
        found[watcher_id].add((Target(channel_id, user_id), kind, state))
    return found
