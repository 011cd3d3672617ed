"""The policy every workspace starts with: its first owner is mailed at once, about everything."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, Role, User
from healther.alerting.models import AlertPolicy, Channel
from healther.alerting.policies.schemas import CHANGES
from healther.core.ids import new_id

POLICY_NAME = "Everything, at once"
_NAME_CHARS = 100


async def ensure_policy(session: AsyncSession, workspace_id: UUID, now_ms: int) -> None:
    """Makes the default policy, and a channel that mails the owner, where a workspace has no policy at all.

    The default policy can be edited and switched off, not deleted: it never comes back by itself.
    """
    there = select(AlertPolicy.id).where(AlertPolicy.workspace_id == workspace_id).limit(1)
    if (await session.exec(there)).first() is not None:
        return
    owners = (
        select(User)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(Membership.workspace_id == workspace_id, Membership.role == Role.OWNER)
        .order_by(col(Membership.created_at), col(User.id))
        .limit(1)
    )
    owner = (await session.exec(owners)).first()
    if owner is None:
        return
    channel = Channel(
        id=new_id(),
        workspace_id=workspace_id,
        name=f"Mail to {owner.full_name}"[:_NAME_CHARS],
        kind="email",
        options={"to": [owner.email]},
        created_at=now_ms,
    )
    session.add(channel)
    session.add(
        AlertPolicy(
            workspace_id=workspace_id,
            name=POLICY_NAME,
            is_default=True,
            changes=list(CHANGES),
            steps=[{"after_s": 0, "channel_ids": [str(channel.id)], "rotation_ids": [], "user_ids": []}],
            created_at=now_ms,
        )
    )
    await session.flush()
