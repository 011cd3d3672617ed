"""What may leave now, in the order in which it leaves: what failed lately last, then the oldest first."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver.shares import (
    OF_CHANNEL,
    OF_FAILING_CHANNEL,
    OF_HOOKS_OF_WORKSPACE,
    OF_WORKSPACE,
    Part,
    Seat,
    Shares,
)
from healther.alerting.models import Channel, Delivery, DeliveryState, Lane
from healther.status_pages.models import Subscriber
from healther.status_pages.subscribers.places import Kind

_FAILING = func.coalesce(col(Channel.failures), 0) > 0
_BY_OPERATOR = or_(
    col(Delivery.channel_id).is_(None),
    (col(Channel.kind) == "email") & col(Channel.options)["host"].as_string().is_(None),
)
_HOOK = col(Subscriber.kind) != Kind.EMAIL


def free(now_ms: int) -> tuple[ColumnElement[bool], ...]:
    """Still to be sent, and nobody is at it."""
    return (
        col(Delivery.state) == DeliveryState.QUEUED,
        or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= now_ms),
    )


async def alerts(session: AsyncSession, limit: int, now_ms: int) -> Sequence[UUID]:
    """Ids of the lane of alerts: as many of anybody's as they have a share for."""
    connection = await session.connection()
    seat = (col(Delivery.workspace_id), col(Delivery.channel_id), _FAILING, _BY_OPERATOR)
    joined = sa.outerjoin(Delivery, Channel, col(Channel.id) == Delivery.channel_id)
    going = sa.select(*seat).select_from(joined).where(*_going(Lane.ALERT, now_ms))
    shares = Shares(Seat(*row) for row in (await connection.execute(going)).all())
    # One that is switched off is taken at once: what waits for it is given up, and passed on.
    rested = or_(
        col(Delivery.channel_id).is_(None),
        ~col(Channel.enabled),
        col(Channel.retry_at).is_(None),
        col(Channel.retry_at) <= now_ms,
    )
    of_channel = func.row_number().over(
        partition_by=func.coalesce(col(Delivery.channel_id), col(Delivery.id)),
        order_by=(col(Delivery.next_at), col(Delivery.id)),
    )
    one = (
        sa.select(
            col(Delivery.id), *seat[:2], _FAILING.label("failing"), _BY_OPERATOR.label("mail"), col(Delivery.next_at),
            of_channel.label("place"),
        )
        .select_from(joined)
        .where(*_ready(Lane.ALERT, now_ms), rested, *_have_room(shares))
        .subquery()
    )  # fmt: skip
    order = (one.c.failing, one.c.next_at, one.c.id)
    of_workspace = func.row_number().over(partition_by=one.c.workspace_id, order_by=order)
    most = sa.case((one.c.failing, OF_FAILING_CHANNEL), else_=OF_CHANNEL)
    two = sa.select(one, of_workspace.label("rank")).where(one.c.place <= most).subquery()
    first = (
        sa.select(two.c.id, two.c.workspace_id, two.c.channel_id, two.c.failing, two.c.mail)
        .where(two.c.rank <= OF_WORKSPACE)
        .order_by(two.c.failing, two.c.next_at, two.c.id)
        # Each that is on its way may keep one of these waiting in each of its shares.
        .limit(limit + len(Part) * shares.count)
    )
    rows = (await connection.execute(first)).all()
    return [delivery_id for delivery_id, *of_whom in rows if shares.take(Seat(*of_whom))][:limit]


async def to_subscribers(session: AsyncSession, limit: int, now_ms: int) -> Sequence[UUID]:
    """Ids of the lane of subscribers: mail, and as many of webhooks as they have a share for."""
    connection = await session.connection()
    joined = sa.join(Delivery, Subscriber, col(Subscriber.id) == Delivery.subscriber_id)
    going = sa.select(col(Delivery.workspace_id)).select_from(joined).where(*_going(Lane.SUBSCRIBER, now_ms), _HOOK)
    shares = Shares(Seat(workspace_id, hook=True) for (workspace_id,) in (await connection.execute(going)).all())
    ready = _ready(Lane.SUBSCRIBER, now_ms)
    order = ((col(Delivery.attempts) > 0).label("retried"), col(Delivery.next_at), col(Delivery.id))
    hooks = sa.select(col(Subscriber.id)).where(_HOOK)
    mails = sa.select(*order).where(*ready, col(Delivery.subscriber_id).not_in(hooks)).order_by(*order).limit(limit)
    found: list[tuple[Any, ...]] = [(*row, None) for row in (await connection.execute(mails)).all()]
    if not shares.full(Part.HOOKS):
        rank = func.row_number().over(partition_by=col(Delivery.workspace_id), order_by=order).label("rank")
        room = col(Delivery.workspace_id).not_in(shares.full_ones(Part.WORKSPACE))
        ranked = sa.select(*order, col(Delivery.workspace_id), rank).select_from(joined).where(*ready, _HOOK, room)
        few = ranked.subquery()
        first = (
            sa.select(few.c.retried, few.c.next_at, few.c.id, few.c.workspace_id)
            .where(few.c.rank <= OF_HOOKS_OF_WORKSPACE)
            .order_by(few.c.retried, few.c.next_at, few.c.id)
            .limit(limit + len(Part) * shares.count)
        )
        found += [tuple(row) for row in (await connection.execute(first)).all()]
    found.sort(key=lambda row: row[:3])
    leaving = [row[2] for row in found if row[3] is None or shares.take(Seat(row[3], hook=True))]
    return leaving[:limit]


def _going(lane: Lane, now_ms: int) -> tuple[ColumnElement[bool], ...]:
    """Somebody is sending it at this moment."""
    return (
        col(Delivery.state) == DeliveryState.QUEUED,
        col(Delivery.lane) == lane,
        col(Delivery.lease_until) > now_ms,
    )


def _ready(lane: Lane, now_ms: int) -> tuple[ColumnElement[bool], ...]:
    """Its time has come, and what it waits for is over."""
    before = aliased(Delivery)
    waits = exists(select(before.id).where(before.id == Delivery.after_id, before.state == DeliveryState.QUEUED))
    return (col(Delivery.lane) == lane, col(Delivery.next_at) <= now_ms, *free(now_ms), ~waits)


def _have_room(shares: Shares) -> list[ColumnElement[bool]]:
    """What is full is not looked at: it must not hide the others."""
    room = [
        col(Delivery.workspace_id).not_in(shares.full_ones(Part.WORKSPACE)),
        or_(col(Delivery.channel_id).is_(None), col(Delivery.channel_id).not_in(shares.full_ones(Part.CHANNEL))),
    ]
    if shares.full(Part.FAILING):
        room.append(~_FAILING)
    if shares.full(Part.MAIL_SERVER):
        room.append(~_BY_OPERATOR)
    return room
