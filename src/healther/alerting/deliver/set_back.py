"""What a clock that has been set back since has written into the outbox (R12): what waits for its time to come again.

Looked for by the senders at the step, and once a minute; mostly there is nothing, and nothing is written.
"""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Update, exists, or_
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver.claim import LEASE_MS
from healther.alerting.deliver.outcome import LONGEST_REST_MS
from healther.alerting.models import Channel, Delivery, DeliveryAttempt, DeliveryState, Lane, MailBudget
from healther.alerting.quiet import quiet_until
from healther.core.clock import CLOCK_STEP_MS, HOUR_MS
from healther.core.db import Database

log = structlog.get_logger()

_QUEUED = col(Delivery.state) == DeliveryState.QUEUED


async def pull_back(db: Database, lane: Lane, now_ms: int) -> None:
    """Has the deliveries of a lane, and what they go by, wait for no longer than they ever do from now on."""
    latest = now_ms + CLOCK_STEP_MS
    leased = (_QUEUED, col(Delivery.lane) == lane, col(Delivery.lease_until) > latest + LEASE_MS)
    waiting = (_QUEUED, col(Delivery.lane) == lane, col(Delivery.next_at) > latest, _written_after(latest))
    spent = col(MailBudget.window_ends_at) > latest + HOUR_MS
    resting = col(Channel.retry_at) > latest + 2 * LONGEST_REST_MS
    async with db.read() as session:
        any_leased = await _any(session, select(Delivery.id).where(*leased))
        places = set((await session.exec(select(Delivery.channel_id).where(*waiting).distinct())).all())
        any_spent = await _any(session, select(MailBudget.workspace_id).where(spent))
        any_resting = await _any(session, select(Channel.id).where(resting))
    if not (any_leased or places or any_spent or any_resting):
        return
    async with db.write() as session:
        # Whoever holds one may be sending it at this moment: as long as that may last.
        pulled = await _change(session, update(Delivery).where(*leased).values(lease_until=now_ms + LEASE_MS))
        for channel_id in places:
            pulled += await _make_due(session, channel_id, waiting, now_ms)
        windows = select(MailBudget.workspace_id, MailBudget.window_ends_at).where(spent)
        for workspace_id, ends_at in (await session.exec(windows)).all():
            held = (_QUEUED, col(Delivery.workspace_id) == workspace_id, col(Delivery.next_at) == ends_at)
            pulled += await _change(session, update(Delivery).where(*held).values(next_at=now_ms))
        await _change(session, update(MailBudget).where(spent).values(window_ends_at=now_ms))
        await _change(session, update(Channel).where(resting).values(retry_at=now_ms))
    if pulled:
        log.warning("the clock was set back", deliveries_rescheduled=pulled, lane=str(lane))


def _written_after(latest: int) -> ColumnElement[bool]:
    """Its time was set by a clock that has been set back since: when it was queued, or tried last, is yet to come."""
    last = exists().where(
        col(DeliveryAttempt.delivery_id) == Delivery.id,
        col(DeliveryAttempt.number) == Delivery.attempts,
        col(DeliveryAttempt.at) > latest,
    )
    return or_((col(Delivery.attempts) == 0) & (col(Delivery.created_at) > latest), last)


async def _make_due(
    session: AsyncSession, channel_id: UUID | None, waiting: tuple[ColumnElement[bool], ...], now_ms: int
) -> int:
    """How many; they leave now, or after the quiet hours of its channel: those are of the clock on the wall."""
    channel = None if channel_id is None else await session.get(Channel, channel_id)
    at = None if channel is None else quiet_until(channel.quiet_hours, now_ms)
    theirs = col(Delivery.channel_id).is_(None) if channel_id is None else col(Delivery.channel_id) == channel_id
    # What waits for the hour's mails since the step, or for the morning, does so rightly.
    windows = select(MailBudget.workspace_id).where(
        MailBudget.workspace_id == Delivery.workspace_id, MailBudget.window_ends_at == Delivery.next_at
    )
    moved = update(Delivery).where(*waiting, theirs, col(Delivery.next_at) != (at or now_ms), ~windows.exists())
    return await _change(session, moved.values(next_at=at or now_ms))


async def _any(session: AsyncSession, query: Any) -> bool:  # noqa: ANN401 - a Select of whatever
    return (await session.exec(query.limit(1))).first() is not None


async def _change(session: AsyncSession, statement: Update) -> int:
    """How many rows."""
    done = await session.exec(statement.execution_options(synchronize_session=False))
    return done.rowcount
