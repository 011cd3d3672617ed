"""What follows when a message is given up: another channel of the policy gets it, the timeline and the owners are told.

A channel that is of no use any more takes what is still queued for it along.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, Role, User, Workspace
from healther.alerting import outbox
from healther.alerting.deliver.outcome import Outcome, Result
from healther.alerting.messages import Links, Reader, notice_message
from healther.alerting.models import AlertPolicy, AlertRun, Channel, Delivery, DeliveryState
from healther.channels.base import Message, MessageKind
from healther.core.ids import new_id
from healther.incidents.models import EntryKind
from healther.incidents.timeline import entry

_LIVING = (DeliveryState.QUEUED, DeliveryState.SENT)
_NOT_PASSED_ON = frozenset({MessageKind.TEST, MessageKind.NOTICE})


async def bury(session: AsyncSession, dead: Sequence[tuple[Delivery, Outcome]], links: Links, now_ms: int) -> None:
    """Does all of it for these, which are marked dead already; runs in the transaction that marked them."""
    graves = [*dead, *await _left_behind(session, dead, now_ms)]
    for delivery, outcome in graves:
        place = await _name_of(session, delivery)
        other = await _pass_on(session, delivery, place, outcome, now_ms)
        if delivery.incident_id is not None:
            facts = {
                "to": place,
                "message": delivery.kind,
                "delivery": str(delivery.id),
                "why": outcome.answer,
                "instead": other,
            }
            said = {name: fact for name, fact in facts.items() if fact is not None}
            session.add(entry(delivery.incident_id, EntryKind.NOT_NOTIFIED, now_ms, facts=said))
    told: set[UUID] = set()
    for delivery, outcome in dead:
        if delivery.channel_id is not None and delivery.channel_id not in told and delivery.kind != MessageKind.NOTICE:
            told.add(delivery.channel_id)
            await _tell_owners(session, delivery, outcome, links, now_ms)
    await session.flush()


async def _left_behind(
    session: AsyncSession, dead: Sequence[tuple[Delivery, Outcome]], now_ms: int
) -> list[tuple[Delivery, Outcome]]:
    """What else was queued for channels that are switched off now: it is given up with them."""
    ended = {each.channel_id: outcome for each, outcome in dead if outcome.ends_channel and each.channel_id}
    if not ended:
        return []
    query = select(Delivery).where(
        col(Delivery.channel_id).in_(ended),
        Delivery.state == DeliveryState.QUEUED,
        col(Delivery.id).not_in([each.id for each, _ in dead]),
    )
    left: list[tuple[Delivery, Outcome]] = []
    for delivery in (await session.exec(query.with_for_update())).all():
        if delivery.channel_id is None:
            continue
        outcome = Outcome(Result.DEAD, f"the channel was switched off: {ended[delivery.channel_id].answer}")
        delivery.state, delivery.ended_at, delivery.answer = DeliveryState.DEAD, now_ms, outcome.answer
        delivery.fence += 1
        session.add(delivery)
        left.append((delivery, outcome))
    await session.flush()
    return left


async def _pass_on(session: AsyncSession, delivery: Delivery, place: str, outcome: Outcome, now_ms: int) -> str | None:
    """Queues the message for another channel of the incident's policies; returns its name."""
    if delivery.incident_id is None or delivery.subscriber_id is not None or delivery.kind in _NOT_PASSED_ON:
        return None
    other = await _other_channel(session, delivery)
    if other is None:
        return None
    message = Message.model_validate(delivery.body)
    note = f"{place} could not be reached: {outcome.answer}"
    passed_on = message.model_copy(update={"id": new_id(), "note": note, "first": True})
    await outbox.queue(
        session,
        workspace_id=delivery.workspace_id,
        kind=MessageKind(delivery.kind),
        message=passed_on,
        channel_id=other.id,
        incident_id=delivery.incident_id,
        now_ms=now_ms,
    )
    return other.name


async def _other_channel(session: AsyncSession, delivery: Delivery) -> Channel | None:
    """The first channel, in the order of the policies' steps, that works and has not had this already."""
    steps = (
        select(AlertPolicy.steps)
        .join(AlertRun, col(AlertRun.policy_id) == AlertPolicy.id)
        .where(AlertRun.incident_id == delivery.incident_id)
        .order_by(col(AlertRun.started_at), col(AlertPolicy.id))
    )
    wanted = dict.fromkeys(
        UUID(channel_id)
        for each in (await session.exec(steps)).all()
        for step in each
        for channel_id in step.get("channel_ids", ())
    )
    had = select(Delivery.channel_id).where(
        Delivery.incident_id == delivery.incident_id,
        Delivery.kind == delivery.kind,
        col(Delivery.channel_id).is_not(None),
    )
    for channel_id in (await session.exec(had)).all():
        if channel_id is not None:
            wanted.pop(channel_id, None)
    if not wanted:
        return None
    query = select(Channel).where(
        col(Channel.id).in_(wanted),
        col(Channel.enabled),
        Channel.failures == 0,
        Channel.workspace_id == delivery.workspace_id,
    )
    usable = {each.id: each for each in (await session.exec(query)).all()}
    return next((usable[each] for each in wanted if each in usable), None)


async def _tell_owners(session: AsyncSession, delivery: Delivery, outcome: Outcome, links: Links, now_ms: int) -> None:
    """A notice by the operator's mail server to every owner: this did not get through, that is why."""
    workspace = await session.get_one(Workspace, delivery.workspace_id)
    place = await _name_of(session, delivery)
    what = "was switched off" if outcome.ends_channel else "did not get a message"
    title = f"The channel {place} {what}"
    body = f"{Message.model_validate(delivery.body).title}: {outcome.answer}"
    owners = (
        select(User)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(Membership.workspace_id == workspace.id, Membership.role == Role.OWNER)
        .order_by(col(User.id))
    )
    for owner in (await session.exec(owners)).all():
        thread = f"channel-{delivery.channel_id}"
        message = notice_message(title, body, thread, workspace, links, Reader.of(owner), now_ms)
        await outbox.queue(
            session,
            workspace_id=workspace.id,
            kind=MessageKind.NOTICE,
            message=message,
            user_id=owner.id,
            now_ms=now_ms,
        )


async def _name_of(session: AsyncSession, delivery: Delivery) -> str:
    if delivery.channel_id is not None:
        channel = await session.get(Channel, delivery.channel_id)
        return "a deleted channel" if channel is None else channel.name
    user = None if delivery.user_id is None else await session.get(User, delivery.user_id)
    return "somebody who left" if user is None else user.full_name
