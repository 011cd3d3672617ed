"""Which deliveries leave next, and who sends them: one conditional UPDATE hands each out once (R1, R5)."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.models import Channel, Delivery, DeliveryState, Lane
from healther.core.clock import SECOND_MS
from healther.core.db import Database

# One attempt has this long; its lease lasts twice that, so that a slow record is no second message.
SEND_TIMEOUT_S = 30.0
LEASE_MS = int(2 * SEND_TIMEOUT_S * SECOND_MS)
# A channel that hangs holds up nobody else: it has this many of the senders at most.
IN_FLIGHT_PER_CHANNEL = 4


async def claim(db: Database, lane: Lane, limit: int, now_ms: int) -> list[Delivery]:
    """Takes up to `limit` deliveries of the lane whose time has come; an idle look writes nothing."""
    if limit <= 0:
        return []
    async with db.read() as session:
        chosen = await _candidates(session, lane, limit, now_ms)
    if not chosen:
        return []
    async with db.write() as session:
        taken = await session.exec(
            update(Delivery)
            .where(col(Delivery.id).in_(chosen), *_free(now_ms))
            .values(lease_until=now_ms + LEASE_MS, fence=col(Delivery.fence) + 1)
            .returning(Delivery)
            .execution_options(synchronize_session=False)
        )
        claimed = {delivery.id: delivery for delivery in taken.scalars()}
        session.expunge_all()
    return [claimed[each] for each in chosen if each in claimed]


async def next_due(session: AsyncSession, lane: Lane) -> int | None:
    """When the first queued delivery of the lane may leave, epoch ms; None when there is none."""
    query = select(func.min(Delivery.next_at)).where(Delivery.state == DeliveryState.QUEUED, Delivery.lane == lane)
    return (await session.exec(query)).one()


async def _candidates(session: AsyncSession, lane: Lane, limit: int, now_ms: int) -> Sequence[UUID]:
    """Ids in the order in which they leave: those of channels that failed lately last, then the oldest first."""
    before = aliased(Delivery)
    waits = exists(select(before.id).where(before.id == Delivery.after_id, before.state == DeliveryState.QUEUED))
    ready = and_(col(Delivery.lane) == lane, col(Delivery.next_at) <= now_ms, *_free(now_ms), ~waits)
    if lane is Lane.SUBSCRIBER:
        query = select(Delivery.id).where(ready).order_by(col(Delivery.next_at), col(Delivery.id)).limit(limit)
        return (await session.exec(query)).all()
    under_way = Counter(await _under_way(session, now_ms))
    place = func.row_number().over(
        partition_by=func.coalesce(col(Delivery.channel_id), col(Delivery.id)),
        order_by=(col(Delivery.next_at), col(Delivery.id)),
    )
    failing = func.coalesce(col(Channel.failures), 0)
    # One that is switched off is taken at once: what waits for it is given up, and passed on.
    rested = or_(~col(Channel.enabled), col(Channel.retry_at).is_(None), col(Channel.retry_at) <= now_ms)
    ranked = (
        sa.select(
            col(Delivery.id),
            col(Delivery.channel_id),
            col(Delivery.next_at),
            failing.label("failing"),
            place.label("place"),
        )
        .join(Channel, col(Channel.id) == Delivery.channel_id, isouter=True)
        .where(ready, or_(col(Delivery.channel_id).is_(None), rested))
        .subquery()
    )
    first = (
        sa.select(ranked.c.id, ranked.c.channel_id)
        .where(ranked.c.place <= IN_FLIGHT_PER_CHANNEL)
        .order_by(ranked.c.failing > 0, ranked.c.next_at, ranked.c.id)
        # Enough that channels which are full already cannot hide the others.
        .limit(limit + IN_FLIGHT_PER_CHANNEL * len(under_way))
    )
    connection = await session.connection()
    chosen: list[UUID] = []
    for delivery_id, channel_id in (await connection.execute(first)).all():
        if channel_id is not None:
            if under_way[channel_id] >= IN_FLIGHT_PER_CHANNEL:
                continue
            under_way[channel_id] += 1
        chosen.append(delivery_id)
    return chosen[:limit]


async def _under_way(session: AsyncSession, now_ms: int) -> list[UUID]:
    """The channel of each delivery that somebody is sending at this moment."""
    query = select(Delivery.channel_id).where(
        Delivery.state == DeliveryState.QUEUED,
        col(Delivery.lease_until) > now_ms,
        col(Delivery.channel_id).is_not(None),
    )
    return [each for each in (await session.exec(query)).all() if each is not None]


def _free(now_ms: int) -> tuple[ColumnElement[bool], ...]:
    """Still to be sent, and nobody is at it."""
    return (
        col(Delivery.state) == DeliveryState.QUEUED,
        or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= now_ms),
    )
