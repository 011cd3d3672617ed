"""Queues what is told of an incident, and writes into its timeline who was told and who was not."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from sqlmodel import col, select

from healther.alerting import outbox
from healther.alerting.messages import incident_message
from healther.alerting.models import Delivery, DeliveryState, Lane
from healther.alerting.planner.desk import Desk, Target
from healther.alerting.planner.situation import Case, Part
from healther.alerting.quiet import quiet_until
from healther.alerting.words import AlertWords, put
from healther.channels.base import MessageKind
from healther.core.clock import lasting
from healther.incidents.grounds import Because, Grounds
from healther.incidents.models import EntryKind
from healther.incidents.titles import HOW

# What says that something is wrong: whoever got one of these hears of its end.
OPENING = frozenset(
    {
        MessageKind.DOWN, MessageKind.DEGRADED, MessageKind.CERTIFICATE, MessageKind.FLAPPING, MessageKind.ESCALATION,
        MessageKind.REMINDER,
    }
)  # fmt: skip
# In quiet hours these wait for nothing: the next one will do.
_PASSING = frozenset({MessageKind.REMINDER})
Say = Callable[[AlertWords], str | None]
"""Something a message says, in the words of whoever reads it."""
_NO_ROTATIONS: Mapping[UUID, str] = MappingProxyType({})


class Told:
    """What was queued for an incident so far, by place."""

    def __init__(self, desk: Desk, deliveries: Iterable[Delivery]) -> None:
        self._desk = desk
        self.deliveries = [each for each in deliveries if each.state != DeliveryState.CANCELLED]

    def targets(self) -> list[Target]:
        """Everybody who was told, or will be, that something is wrong, in that order."""
        return list(dict.fromkeys(target_of(each) for each in self._opening() if each.state != DeliveryState.DEAD))

    def unreached(self) -> list[Target]:
        """Those whom nothing of it reached, nor will."""
        return list(
            dict.fromkeys(target for each in self._opening() if (target := target_of(each)) not in self.targets())
        )

    def _opening(self) -> list[Delivery]:
        return [each for each in self.deliveries if each.kind in OPENING]

    def has(self, target: Target, kind: MessageKind, since_ms: int) -> bool:
        """Whether this place was told this since then."""
        return any(
            target_of(each) == target and each.kind == kind and each.created_at >= since_ms for each in self.deliveries
        )

    def elsewhere(self, target: Target, kind: MessageKind, since_ms: int) -> Target | None:
        """Another place by which this has gone since then to every address of this one, if it has."""
        addresses = self._desk.addresses(target)
        for each in self.deliveries:
            if each.kind == kind and each.created_at >= since_ms and self._brings(each, addresses):
                return target_of(each)
        return None

    def _brings(self, delivery: Delivery, addresses: frozenset[str]) -> bool:
        """Whether it arrives at all of these: neither given up nor held by the quiet hours of its channel."""
        if delivery.state == DeliveryState.DEAD or _waits(delivery, self._desk.now_ms):
            return False
        return bool(addresses) and addresses <= self._desk.addresses(target_of(delivery))

    def _heard(self, target: Target) -> list[Delivery]:
        addresses = self._desk.addresses(target)
        return [each for each in self.deliveries if target_of(each) == target or self._brings(each, addresses)]

    def knows(self, target: Target) -> bool:
        """Whether this place has heard of the incident at all."""
        return bool(self._heard(target))

    def heard_of(self, target: Target, part: Part) -> bool:
        """Whether this place was told that something is wrong while this watcher was part of it."""
        since, until = part.merged_at or 0, part.seen_left_at
        return until is not None and any(
            since <= each.created_at < until for each in self._heard(target) if each.kind in OPENING
        )

    def names(self, part: Part) -> bool:
        """Whether anybody was told that something is wrong since this watcher has been part of it."""
        return any(each.created_at >= (part.merged_at or 0) for each in self._opening())

    def last(self, kind: MessageKind) -> int | None:
        """When this was told last, wherever."""
        return max((each.created_at for each in self.deliveries if each.kind == kind), default=None)

    def unheard(self, target: Target, parts: Iterable[Part], *, since_ms: int) -> list[Part]:
        """Who of these has joined since this place was told last what is wrong, or since then if it never was."""
        last = max((each.created_at for each in self._heard(target) if each.kind in OPENING), default=since_ms)
        return [part for part in parts if part.merged_at is not None and part.merged_at > last]

    def waiting(self, now_ms: int) -> list[Delivery]:
        """What waits for the end of quiet hours, and was never tried."""
        return [each for each in self.deliveries if _waits(each, now_ms)]


def _waits(delivery: Delivery, now_ms: int) -> bool:
    return delivery.state == DeliveryState.QUEUED and delivery.next_at > now_ms and not delivery.attempts


async def told_of(desk: Desk, cases: Iterable[Case]) -> dict[UUID, Told]:
    """What was queued for each of these, by incident."""
    found: dict[UUID, list[Delivery]] = {case.incident.id: [] for case in cases}
    query = (
        select(Delivery)
        .where(col(Delivery.incident_id).in_(found), Delivery.lane == Lane.ALERT)
        .order_by(col(Delivery.id))
    )
    for delivery in (await desk.session.exec(query)).all() if found else ():
        if delivery.incident_id is not None:
            found[delivery.incident_id].append(delivery)
    return {incident_id: Told(desk, deliveries) for incident_id, deliveries in found.items()}


def target_of(delivery: Delivery) -> Target:
    """The place it goes to."""
    return Target(delivery.channel_id, delivery.user_id)


async def take_back(desk: Desk, told: Told, deliveries: Iterable[Delivery], why: Grounds) -> list[Delivery]:
    """Cancels those of these that have not left and are not on their way at this moment; returns them."""
    wanted = {each.id: each for each in deliveries}
    gone = set(await outbox.cancel(desk.session, list(wanted), why.english, desk.now_ms) if wanted else [])
    told.deliveries = [each for each in told.deliveries if each.id not in gone]
    return [wanted[each] for each in wanted if each in gone]


async def tell(
    desk: Desk,
    case: Case,
    kind: MessageKind,
    targets: Sequence[Target],
    *,
    told: Told,
    once_since: int,
    note: Say | None = None,
    body: Say | None = None,
    rotations: Mapping[UUID, str] = _NO_ROTATIONS,
    unnamed: Collection[Part] = (),
    back: Sequence[Part] = (),
    **facts: object,
) -> int:
    """Queues a message for each of these places; returns for how many.

    Whoever was told the same since `once_since` is left out; `unnamed` are those it is not about, `back` those
    whose recovery it tells while others stay wrong. `facts` go into the timeline beside the place's name, and so does
    the rotation by which somebody was on call.
    """
    queued = 0
    for target in targets:
        name, incident_id = desk.name_of(target), case.incident.id
        facts["rotation"] = rotations.get(target.user_id) if target.user_id else None
        why_not = desk.why_not(target)
        channel = desk.channels.get(target.channel_id) if target.channel_id else None
        quiet = None if channel is None else quiet_until(channel.quiet_hours, desk.now_ms)
        if quiet is not None and kind in _PASSING:
            why_not = Grounds(because=Because.QUIET_HOURS)
        if told.has(target, kind, once_since):
            continue
        other = told.elsewhere(target, kind, once_since) if why_not is None else None
        if other is not None:
            why_not = Grounds(because=Because.SAME_ADDRESS, name=desk.name_of(other))
        if why_not is not None:
            desk.not_told(incident_id, why_not, to=name, message=str(kind), **facts)
            continue
        reader = desk.reader(target)
        message = incident_message(
            case,
            kind,
            desk.workspace,
            desk.links,
            reader,
            first=not told.knows(target),
            body=(body and body(reader.words)) or "",
            note=note and note(reader.words),
            unnamed=unnamed,
            back=back,
            now_ms=desk.now_ms,
        )
        delivery = await outbox.queue(
            desk.session,
            workspace_id=desk.workspace.id,
            kind=kind,
            message=message,
            channel_id=target.channel_id,
            user_id=target.user_id,
            incident_id=incident_id,
            not_before=quiet,
            now_ms=desk.now_ms,
        )
        told.deliveries.append(delivery)
        desk.note(
            incident_id, EntryKind.NOTIFIED, to=name, message=str(kind), delivery=str(message.id), quiet_until=quiet,
            channel_id=None if target.channel_id is None else str(target.channel_id), **facts,
        )  # fmt: skip
        queued += 1
    return queued


def back_and_gone_again(parts: Iterable[Part], returns: Mapping[UUID, Part]) -> Say:
    """What a message that says that these are wrong says of those whose return nobody has heard of."""
    again = [
        (part.name, lasting(max(0, part.since - before.left_at)), HOW[part.impact])
        for part in parts
        if (before := returns.get(part.watcher_id)) is not None and before.left_at is not None
    ]
    return lambda words: "\n".join(put(words.back_and_gone[how], name=name, time=time) for name, time, how in again)
