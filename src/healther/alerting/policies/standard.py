"""The policy every workspace starts with: its owners are mailed at once, about everything."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, Role, User
from healther.alerting.models import AlertPolicy
from healther.alerting.policies.schemas import CHANGES, PolicyStep
from healther.watchers.models import ServiceWatcher

_NAME, _GERMAN_NAME = "Everything, at once", "Alles, sofort"


async def welcome_watcher(session: AsyncSession, workspace_id: UUID, now_ms: int) -> None:
    """Makes the default policy with a workspace's first watcher, whatever policies somebody made before it."""
    policies = select(AlertPolicy.is_default).where(AlertPolicy.workspace_id == workspace_id)
    there = (await session.exec(policies)).all()
    watchers = select(ServiceWatcher.id).where(ServiceWatcher.workspace_id == workspace_id).limit(2)
    first = len((await session.exec(watchers)).all()) == 1
    if not there or (first and not any(there)):
        await _make_policy(session, workspace_id, now_ms)


async def ensure_policy(session: AsyncSession, workspace_id: UUID, now_ms: int) -> None:
    """Makes the default policy where a workspace has no policy at all.

    It can be edited and switched off, not deleted: it never comes back by itself.
    """
    there = select(AlertPolicy.id).where(AlertPolicy.workspace_id == workspace_id).limit(1)
    if (await session.exec(there)).first() is None:
        await _make_policy(session, workspace_id, now_ms)


async def _make_policy(session: AsyncSession, workspace_id: UUID, now_ms: int) -> None:
    """Named in the language of the owner."""
    owner = (
        select(User.language)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(Membership.workspace_id == workspace_id, Membership.role == Role.OWNER)
        .order_by(col(User.created_at), col(User.id))
        .limit(1)
    )
    session.add(
        AlertPolicy(
            workspace_id=workspace_id,
            name=_GERMAN_NAME if (await session.exec(owner)).first() == "de" else _NAME,
            is_default=True,
            changes=list(CHANGES),
            steps=[PolicyStep(owners=True).model_dump(mode="json")],
            created_at=now_ms,
        )
    )
    await session.flush()
