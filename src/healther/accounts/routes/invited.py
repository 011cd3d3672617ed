"""For whoever has the link of an invitation: `/api/v1/invitations`. The token is in the body, for paths are logged."""

from typing import Any

from fastapi import APIRouter, Depends, status
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import (
    CurrentUser,
    DatabaseDep,
    NowMs,
    ReadSessionDep,
    SessionDep,
    SettingsDep,
    refuse_foreign_origin,
)
from healther.accounts.models import Invitation, Role, User, Workspace
from healther.accounts.routes.auth import SigningUpDep
from healther.accounts.schemas import RegisteredPublic, WorkspacePublic
from healther.accounts.schemas_invitations import InvitationRegister, InvitationSeen, InvitationToken
from healther.accounts.service import consent, invitations
from healther.accounts.service.consent import Consent
from healther.core.clock import to_utc
from healther.core.settings import Settings
from healther.core.text import masked_email

router = APIRouter(prefix="/invitations", tags=["invitations"])

_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "Not known, used, withdrawn, or of somebody who may no longer invite."}
}


@router.post("/look", responses=_GONE)
async def invitations_look(body: InvitationToken, session: ReadSessionDep, now_ms: NowMs) -> InvitationSeen:
    """Where the invitation leads, as what, and for whom; changes nothing."""
    invitation, workspace = await invitations.look(session, body.token.get_secret_value())
    return InvitationSeen(
        workspace=workspace.name,
        role=invitation.role,
        email=masked_email(invitation.email),
        expires_at=to_utc(invitation.expires_at),
        expired=invitation.expires_at <= now_ms,
    )


@router.post(
    "/accept",
    status_code=status.HTTP_201_CREATED,
    responses={
        **_GONE,
        403: {"description": "It is for another address than yours, or yours is a later one, not confirmed."},
        409: {"description": "It has expired, you are a member already, or own as many workspaces as you may."},
    },
)
async def invitations_accept(
    body: InvitationToken, user: CurrentUser, session: SessionDep, settings: SettingsDep, now_ms: NowMs
) -> WorkspacePublic:
    """Joins the workspace with the account that is signed in. The token works once."""
    invitation, workspace = await invitations.lock(session, body.token.get_secret_value(), now_ms)
    return await _join(session, invitation, workspace, user, settings, now_ms, made=False)


@router.post(
    "/register",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(refuse_foreign_origin)],
    responses={
        **_GONE,
        403: {"description": "Asked from a page of another site."},
        409: {"description": "It has expired, or its address has an account: sign in and accept."},
        429: {"description": "Too many tries from this address."},
    },
)
async def invitations_register(
    body: InvitationRegister, database: DatabaseDep, settings: SettingsDep, signing_up: SigningUpDep, now_ms: NowMs
) -> RegisteredPublic:
    """Makes the account of the invited address, whatever HEALTHER_REGISTRATION says, joins and signs in."""
    token = body.token.get_secret_value()
    async with database.write() as session:
        await signing_up.count(session)
    # Nobody without a good token has a password hashed.
    async with database.read() as session:
        invitation, _ = await invitations.look(session, token)
        invitations.check_not_expired(invitation, now_ms)
    hashed_password = await signing_up.hash(body.password, invitation.email)
    async with database.write() as session:
        invitation, workspace = await invitations.lock(session, token, now_ms)
        user = await signing_up.make(
            session, email=invitation.email, full_name=body.full_name, hashed_password=hashed_password
        )
        joined = await _join(session, invitation, workspace, user, settings, now_ms, made=True)
        return await signing_up.sign_in(session, user, joined)


async def _join(
    session: AsyncSession,
    invitation: Invitation,
    workspace: Workspace,
    user: User,
    settings: Settings,
    now_ms: int,
    *,
    made: bool,
) -> WorkspacePublic:
    await invitations.accept(session, invitation, user, made=made, most_owned=settings.most_workspaces, now_ms=now_ms)
    asking = Consent.of(settings)
    said = await consent.of_account(session, user, asking, now_ms)
    if invitation.mailed and said.refused_at is None:
        # The link was in their mailbox and nowhere else: the address is theirs.
        consent.answer(said, now_ms, yes=True)
        session.add(said)
    else:
        await consent.note_account(session, user, asking, now_ms)
    audit(
        session,
        workspace_id=workspace.id,
        actor=user,
        action="invitation.accept",
        object_id=invitation.id,
        object_name=user.email,
        details={"role": invitation.role},
        now_ms=now_ms,
    )
    return WorkspacePublic(**workspace.model_dump(), role=Role(invitation.role))
