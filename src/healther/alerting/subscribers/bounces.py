"""Addresses that refuse: after three in a row, or at once where nobody is there, nothing more is sent to them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver.outcome import Outcome, Result
from healther.alerting.models import Delivery, DeliveryState
from healther.status_pages.models import Subscriber

MOST_BOUNCES = 3
# No such mailbox (RFC 3463, 5.1.1); what a webhook or Slack says to it ends the channel by itself.
_NOBODY = "550 5.1.1"


async def note_bounces(session: AsyncSession, outcomes: Sequence[tuple[Delivery, Outcome]], now_ms: int) -> None:
    """Keeps the books of subscribers after attempts; what waits for one that is given up is cancelled."""
    sent = {each.subscriber_id for each, outcome in outcomes if outcome.result is Result.SENT}
    # What cannot be read is no fault of the address.
    dead = {
        each.subscriber_id: outcome
        for each, outcome in outcomes
        if each.subscriber_id and outcome.result is Result.DEAD and each.readable
    }
    if sent - {None}:
        recovered = update(Subscriber).where(col(Subscriber.id).in_(sent - {None}), col(Subscriber.bounces) > 0)
        await session.exec(recovered.values(bounces=0))
    if not dead:
        return
    given_up: list[UUID] = []
    query = select(Subscriber).where(col(Subscriber.id).in_(dead)).order_by(col(Subscriber.id)).with_for_update()
    for subscriber in (await session.exec(query)).all():
        outcome = dead[subscriber.id]
        subscriber.bounces += 1
        at_once = _NOBODY in outcome.answer or (subscriber.kind != "email" and outcome.ends_channel)
        if at_once or subscriber.bounces >= MOST_BOUNCES:
            subscriber.disabled_reason = outcome.answer
            given_up.append(subscriber.id)
        session.add(subscriber)
    if given_up:
        waiting = update(Delivery).where(
            col(Delivery.subscriber_id).in_(given_up), col(Delivery.state) == DeliveryState.QUEUED
        )
        await session.exec(
            waiting.values(state=DeliveryState.CANCELLED, ended_at=now_ms, fence=col(Delivery.fence) + 1)
            .values(answer="the address was given up")
            .execution_options(synchronize_session=False)
        )
    await session.flush()
