"""What would become of each workspace if an account were deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import and_, case, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, Role, User, Workspace
from healther.core.errors import ConflictProblem

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """The workspaces of an account, by name: those that go with it, stay without it, and stand in its way."""

    alone: Sequence[Workspace]
    left: Sequence[Workspace]
    last_owner: Sequence[Workspace]

    def check(self, consented: Collection[UUID]) -> None:
        """Raises ConflictProblem while they are the last owner of others, or do not agree to what goes."""
        if self.last_owner:
            raise ConflictProblem(
                f"You are the last owner of {_named(self.last_owner)}, and others are members there: make somebody "
                "else an owner, or delete it first."
            )
        if {each.id for each in self.alone} != set(consented):
            what = f"{_named(self.alone)} go with it" if self.alone else "no workspace goes with it"
            raise ConflictProblem(
                f"With the account go the workspaces in which you are alone, and they have to be named: {what}."
            )


async def plan_of(session: AsyncSession, user_id: UUID) -> Plan:
    """As it is at this moment."""
    others_own = and_(col(Membership.role) == Role.OWNER, col(Membership.user_id) != user_id)
    mine = select(Membership.workspace_id).where(Membership.user_id == user_id)
    counts = (
        select(
            col(Membership.workspace_id).label("workspace_id"),
            func.count().label("members"),
            func.sum(case((others_own, 1), else_=0)).label("other_owners"),
        )
        .where(col(Membership.workspace_id).in_(mine))
        .group_by(col(Membership.workspace_id))
        .subquery()
    )
    query = (
        select(Workspace, Membership.role, counts.c.members, counts.c.other_owners)
        .join(Membership, and_(col(Membership.workspace_id) == Workspace.id, col(Membership.user_id) == user_id))
        .join(counts, counts.c.workspace_id == Workspace.id)
        .order_by(col(Workspace.name), col(Workspace.id))
    )
    rows = (await session.exec(query)).all()
    alone = [workspace for workspace, _, members, _ in rows if members == 1]
    last_owner = [row[0] for row in rows if row[1] == Role.OWNER and row[2] > 1 and not row[3]]
    left = [row[0] for row in rows if row[0] not in alone and row[0] not in last_owner]
    return Plan(alone, left, last_owner)


async def is_only_account(session: AsyncSession, user_id: UUID) -> bool:
    """Whether nobody else has an account."""
    return (await session.exec(select(User.id).where(col(User.id) != user_id).limit(1))).first() is None


def _named(workspaces: Sequence[Workspace]) -> str:
    names = [each.name for each in workspaces[:_MOST_NAMED]]
    more = len(workspaces) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
