"""Invitations of a workspace, for those who invite: `/api/v1/workspaces/{workspace_id}/invitations`."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, status

from healther.accounts.audit import note
from healther.accounts.deps import (
    Access,
    AdminInPerson,
    DatabaseDep,
    MailerDep,
    NowMs,
    ReadSessionDep,
    RefusalLinksDep,
    SessionDep,
    SettingsDep,
)
from healther.accounts.invitation_words import invitation_message
from healther.accounts.links import RefusalLinks
from healther.accounts.mailer import Mailer
from healther.accounts.models import Invitation, Role, Workspace
from healther.accounts.schemas_invitations import InvitationAgain, InvitationCreate, InvitationMade, InvitationPublic
from healther.accounts.service import invitations
from healther.accounts.service.consent import Consent
from healther.accounts.service.workspaces import get_workspace
from healther.core.clock import to_utc
from healther.core.db import Database
from healther.core.errors import InvalidProblem
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of

router = APIRouter(prefix="/workspaces/{workspace_id}/invitations", tags=["invitations"])

_NO_MAIL_SERVER = (
    "this healther has no mail server (its operator sets HEALTHER_SMTP_URL and HEALTHER_MAIL_FROM); hand over a link"
)
_TOO_MANY = "You, the workspace or the address have had as many of these mails as there may be in a day."
_NO_MAIL = "your address is not confirmed, or theirs wants no mail: hand over a link."


@router.get("")
async def invitations_list(
    access: AdminInPerson, session: ReadSessionDep, now_ms: NowMs, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[InvitationPublic]:
    """The open invitations, by email; expired ones too, to be sent again."""
    cursors = Cursors("invitations", access.workspace_id)
    rows = await invitations.list_open(
        session, access.workspace_id, after=cursors.decode_named(cursor), limit=limit + 1
    )
    return page_of(
        rows,
        limit,
        lambda row: InvitationPublic(**_fields(row.invitation, row.inviter, works=row.works, now_ms=now_ms)),
        lambda row: cursors.encode(row.invitation.email, str(row.invitation.id)),
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={409: {"description": f"A member, or invited, already; or {_NO_MAIL}"}, 429: {"description": _TOO_MANY}},
)
async def invitations_create(
    access: AdminInPerson,
    body: InvitationCreate,
    database: DatabaseDep,
    settings: SettingsDep,
    mailer: MailerDep,
    refusals: RefusalLinksDep,
    now_ms: NowMs,
) -> InvitationMade:
    """Invites somebody, and mails them the link or shows it to you; whether they have an account or not."""
    mailed = _is_mailed(body.by, mailer)
    async with database.write() as session:
        invitation, token = await invitations.invite(
            session,
            access.workspace_id,
            invitations.Inviter(access.user, access.role, Consent.of(settings)),
            email=body.email,
            role=body.role,
            mailed=mailed,
            now_ms=now_ms,
        )
        note(
            session, access, "invitation.create", invitation.id, invitation.email, now_ms, role=body.role, mailed=mailed
        )
        workspace = await get_workspace(session, access.workspace_id)
    return await _sent(database, mailer, refusals, settings.public_url, access, workspace, invitation, token, now_ms)


@router.post(
    "/{invitation_id}/resend",
    responses={409: {"description": _NO_MAIL.capitalize()}, 429: {"description": _TOO_MANY}},
)
async def invitations_resend(
    access: AdminInPerson,
    invitation_id: UUID,
    body: InvitationAgain,
    database: DatabaseDep,
    settings: SettingsDep,
    mailer: MailerDep,
    refusals: RefusalLinksDep,
    now_ms: NowMs,
) -> InvitationMade:
    """Another link, in your name and for another week; the one before ends."""
    mailed = _is_mailed(body.by, mailer)
    async with database.write() as session:
        invitation, token = await invitations.send_again(
            session,
            access.workspace_id,
            invitation_id,
            invitations.Inviter(access.user, access.role, Consent.of(settings)),
            mailed=mailed,
            now_ms=now_ms,
        )
        note(session, access, "invitation.resend", invitation.id, invitation.email, now_ms, mailed=mailed)
        workspace = await get_workspace(session, access.workspace_id)
    return await _sent(database, mailer, refusals, settings.public_url, access, workspace, invitation, token, now_ms)


@router.delete("/{invitation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def invitations_withdraw(access: AdminInPerson, invitation_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Withdraws an open invitation: its link ends."""
    invitation = await invitations.withdraw(session, access.workspace_id, invitation_id, access.role, now_ms=now_ms)
    note(session, access, "invitation.withdraw", invitation.id, invitation.email, now_ms)


def _is_mailed(by: Literal["mail", "link"] | None, mailer: Mailer) -> bool:
    """Whether the link leaves by mail; raises InvalidProblem where it should and cannot."""
    if by == "mail" and not mailer.configured:
        raise InvalidProblem.field("body.by", _NO_MAIL_SERVER)
    return by != "link" and mailer.configured


async def _sent(
    database: Database,
    mailer: Mailer,
    refusals: RefusalLinks,
    public_url: str,
    access: Access,
    workspace: Workspace,
    invitation: Invitation,
    token: str,
    now_ms: int,
) -> InvitationMade:
    """Mails the link. Where no mail leaves, whoever invites gets it, and it stops proving the address."""
    place = public_url.rstrip("/")
    # Behind the #, where it reaches no log and no Referer.
    link = f"{place}/invitation#{token}"
    mailed, failure = invitation.mailed, None
    if mailed:
        message = invitation_message(
            invitation.id,
            workspace,
            access.user,
            Role(invitation.role),
            link=link,
            refuse_link=refusals.make(invitation.id),
            place=place,
            days=invitations.LIFETIME_DAYS,
            now_ms=now_ms,
        )
        failure = await mailer.send(invitation.email, message)
    if failure is not None:
        mailed = False
        async with database.write() as session:
            await invitations.hand_over(session, invitation)
    fields = _fields(invitation, access.user.full_name, works=True, now_ms=now_ms)
    return InvitationMade(**{**fields, "mailed": mailed}, link=None if mailed else link, mail_error=failure)


def _fields(invitation: Invitation, inviter: str, *, works: bool, now_ms: int) -> dict[str, object]:
    return {
        "id": invitation.id,
        "email": invitation.email,
        "role": invitation.role,
        "invited_by": inviter,
        "mailed": invitation.mailed,
        "works": works and invitation.expires_at > now_ms,
        "created_at": to_utc(invitation.created_at),
        "expires_at": to_utc(invitation.expires_at),
    }
