"""Queues what is told of an incident, and writes into its timeline who was told and who was not."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from healther.alerting import outbox
from healther.alerting.messages import incident_message
from healther.alerting.planner.desk import Desk, Target
from healther.alerting.planner.situation import Case, Part
from healther.alerting.planner.told import Told
from healther.alerting.quiet import quiet_until
from healther.alerting.words import AlertWords, put
from healther.channels.base import MessageKind
from healther.core.clock import lasting
from healther.incidents.grounds import Because, Grounds
from healther.incidents.models import EntryKind
from healther.incidents.titles import HOW

# In quiet hours these wait for nothing: the next one will do.
_PASSING = frozenset({MessageKind.REMINDER})
Say = Callable[[AlertWords], str | None]
"""Something a message says, in the words of whoever reads it."""
_NO_ROTATIONS: Mapping[UUID, str] = MappingProxyType({})


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
) -> None:
    """Queues a message for each of these places.

    Whoever was told the same since `once_since` is left out; `unnamed` are those it is not about, `back` those
    whose recovery it tells while others stay wrong. `facts` go into the timeline beside the place's name, and so does
    the rotation by which somebody was on call.
    """
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
            deleted=[each.name for each in case.departed if each.deleted and told.heard_by(target, each.at)],
            now_ms=desk.at(incident_id),
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
            made_at=desk.at(incident_id),
        )
        told.add(target, kind, delivery.id, waits=quiet is not None)
        desk.note(
            incident_id, EntryKind.NOTIFIED, to=name, message=str(kind), delivery=str(message.id), quiet_until=quiet,
            channel_id=None if target.channel_id is None else str(target.channel_id), **facts,
        )  # fmt: skip


def back_and_gone_again(parts: Iterable[Part], returns: Mapping[UUID, Part]) -> Say:
    """What a message that says that these are wrong says of those whose return nobody has heard of."""
    again = [
        (part.name, lasting(max(0, part.since - before.left_at)), HOW[part.impact])
        for part in parts
        if (before := returns.get(part.watcher_id)) is not None and before.left_at is not None
    ]
    return lambda words: "\n".join(put(words.back_and_gone[how], name=name, time=time) for name, time, how in again)
