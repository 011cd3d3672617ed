"""The tries of deliveries, as the API shows them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.models import DeliveryAttempt
from healther.core.clock import to_utc


class AttemptPublic(BaseModel):
    """One try of a delivery."""

    number: int
    at: datetime
    took_ms: int
    outcome: str = Field(examples=["sent"])
    answer: str = Field(description="What the other side said.")


async def attempts_of(session: AsyncSession, delivery_ids: Sequence[UUID]) -> defaultdict[UUID, list[AttemptPublic]]:
    """The tries of these deliveries, by delivery, in their order."""
    found: defaultdict[UUID, list[AttemptPublic]] = defaultdict(list)
    query = select(DeliveryAttempt).where(col(DeliveryAttempt.delivery_id).in_(delivery_ids))
    for each in (await session.exec(query.order_by(col(DeliveryAttempt.number)))).all():
        found[each.delivery_id].append(
            AttemptPublic(
                number=each.number, at=to_utc(each.at), took_ms=each.took_ms, outcome=each.outcome, answer=each.answer
            )
        )
    return found
