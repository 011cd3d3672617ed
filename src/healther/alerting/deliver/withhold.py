"""What must not leave: nobody at its place has said yes to mail. It ends, and its incident's timeline says why."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.alerting.deliver.address import WithheldError
from healther.alerting.deliver.story import Place, name_of
from healther.alerting.models import Delivery, DeliveryState
from healther.incidents.models import EntryKind
from healther.incidents.timeline import entry


async def withhold(
    session: AsyncSession, claimed: Sequence[Delivery], why: Mapping[UUID, WithheldError], now_ms: int
) -> None:
    """Takes these back, as far as this process still holds them: no attempt, and no fault of a channel."""
    # They stay until the commit; what was claimed for one that was deleted since went with it.
    ours = select(Workspace.id).where(col(Workspace.id).in_({each.workspace_id for each in claimed}))
    there = set((await session.exec(ours.order_by(col(Workspace.id)).with_for_update(read=True, key_share=True))).all())
    for delivery in claimed:
        if delivery.workspace_id not in there:
            continue
        grounds = why[delivery.id].grounds
        ended = await session.exec(
            update(Delivery)
            .where(
                col(Delivery.id) == delivery.id,
                col(Delivery.fence) == delivery.fence,
                col(Delivery.state) == DeliveryState.QUEUED,
            )
            .values(
                state=DeliveryState.CANCELLED,
                ended_at=now_ms,
                lease_until=None,
                fence=delivery.fence + 1,
                answer=grounds.english,
            )
            .execution_options(synchronize_session=False)
        )
        if ended.rowcount and delivery.incident_id is not None:
            name = await name_of(session, Place.of(delivery))
            facts = {"to": name, "message": delivery.kind, "delivery": str(delivery.id), **grounds.facts}
            session.add(entry(delivery.incident_id, EntryKind.NOT_NOTIFIED, now_ms, facts=facts))
