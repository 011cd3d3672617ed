"""The link by which an address wants no more of what it was mailed in the name of others: a page with a button."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request, Response, status
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import DatabaseDep, NowMs, ReaderLanguage, RefusalLinksDep, SessionDep, SettingsDep
from healther.accounts.links import Refusal
from healther.accounts.models import Invitation, MailAddress, User, Workspace
from healther.accounts.service import consent, refusals
from healther.accounts.service.consent import Consent
from healther.alerting.consent.routes import link_over
from healther.alerting.consent.words import consent_words, harmless
from healther.core.settings import Settings
from healther.status_pages import render
from healther.status_pages.routes_page import page_said

router = APIRouter(tags=["public"], include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _Refusable:
    """What an address may refuse: the mails of the workspace that invited it, or the questions of an account."""

    address: str
    invited: tuple[Workspace, User] | None
    user_id: UUID | None = None

    def page(self, settings: Settings, language: str | None, path: str, *, said: bool) -> Response:
        """Says what is refused, and has the button until it is."""
        words, host = consent_words(language), urlsplit(settings.public_url).netloc
        if self.invited is None:
            title, text = words.account_no_subject, words.account_no_text.format(address=self.address, host=host)
        else:
            title = words.invitation_subject
            named = harmless(self.invited[0].name, words)
            text = words.invitation_text.format(address=self.address, workspace=named, host=host)
        body = render.consent(
            words.language,
            title,
            text,
            said=words.said_no if said else "",
            action=path,
            answers=[] if said else [("no", words.refuse)],
        )
        return page_said(body, status.HTTP_200_OK)


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
        theirs = found.invited[0].id if found.invited else None
        here = (MailAddress.workspace_id == theirs, MailAddress.address == found.address)
        rows = (await session.exec(select(MailAddress).where(*here))).all()
    said = any(consent.state_of(row) == "refused" for row in rows)
    return found.page(settings, language, request.url.path, said=said)


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
    row = await _row(session, found, Consent.of(settings), now_ms)
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
    return found.page(settings, language, request.url.path, said=True)


async def _row(session: AsyncSession, found: _Refusable, rules: Consent, now_ms: int) -> MailAddress:
    """What the address says to the workspace, or to the account: also where that is gone."""
    if found.invited is not None:
        workspace, inviter = found.invited
        return await consent.of_workspace(session, workspace.id, found.address, inviter, rules, now_ms)
    assert found.user_id is not None, "it is of the one or of the other"
    return await refusals.of_account(session, found.user_id, found.address)


async def _find(session: AsyncSession, refusal: Refusal | None) -> _Refusable | None:
    if refusal is None:
        return None
    if refusal.email:
        return _Refusable(refusal.email, None, refusal.of_id)
    query = (
        select(Invitation.email, Workspace, User)
        .join(Workspace, col(Workspace.id) == Invitation.workspace_id)
        .join(User, col(User.id) == Invitation.invited_by)
        .where(Invitation.id == refusal.of_id)
    )
    found = (await session.exec(query)).first()
    return None if found is None else _Refusable(found[0], (found[1], found[2]))
