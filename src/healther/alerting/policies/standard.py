"""The policy every workspace starts with: its owners are mailed at once, about everything."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.models import AlertPolicy
from healther.alerting.policies.schemas import CHANGES, PolicyStep

POLICY_NAME = "Everything, at once"


async def ensure_policy(session: AsyncSession, workspace_id: UUID, now_ms: int) -> None:
    """Makes the default policy where a workspace has no policy at all.

    It can be edited and switched off, not deleted: it never comes back by itself.
    """
    there = select(AlertPolicy.id).where(AlertPolicy.workspace_id == workspace_id).limit(1)
    if (await session.exec(there)).first() is not None:
        return
    session.add(
        AlertPolicy(
            workspace_id=workspace_id,
            name=POLICY_NAME,
            is_default=True,
            changes=list(CHANGES),
            steps=[PolicyStep(owners=True).model_dump(mode="json")],
            created_at=now_ms,
        )
    )
    await session.flush()
