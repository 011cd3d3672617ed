"""Deleting an account. What it owns alone goes first, in parts; the account itself in one transaction, or not at all.

A crash on the way leaves an account without some of its workspaces; deleting it again finishes it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import DELETED, audit
from healther.accounts.models import AuditEntry, Invitation, Membership, User
from healther.accounts.service.ending import end_what_they_made
from healther.accounts.service.refusals import keep_of_account
from healther.accounts.service.workspaces import lock_workspace
from healther.alerting.mailed import end_links
from healther.core.db import Database
from healther.core.errors import ConflictProblem, UnauthenticatedProblem
from healther.erasure.forget import forget, remember
from healther.erasure.plan import Plan, plan_of
from healther.monitoring.removal import delete_workspace

CHANGED = "Your workspaces have changed meanwhile. Look again at what goes with your account."
_LEFT = ("member.leave", "member.remove")


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who deletes a workspace because the account of its only member ends."""

    actor: User | str
    workspace_id: UUID


async def delete_account(
    database: Database, user: User, consented: Collection[UUID], *, by: User | str, now_ms: int
) -> None:
    """Deletes `user`, as they were when they proved who they are, with the workspaces in which they are alone.

    `consented` names these. Raises ConflictProblem while they are the last owner of others, do not agree or something
    changes meanwhile; UnauthenticatedProblem when the account is gone or its password another.
    """
    async with database.write() as session:
        plan = await _locked(session, user)
        plan.check(consented)
        # Nobody joins what is about to go.
        alone = [each.id for each in plan.alone]
        open_ones = (col(Invitation.workspace_id).in_(alone), col(Invitation.accepted_at).is_(None))
        await session.exec(delete(Invitation).where(*open_ones))
    for workspace_id in alone:
        await delete_workspace(database, Leaver(by, workspace_id), now_ms)
    async with database.write() as session:
        plan = await _locked(session, user)
        if plan.alone or plan.last_owner:
            raise ConflictProblem(CHANGED)
        await _end(session, user, plan, by, now_ms)


async def _locked(session: AsyncSession, user: User) -> Plan:
    """The plan, which stays so until the commit: workspaces before people, as everybody locks them."""
    memberships = select(Membership.workspace_id).where(Membership.user_id == user.id)
    mine = (await session.exec(memberships.order_by(col(Membership.workspace_id)))).all()
    for workspace_id in mine:
        await lock_workspace(session, workspace_id)
    # Whoever wants to refer to it waits: nothing is made in its name meanwhile.
    query = select(User).where(col(User.id) == user.id).with_for_update()
    current = (await session.exec(query)).one_or_none()
    if current is None or current.hashed_password != user.hashed_password:
        raise UnauthenticatedProblem("The account or its password has changed meanwhile; sign in again.")
    if set((await session.exec(memberships)).all()) != set(mine):
        raise ConflictProblem(CHANGED)
    return await plan_of(session, user.id)


async def _end(session: AsyncSession, user: User, plan: Plan, by: User | str, now_ms: int) -> None:
    ended = await end_what_they_made(session, user, "deleted", by=by, now_ms=now_ms)
    for workspace in plan.left:
        audit(
            session,
            workspace_id=workspace.id,
            actor=by,
            action="member.leave",
            object_id=user.id,
            object_name=DELETED,
            details={"deleted": True},
            now_ms=now_ms,
        )
    audit(
        session,
        workspace_id=None,
        actor=by,
        action="user.delete",
        object_id=user.id,
        object_name=DELETED,
        details=ended,
        now_ms=now_ms,
    )
    until_ms = await _left_at(session, user) | {each.id: now_ms for each in plan.left}
    await end_links(session, user.email, until_ms, now_ms)
    await keep_of_account(session, user)
    await session.flush()
    gone = await remember(session, user, until_ms)
    await _delete(session, user)
    await forget(session, gone)


async def _left_at(session: AsyncSession, user: User) -> dict[UUID, int]:
    """When they left, epoch ms, each workspace that they have left."""
    query = select(AuditEntry.workspace_id, func.max(AuditEntry.at)).where(
        col(AuditEntry.action).in_(_LEFT),
        AuditEntry.object_id == str(user.id),
        col(AuditEntry.workspace_id).is_not(None),
    )
    found = (await session.exec(query.group_by(col(AuditEntry.workspace_id)))).all()
    return {workspace_id: at for workspace_id, at in found if workspace_id is not None}


async def _delete(session: AsyncSession, user: User) -> None:
    """The account, and by the database's own rules its memberships, tokens and turns in somebody's stead."""
    await session.exec(
        delete(Invitation).where(col(Invitation.email) == user.email, col(Invitation.accepted_at).is_not(None))
    )
    await session.exec(delete(User).where(col(User.id) == user.id))
