"""Writes what became of attempts, many in one transaction; only who still holds a delivery's fence is believed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver.budget import give_back
from healther.alerting.deliver.burial import bury
from healther.alerting.deliver.outcome import LONGEST_REST_MS, Outcome, Result, backoff_ms
from healther.alerting.messages import Links
from healther.alerting.models import Channel, Delivery, DeliveryAttempt, DeliveryState
from healther.alerting.quiet import quiet_until
from healther.alerting.subscribers.bounces import note_bounces
from healther.incidents.lock import lock_incidents

log = structlog.get_logger()

_STATES = {Result.SENT: DeliveryState.SENT, Result.RETRY: DeliveryState.QUEUED, Result.DEAD: DeliveryState.DEAD}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A finished attempt of a claimed delivery; `at` is when it began, epoch ms."""

    delivery: Delivery
    outcome: Outcome
    at: int
    took_ms: int
    kind: str = "none"
    """The kind of channel it was for."""
    unsent: int = 0
    """Mails that were counted for it (budget), and that no server took."""


async def record(session: AsyncSession, attempts: Sequence[Attempt], links: Links, now_ms: int) -> list[Attempt]:
    """Writes those whose lease nobody has taken over, and returns them; the others are refused."""
    graves = {each.delivery.workspace_id for each in attempts if _is_grave(each)}
    if graves:
        # Before the deliveries, as in planning: what is told instead fits what planning has told, or will tell.
        await lock_incidents(await session.connection(), graves)
    unsent: Counter[UUID] = Counter()
    for each in attempts:
        unsent[each.delivery.workspace_id] += each.unsent
    await give_back(session, +unsent)
    held = await _held(session, attempts)
    if held:
        channels = await _channels(session, held)
        await _write(session, held, channels, now_ms)
        switched_off = await _tell_channels(session, held, channels, now_ms)
        subscribed = [(each.delivery, each.outcome) for each in held if each.delivery.subscriber_id is not None]
        await note_bounces(session, subscribed, now_ms)
        dead = [each for each in held if _is_grave(each)]
        if dead:
            await bury(session, [(each.delivery, each.outcome) for each in dead], switched_off, links, now_ms)
    refused = len(attempts) - len(held)
    if refused:
        log.warning("attempts refused: their lease had been taken over", count=refused)
    return held


def _is_grave(attempt: Attempt) -> bool:
    return attempt.outcome.result is Result.DEAD and attempt.delivery.subscriber_id is None


async def _held(session: AsyncSession, attempts: Sequence[Attempt]) -> list[Attempt]:
    query = (
        select(Delivery.id, Delivery.fence)
        .where(
            col(Delivery.id).in_([each.delivery.id for each in attempts]),
            Delivery.state == DeliveryState.QUEUED,
        )
        .order_by(col(Delivery.id))
        .with_for_update()
    )
    fences = dict((await session.exec(query)).all())
    return [each for each in attempts if fences.get(each.delivery.id) == each.delivery.fence]


async def _channels(session: AsyncSession, held: Sequence[Attempt]) -> dict[UUID, Channel]:
    """Those that were sent by, locked."""
    ids = {each.delivery.channel_id for each in held if each.delivery.channel_id is not None}
    if not ids:
        return {}
    query = select(Channel).where(col(Channel.id).in_(ids)).order_by(col(Channel.id)).with_for_update(key_share=True)
    return {channel.id: channel for channel in (await session.exec(query)).all()}


async def _write(session: AsyncSession, held: Sequence[Attempt], channels: Mapping[UUID, Channel], now_ms: int) -> None:
    rows: list[dict[str, Any]] = []
    for each in held:
        over = each.outcome.result is not Result.RETRY
        next_at = now_ms + each.outcome.wait_ms
        if not over and each.delivery.channel_id is not None:
            # Another try in quiet hours would wake somebody as well as the first.
            next_at = quiet_until(channels[each.delivery.channel_id].quiet_hours, next_at) or next_at
        rows.append(
            {
                "delivery_id": each.delivery.id,
                "state": _STATES[each.outcome.result],
                "attempts": each.delivery.attempts + 1,
                "next_at": next_at,
                "ended_at": now_ms if over else None,
                "answer": each.outcome.answer,
                "reached": [*(each.delivery.reached or ()), *each.outcome.reached] or None,
            }
        )
    connection = await session.connection()
    await connection.execute(
        update(Delivery)
        .where(col(Delivery.id) == bindparam("delivery_id"))
        .values({name: bindparam(name) for name in rows[0] if name != "delivery_id"})
        .values(lease_until=None, fence=col(Delivery.fence) + 1),
        rows,
    )
    await connection.execute(
        insert(DeliveryAttempt),
        [
            {
                "delivery_id": each.delivery.id,
                "number": each.delivery.attempts + 1,
                "at": each.at,
                "took_ms": each.took_ms,
                "outcome": str(each.outcome.result),
                "answer": each.outcome.answer,
            }
            for each in held
        ],
    )


async def _tell_channels(
    session: AsyncSession, held: Sequence[Attempt], channels: Mapping[UUID, Channel], now_ms: int
) -> set[UUID]:
    """Keeps the books of the channels: one that fails rests a little; returns those of no use, now switched off."""
    on = {each.id for each in channels.values() if each.enabled}
    for each in held:
        if each.delivery.channel_id is not None:
            _note(channels[each.delivery.channel_id], each.outcome, now_ms)
    session.add_all(channels.values())
    await session.flush()
    return {each for each in on if not channels[each].enabled}


def _note(channel: Channel, outcome: Outcome, now_ms: int) -> None:
    if outcome.result is Result.SENT:
        channel.failures, channel.retry_at, channel.last_error = 0, None, None
        channel.last_sent_at = now_ms
        return
    channel.last_error = outcome.answer
    if outcome.result is Result.RETRY:
        channel.failures += 1
        channel.retry_at = now_ms + min(LONGEST_REST_MS, backoff_ms(channel.failures))
    elif outcome.ends_channel and channel.enabled:
        channel.enabled = False
        channel.disabled_reason = outcome.answer
