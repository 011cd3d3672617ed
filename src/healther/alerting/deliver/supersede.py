"""What is still to be sent when its incident is over is not sent: one "recovered" says both.

Looked for before each claim, so that a channel that comes back after hours pages nobody for what is well again.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting import outbox
from healther.alerting.deliver.story import AGAIN, CLOSING, Place, Story, load_story, name_of, said_first, seen_in
from healther.alerting.deliver.waiting import free
from healther.alerting.models import AlertRun, Channel, Delivery, Lane
from healther.alerting.planner.over import SUPERSEDED
from healther.alerting.planner.told import OPENING
from healther.alerting.quiet import quiet_until
from healther.alerting.words import put
from healther.alerting.words_de import words_of
from healther.channels.base import Affected, Message, MessageKind
from healther.channels.words import subject
from healther.core.db import Database
from healther.core.ids import new_id
from healther.core.isolation import Isolation
from healther.incidents.lock import lock_incidents
from healther.incidents.models import EntryKind, Incident, IncidentMember
from healther.incidents.timeline import entry
from healther.incidents.unwatched import unwatched_of
from healther.observability.metrics import PARTS_FAILED
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State

_AT_ONCE = 100
_BEFORE_THE_END = OPENING | {MessageKind.PARTLY_RECOVERED}


class Superseding:
    """Looks for one process; what fails in one workspace is put off, and the others go on."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._alone = Isolation[UUID]("take back", PARTS_FAILED.labels("take back").inc)

    async def turn(self, now_ms: int) -> None:
        """Takes back what says that something is wrong, where that is over and planning has told its end; says both."""
        resting = [each for each in self._alone.put_off(now_ms) if self._alone.not_before(each, now_ms) > now_ms]
        async with self._db.read() as session:
            late = await _late(session, now_ms, col(Delivery.workspace_id).not_in(resting))
        workspaces = sorted({workspace_id for workspace_id, *_ in late})

        async def tell_both(workspace_ids: Sequence[UUID]) -> None:
            async with self._db.write() as session:
                await lock_incidents(await session.connection(), workspace_ids)
                # Read again: meanwhile somebody else may have done it, or deleted the workspace.
                for _, incident_id, channel_id, user_id in await _late(
                    session, now_ms, col(Delivery.workspace_id).in_(workspace_ids)
                ):
                    story = await load_story(session, incident_id, Place(channel_id, user_id), [])
                    await _tell_both(session, story, now_ms)

        await self._alone.together({each: [each] for each in workspaces}, tell_both, now_ms)


async def _late(
    session: AsyncSession, now_ms: int, whose: ColumnElement[bool]
) -> Sequence[tuple[UUID, UUID, UUID | None, UUID | None]]:
    """The workspace, incident, channel and person of what would come too late."""
    running = select(AlertRun.policy_id).where(
        AlertRun.incident_id == Delivery.incident_id, col(AlertRun.ended_at).is_(None)
    )
    query = (
        select(Delivery.workspace_id, Incident.id, Delivery.channel_id, Delivery.user_id)
        .join(Incident, col(Incident.id) == Delivery.incident_id)
        .where(
            Delivery.lane == Lane.ALERT,
            *free(now_ms),
            whose,
            col(Delivery.kind).in_(OPENING),
            col(Incident.resolved_at).is_not(None),
            ~running.exists(),
        )
        .distinct()
        .limit(_AT_ONCE)
    )
    return (await session.exec(query)).all()


