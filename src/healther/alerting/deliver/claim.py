"""Which deliveries leave next, and who sends them: one conditional UPDATE hands each out once (R1, R5)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import bindparam, col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver.waiting import alerts, free, to_subscribers
from healther.alerting.models import Delivery, DeliveryAttempt, DeliveryState, Lane
from healther.core.clock import SECOND_MS
from healther.core.db import Database

# One attempt has this long; its lease lasts twice that, so that a slow record is no second message.
SEND_TIMEOUT_S = 30.0
LEASE_MS = int(2 * SEND_TIMEOUT_S * SECOND_MS)
_CHOOSE = {Lane.ALERT: alerts, Lane.SUBSCRIBER: to_subscribers}


async def claim(db: Database, lane: Lane, limit: int, now_ms: int, under_way: Collection[UUID] = ()) -> list[Delivery]:
    """Takes up to `limit` deliveries of the lane whose time has come; an idle look writes nothing.

    But for those that this process has `under_way`: a clock that is set ahead ends all leases at once (R12).
    """
    if limit <= 0:
        return []
    async with db.read() as session:
        chosen = [each for each in await _CHOOSE[lane](session, limit, now_ms) if each not in under_way]
    if not chosen:
        return []
    async with db.write() as session:
        taken = await session.exec(
            update(Delivery)
            .where(col(Delivery.id).in_(chosen), *free(now_ms))
            .values(lease_until=now_ms + LEASE_MS, fence=col(Delivery.fence) + 1)
            .returning(Delivery)
            .execution_options(synchronize_session=False)
        )
        claimed = {delivery.id: delivery for delivery in taken.scalars()}
        session.expunge_all()
    return [claimed[each] for each in chosen if each in claimed]


async def next_due(db: Database, lane: Lane) -> int | None:
    """When the first queued delivery of the lane may leave, epoch ms; None when there is none."""
    async with db.look() as connection:
        return (await connection.execute(_NEXT_DUE, {"lane": lane})).scalar_one()


_NEXT_DUE = select(func.min(Delivery.next_at)).where(
    Delivery.state == DeliveryState.QUEUED, col(Delivery.lane) == bindparam("lane")
)


async def first_attempts(session: AsyncSession, deliveries: Sequence[Delivery]) -> dict[UUID, int]:
    """When those that were tried before were tried first, epoch ms, by delivery."""
    again = [each.id for each in deliveries if each.attempts]
    query = select(DeliveryAttempt.delivery_id, DeliveryAttempt.at).where(
        col(DeliveryAttempt.delivery_id).in_(again), DeliveryAttempt.number == 1
    )
    return dict((await session.exec(query)).all()) if again else {}
