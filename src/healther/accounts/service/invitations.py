"""Invitations: somebody is asked to become a member and says yes. Nothing here tells who has an account.

A token is looked up by its hash; one that is unknown, was used, was withdrawn, or is of somebody who may not invite any
more is the same to the outside.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.models import Invitation, Membership, Role, User, Workspace
from healther.accounts.service import consent
from healther.accounts.service.consent import Consent
from healther.accounts.service.members import check_may_touch
from healther.accounts.service.refusals import has_refused
from healther.accounts.service.workspaces import check_room, lock_workspace
from healther.accounts.tokens import new_refresh_token, refresh_token_hash
from healther.core.clock import DAY_MS, to_utc
from healther.core.errors import ConflictProblem, ForbiddenProblem, NotFoundProblem
from healther.core.text import mailbox_of, masked_email

LIFETIME_DAYS = 7
MOST_OPEN = 100
# Expired ones stay in sight, to be sent again.
_KEPT_MS = 30 * DAY_MS
# Mails: of one person, whichever workspaces they make for it, of one workspace, and to one address, whoever sends them.
OF_PERSON = throttle.Limit("invitation mails, person", 50, DAY_MS)
OF_WORKSPACE = throttle.Limit("invitation mails, workspace", 50, DAY_MS)
TO_ADDRESS = throttle.Limit("invitation mails, address", 5, DAY_MS)
# Below the one above: no workspace uses that up alone.
TO_ADDRESS_OF_WORKSPACE = throttle.Limit("invitation mails, workspace and address", 2, DAY_MS)
GONE = (
    "There is no such invitation: it was used or withdrawn, or the link is not complete. Ask whoever invited you for "
    "another."
)
REFUSED = "This address has said that it wants no such mail. Invite by a link, and hand it over."
UNCONFIRMED = f"{consent.UNCONFIRMED} Or invite by a link, and hand it over."
TAKEN_ON = (
    "Your account got this address after the invitation was mailed, and it is not confirmed: confirm it first, by the "
    "mail that asked it, or ask to be invited again."
)
EXPIRED = "This invitation has expired. Ask whoever invited you to send it again."


class Inviter(NamedTuple):
    """Who invites, as what, and whether they may mail whom."""

    user: User
    role: Role
    rules: Consent


class Invited(NamedTuple):
    """An open invitation, who sent it last, and whether they still may: else it is worth nothing."""

    invitation: Invitation
    inviter: str
    works: bool


async def invite(
    session: AsyncSession, workspace_id: UUID, by: Inviter, *, email: str, role: Role, mailed: bool, now_ms: int
) -> tuple[Invitation, str]:
    """An invitation and its token, which nobody can read again.

    Raises ForbiddenProblem, ThrottledProblem, and ConflictProblem for a member, for whoever is invited already or wants
    no mail, past MOST_OPEN, and for a mail of somebody whose own address is not confirmed.
    """
    await lock_workspace(session, workspace_id)
    check_may_touch(by.role, role)
    here = col(Invitation.workspace_id) == workspace_id
    await session.exec(delete(Invitation).where(here, col(Invitation.expires_at) <= now_ms - _KEPT_MS))
    await _check_new(session, workspace_id, email)
    if mailed:
        await _check_mail(session, workspace_id, by, email, now_ms)
    token = new_refresh_token()
    invitation = Invitation(
        workspace_id=workspace_id,
        invited_by=by.user.id,
        email=email,
        role=role,
        token_hash=refresh_token_hash(token),
        mailed=mailed,
        created_at=now_ms,
        expires_at=now_ms + LIFETIME_DAYS * DAY_MS,
    )
    session.add(invitation)
    await session.flush()
    return invitation, token


async def send_again(
    session: AsyncSession, workspace_id: UUID, invitation_id: UUID, by: Inviter, *, mailed: bool, now_ms: int
) -> tuple[Invitation, str]:
    """Another token for the invitation, in the name of whoever asks; the one before ends.

    Raises NotFoundProblem, ForbiddenProblem, ThrottledProblem, and ConflictProblem for a mail there may not be.
    """
    invitation = await _lock_open(session, workspace_id, invitation_id)
    check_may_touch(by.role, Role(invitation.role))
    if mailed:
        await _check_mail(session, workspace_id, by, invitation.email, now_ms)
    token = new_refresh_token()
    invitation.invited_by = by.user.id
    invitation.token_hash = refresh_token_hash(token)
    invitation.mailed = mailed
    invitation.expires_at = now_ms + LIFETIME_DAYS * DAY_MS
    session.add(invitation)
    return invitation, token


async def hand_over(session: AsyncSession, invitation: Invitation) -> None:
    """The mail did not leave: whoever invites sees the link, which from now on proves no address."""
    same = and_(col(Invitation.id) == invitation.id, col(Invitation.token_hash) == invitation.token_hash)
    await session.exec(update(Invitation).where(same).values(mailed=False))


async def withdraw(
    session: AsyncSession, workspace_id: UUID, invitation_id: UUID, by: Role, *, now_ms: int
) -> Invitation:
    """Ends an open invitation; raises NotFoundProblem, ForbiddenProblem."""
    invitation = await _lock_open(session, workspace_id, invitation_id)
    check_may_touch(by, Role(invitation.role))
    invitation.withdrawn_at = now_ms
    session.add(invitation)
    return invitation


async def list_open(
    session: AsyncSession, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[Invited]:
    """The open invitations by email, expired ones too, after the given (email, id)."""
    query = (
        select(Invitation, User.full_name, Membership.role)
        .join(User, col(User.id) == Invitation.invited_by)
        .join(Membership, _sender(), isouter=True)
        .where(Invitation.workspace_id == workspace_id, _is_open())
        .order_by(col(Invitation.email), col(Invitation.id))
        .limit(limit)
    )
    if after is not None:
        email, key = after
        beyond = and_(col(Invitation.email) == email, col(Invitation.id) > key)
        query = query.where(or_(col(Invitation.email) > email, beyond))
    return [
        Invited(invitation, inviter, role is not None and _may_invite(Role(role), Role(invitation.role)))
        for invitation, inviter, role in (await session.exec(query)).all()
    ]


async def look(session: AsyncSession, token: str) -> tuple[Invitation, Workspace]:
    """The open invitation of a token, expired or not, and where it leads; raises NotFoundProblem."""
    query = (
        select(Invitation, Workspace, Membership.role)
        .join(Workspace, col(Workspace.id) == Invitation.workspace_id)
        .join(Membership, _sender())
        .where(Invitation.token_hash == refresh_token_hash(token), _is_open())
    )
    found = (await session.exec(query)).first()
    if found is None or not _may_invite(Role(found[2]), Role(found[0].role)):
        raise NotFoundProblem(GONE)
    return found[0], found[1]


async def lock(session: AsyncSession, token: str, now_ms: int) -> tuple[Invitation, Workspace]:
    """As `look`, for whoever accepts: nobody else does, withdraws it or changes a role there until the commit.

    Raises NotFoundProblem, and ConflictProblem when it has expired.
    """
    where = select(Invitation.workspace_id).where(Invitation.token_hash == refresh_token_hash(token))
    workspace_id = (await session.exec(where)).first()
    if workspace_id is None:
        raise NotFoundProblem(GONE)
    await lock_workspace(session, workspace_id)
    invitation, workspace = await look(session, token)
    check_not_expired(invitation, now_ms)
    return invitation, workspace


def check_not_expired(invitation: Invitation, now_ms: int) -> None:
    """Raises ConflictProblem."""
    if invitation.expires_at <= now_ms:
        raise ConflictProblem(EXPIRED)


async def accept(
    session: AsyncSession, invitation: Invitation, user: User, *, made: bool, most_owned: int | None, now_ms: int
) -> None:
    """Makes `user` a member by an invitation that is locked; `made`: the account was made by it just now.

    Raises ForbiddenProblem when it is for another address, or was mailed to one that an account took on afterwards and
    has not confirmed; ConflictProblem when they are a member, or would own more workspaces than they may.
    """
    if user.email != invitation.email:
        raise ForbiddenProblem(
            f"This invitation is for {masked_email(invitation.email)}, and you are signed in as {user.email}. Sign in "
            "with the account of that address, or ask to be invited by yours."
        )
    if invitation.mailed and not made:
        since, sent_at = await consent.held_since(session, user), invitation.expires_at - LIFETIME_DAYS * DAY_MS
        if since is not None and since > sent_at:
            raise ForbiddenProblem(TAKEN_ON)
    if await session.get(Membership, (invitation.workspace_id, user.id)) is not None:
        raise ConflictProblem("You are a member of this workspace already.")
    if invitation.role == Role.OWNER:
        await check_room(session, user, most_owned)
    session.add(
        Membership(
            workspace_id=invitation.workspace_id, user_id=user.id, role=invitation.role, created_at=to_utc(now_ms)
        )
    )
    invitation.accepted_at = now_ms
    session.add(invitation)
    await session.flush()


def _is_open() -> ColumnElement[bool]:
    return and_(col(Invitation.accepted_at).is_(None), col(Invitation.withdrawn_at).is_(None))


def _sender() -> ColumnElement[bool]:
    """The membership, at this moment, of whoever sent it."""
    return and_(
        col(Membership.workspace_id) == Invitation.workspace_id, col(Membership.user_id) == Invitation.invited_by
    )


def _may_invite(sender: Role, role: Role) -> bool:
    return sender == Role.OWNER or (sender == Role.ADMIN and role != Role.OWNER)


async def _check_new(session: AsyncSession, workspace_id: UUID, email: str) -> None:
    # Of this workspace alone: an account elsewhere makes no difference.
    members = (
        select(Membership.user_id)
        .join(User, col(User.id) == Membership.user_id)
        .where(Membership.workspace_id == workspace_id, User.email == email)
    )
    if (await session.exec(members)).first() is not None:
        raise ConflictProblem("They are a member of this workspace already.")
    here = (col(Invitation.workspace_id) == workspace_id, _is_open())
    if (await session.exec(select(Invitation.id).where(*here, Invitation.email == email))).first() is not None:
        raise ConflictProblem("They are invited already: send that invitation again, or withdraw it first.")
    if (await session.exec(select(func.count()).where(*here))).one() >= MOST_OPEN:
        raise ConflictProblem(f"A workspace has {MOST_OPEN} open invitations at most; withdraw those nobody accepts.")


async def _check_mail(session: AsyncSession, workspace_id: UUID, by: Inviter, email: str, now_ms: int) -> None:
    if not await consent.may_mail_others(session, by.user, by.rules):
        raise ConflictProblem(UNCONFIRMED)
    # Among strangers a no to one of them is a no to all: nobody makes workspaces to go on.
    if await has_refused(session, None if by.rules.required else workspace_id, email):
        raise ConflictProblem(REFUSED)
    workspace, mailbox = str(workspace_id), mailbox_of(email)
    # One rule for both limits to an address: nobody learns that another workspace wrote.
    few = "An address is mailed a few invitations a day at most"
    for limit, parts, rule in (
        (OF_PERSON, (str(by.user.id),), f"A person mails {OF_PERSON.tries} invitations a day at most"),
        (OF_WORKSPACE, (workspace,), f"A workspace mails {OF_WORKSPACE.tries} invitations a day at most"),
        (TO_ADDRESS_OF_WORKSPACE, (workspace, mailbox), few),
        (TO_ADDRESS, (mailbox,), few),
    ):
        await throttle.take(session, limit, limit.key(*parts), now_ms, rule=rule)


async def _lock_open(session: AsyncSession, workspace_id: UUID, invitation_id: UUID) -> Invitation:
    await lock_workspace(session, workspace_id)
    query = select(Invitation).where(
        Invitation.id == invitation_id, Invitation.workspace_id == workspace_id, _is_open()
    )
    invitation = (await session.exec(query)).first()
    if invitation is None:
        raise NotFoundProblem("There is no such open invitation in this workspace.")
    return invitation