async def _tell_both(session: AsyncSession, story: Story, now_ms: int) -> None:
    waiting = [each for each in story.queued if each.kind in _BEFORE_THE_END]
    if not story.over or any(each.lease_until is not None and each.lease_until > now_ms for each in waiting):
        return  # what is on its way may arrive: then its end leaves as it is
    gone = set(await outbox.cancel(session, [each.id for each in waiting], SUPERSEDED.english, now_ms))
    late = [each for each in waiting if each.id in gone]
    name = await name_of(session, story.place)
    for each in late:
        facts = {"to": name, "message": each.kind, "delivery": str(each.id), **SUPERSEDED.facts}
        session.add(entry(story.incident.id, EntryKind.NOT_NOTIFIED, now_ms, facts=facts))
    openings = [each for each in late if each.kind in OPENING and each.readable]
    untold = [each for each in openings if not (story.heard and each.kind in AGAIN)]
    if not untold or any(each.kind in CLOSING for each in story.sent):
        return
    begun = [Message.model_validate(each.body) for each in untold]
    end = next((each for each in story.queued if each.kind in CLOSING and each.readable), None)
    if end is None:
        await _queue_end(session, story, begun, now_ms)
    else:
        # It waited for what is taken back: it was never sent, and keeps its id.
        message = Message.model_validate(end.body)
        end.body = _saying_both(message, story, begun).model_dump(mode="json")
        session.add(end)
    await session.flush()


def _saying_both(end: Message, story: Story, begun: Sequence[Message]) -> Message:
    said = "\n".join(_missed(each) for each in begun) if story.heard else seen_in(begun[0])
    return said_first(said, end.model_copy(update={"first": not story.sent}))


def _missed(begun: Message) -> str:
    return f"{put(words_of(begun.language).said_before, subject=subject(begun))} {begun.note or ''}".strip()


async def _queue_end(session: AsyncSession, story: Story, begun: Sequence[Message], now_ms: int) -> None:
    """For a place that hears of no recoveries: it would have heard of this."""
    incident, place, last = story.incident, story.place, begun[-1]
    channel = None if place.channel_id is None else await session.get(Channel, place.channel_id)
    kind = MessageKind.SETTLED if last.kind is MessageKind.FLAPPING else MessageKind.RECOVERED
    words, title, body = words_of(last.language), last.title, ""
    states = await _states(session, incident.id)
    unwatched = [each.name for each in last.affected if states.get(each.name, State.PAUSED) is State.PAUSED]
    if all(state is State.PAUSED for state in states.values()):
        kind, body = MessageKind.UNWATCHED, words.not_watched
    elif unwatched:
        back = last.affected_count - len(unwatched)
        title = put(words.of_count, back=back, count=last.affected_count, title=last.title)
        body = put(words.no_longer_watched, names=words.named(unwatched))
    changed = {
        "id": new_id(),
        "kind": kind,
        "title": title,
        "body": body,
        "affected": _as_they_are(last.affected, states),
        "at": now_ms,
        "ended_at": incident.resolved_at,
        "unwatched_ms": (await unwatched_of(session, [incident.id])).get(incident.id, 0),
        "acknowledge_link": None,
        "note": None,
    }
    await outbox.queue(
        session,
        workspace_id=incident.workspace_id,
        kind=kind,
        message=_saying_both(last.model_copy(update=changed), story, begun),
        channel_id=place.channel_id,
        user_id=place.user_id,
        incident_id=incident.id,
        not_before=None if channel is None else quiet_until(channel.quiet_hours, now_ms),
        now_ms=now_ms,
    )


async def _states(session: AsyncSession, incident_id: UUID) -> dict[str, State]:
    """How those it was about are now, by name; those that were deleted are missing."""
    query = (
        select(ServiceWatcher.name, WatcherState.state)
        .join(IncidentMember, col(IncidentMember.watcher_id) == ServiceWatcher.id)
        .join(WatcherState, col(WatcherState.watcher_id) == ServiceWatcher.id)
        .where(IncidentMember.incident_id == incident_id)
    )
    return {name: State(state) for name, state in (await session.exec(query)).all()}


def _as_they_are(affected: Sequence[Affected], states: Mapping[str, State]) -> tuple[Affected, ...]:
    """The same watchers with the states they have now."""
    return tuple(
        each.model_copy(update={"state": states[each.name].label, "reason": None})
        for each in affected
        if each.name in states
    )
