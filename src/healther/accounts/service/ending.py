"""Ending what an account made that lets somebody in, wherever it is a member; each with its row in a trail."""

from typing import Literal
from uuid import UUID

from sqlalchemy import column, table, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.models import ApiKey, Invitation, User
from healther.core.columns import Id

Why = Literal["reset", "deleted"]
"""A new password was set by a mailed link or the operator; the account is deleted."""

# Of a room above this one: whoever made the link to a calendar goes on reading it.
_ROTATION = table(
    "rotation",
    column("id", Id),
    column("workspace_id", Id),
    column("name"),
    column("feed_token_hash"),
    column("feed_made_by", Id),
)


async def end_what_they_made(
    session: AsyncSession, user: User, why: Why, *, by: User | str, now_ms: int
) -> dict[str, int]:
    """Ends their API keys, calendar links and open invitations; how many of each, where there were any."""
    ended = {
        "api_keys": await _revoke_keys(session, user, why, by, now_ms),
        "calendar_links": await _end_calendar_links(session, user, why, by, now_ms),
        "invitations": await _withdraw_invitations(session, user, why, by, now_ms),
    }
    return {name: count for name, count in ended.items() if count}


async def _revoke_keys(session: AsyncSession, user: User, why: Why, by: User | str, now_ms: int) -> int:
    keys = (await session.exec(select(ApiKey).where(ApiKey.created_by == user.id))).all()
    for key in keys:
        _note(session, why, by, "api_key.revoke", key.workspace_id, key.id, key.name, now_ms)
        await session.delete(key)
    return len(keys)


async def _end_calendar_links(session: AsyncSession, user: User, why: Why, by: User | str, now_ms: int) -> int:
    theirs = (_ROTATION.c.feed_made_by == user.id, _ROTATION.c.feed_token_hash.is_not(None))
    ended = (
        await session.exec(select(_ROTATION.c.id, _ROTATION.c.workspace_id, _ROTATION.c.name).where(*theirs))
    ).all()
    for rotation_id, workspace_id, name in ended:
        _note(session, why, by, "rotation_feed.delete", workspace_id, rotation_id, name, now_ms)
    await session.exec(update(_ROTATION).where(*theirs).values(feed_token_hash=None))
    return len(ended)


async def _withdraw_invitations(session: AsyncSession, user: User, why: Why, by: User | str, now_ms: int) -> int:
    theirs = select(Invitation).where(
        Invitation.invited_by == user.id,
        col(Invitation.accepted_at).is_(None),
        col(Invitation.withdrawn_at).is_(None),
    )
    invitations = (await session.exec(theirs)).all()
    for each in invitations:
        _note(session, why, by, "invitation.withdraw", each.workspace_id, each.id, each.email, now_ms)
        each.withdrawn_at = now_ms
        session.add(each)
    return len(invitations)


def _note(
    session: AsyncSession,
    why: Why,
    by: User | str,
    action: str,
    workspace_id: UUID,
    object_id: UUID,
    name: str,
    now_ms: int,
) -> None:
    audit(
        session,
        workspace_id=workspace_id,
        actor=by,
        action=action,
        object_id=object_id,
        object_name=name,
        details={why: True},
        now_ms=now_ms,
    )
