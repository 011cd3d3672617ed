"""The link in the mail of an invitation by which its address wants no more of them: a page with a button, and that."""

from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request, Response, status
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import DatabaseDep, NowMs, ReaderLanguage, RefusalLinksDep, SessionDep, SettingsDep
from healther.accounts.models import Invitation, MailAddress, User, Workspace
from healther.accounts.service import consent
from healther.accounts.service.consent import Consent
from healther.alerting.consent.routes import link_over
from healther.alerting.consent.words import consent_words, harmless
from healther.core.settings import Settings
from healther.status_pages import render
from healther.status_pages.routes_page import page_said

router = APIRouter(tags=["public"], include_in_schema=False)


class Invited(NamedTuple):
    """Whose address was invited, where to, and by whom."""

    invitation: Invitation
    workspace: Workspace
    inviter: User


@router.get("/refusal/{token}")
async def refusal_page(
    token: str,
    request: Request,
    links: RefusalLinksDep,
    database: DatabaseDep,
    settings: SettingsDep,
    language: ReaderLanguage,
) -> Response:
    """Asks once more: programs follow links, none presses buttons."""
    async with database.read() as session:
        found = await _find(session, links.read(token))
        if found is None:
            return link_over(language)
        here = (MailAddress.workspace_id == found.workspace.id, MailAddress.address == found.invitation.email)
        row = (await session.exec(select(MailAddress).where(*here))).first()
    return _page(found, settings, language, request.url.path, said=consent.state_of(row) == "refused")


@router.post("/refusal/{token}")
async def refusal_given(
    token: str,
    request: Request,
    links: RefusalLinksDep,
    session: SessionDep,
    settings: SettingsDep,
    now_ms: NowMs,
    language: ReaderLanguage,
) -> Response:
    """Keeps the no: from our page, or from a mail program (RFC 8058), whichever site that is of."""
    found = await _find(session, links.read(token))
    if found is None:
        return link_over(language)
    email, rules = found.invitation.email, Consent.of(settings)
    row = await consent.of_workspace(session, found.workspace.id, email, found.inviter, rules, now_ms)
    if row.refused_at is None:
        consent.answer(row, now_ms, yes=False)
        session.add(row)
        audit(
            session,
            workspace_id=row.workspace_id,
            actor=row.address,
            action="mail_address.refuse",
            object_id=row.id,
            object_name=row.address,
            now_ms=now_ms,
        )
    return _page(found, settings, language, request.url.path, said=True)


def _page(found: Invited, settings: Settings, language: str | None, path: str, *, said: bool) -> Response:
    words = consent_words(language)
    text = words.invitation_text.format(
        address=found.invitation.email,
        workspace=harmless(found.workspace.name, words),
        host=urlsplit(settings.public_url).netloc,
    )
    body = render.consent(
        words.language,
        words.invitation_subject,
        text,
        said=words.said_no if said else "",
        action=path,
        answers=[] if said else [("no", words.refuse)],
    )
    return page_said(body, status.HTTP_200_OK)


async def _find(session: AsyncSession, invitation_id: UUID | None) -> Invited | None:
    if invitation_id is None:
        return None
    query = (
        select(Invitation, Workspace, User)
        .join(Workspace, col(Workspace.id) == Invitation.workspace_id)
        .join(User, col(User.id) == Invitation.invited_by)
        .where(Invitation.id == invitation_id)
    )
    found = (await session.exec(query)).first()
    return None if found is None else Invited(*found)
