"""The outbox: a message that was decided on becomes a Delivery row, in the transaction that decided it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.models import Delivery, DeliveryState, Lane
from healther.channels.base import Message, MessageKind
from healther.incidents.models import IncidentMember


async def queue(
    session: AsyncSession,
    *,
    workspace_id: UUID,
    kind: MessageKind,
    message: Message,
    channel_id: UUID | None = None,
    subscriber_id: UUID | None = None,
    user_id: UUID | None = None,
    incident_id: UUID | None = None,
    lane: Lane = Lane.ALERT,
    not_before: int | None = None,
    now_ms: int,
    made_at: int | None = None,
) -> Delivery:
    """Queues one message for exactly one of channel, subscriber and user; it leaves at `not_before` (None = now).

    The delivery's id is the message's. It waits for the newest delivery to the same place that is still queued and
    is of the same incident, or of one that shares a watcher with it. `made_at`: when it is written to have been queued.
    """
    assert sum(each is not None for each in (channel_id, subscriber_id, user_id)) == 1
    delivery = Delivery(
        id=message.id,
        workspace_id=workspace_id,
        lane=lane,
        kind=kind,
        channel_id=channel_id,
        subscriber_id=subscriber_id,
        user_id=user_id,
        incident_id=incident_id,
        body=message.model_dump(mode="json"),
        created_at=now_ms if made_at is None else made_at,
        next_at=max(now_ms, not_before or 0),
    )
    delivery.after_id = await _before(session, delivery)
    session.add(delivery)
    await session.flush()
    return delivery


async def cancel(session: AsyncSession, ids: Sequence[UUID], answer: str, now_ms: int) -> list[UUID]:
    """Ends those that are still queued and not on their way at this moment; returns which ones were."""
    done = await session.exec(
        update(Delivery)
        .where(
            col(Delivery.id).in_(ids),
            col(Delivery.state) == DeliveryState.QUEUED,
            or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= now_ms),
        )
        .values(state=DeliveryState.CANCELLED, ended_at=now_ms, answer=answer, fence=col(Delivery.fence) + 1)
        .returning(col(Delivery.id))
        .execution_options(synchronize_session=False)
    )
    return list(done.scalars())


async def _before(session: AsyncSession, delivery: Delivery) -> UUID | None:
    """The delivery that must be over before this one may leave."""
    if delivery.incident_id is None or delivery.subscriber_id is not None:
        return None
    members = select(IncidentMember.watcher_id).where(IncidentMember.incident_id == delivery.incident_id)
    related = select(IncidentMember.incident_id).where(col(IncidentMember.watcher_id).in_(members))
    query = (
        select(Delivery.id)
        .where(
            Delivery.channel_id == delivery.channel_id,
            Delivery.user_id == delivery.user_id,
            Delivery.state == DeliveryState.QUEUED,
            or_(col(Delivery.incident_id) == delivery.incident_id, col(Delivery.incident_id).in_(related)),
        )
        .order_by(col(Delivery.id).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()
