"""The link in a question: a page with two buttons, and the buttons. Mail scanners follow links and press nothing."""

from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response, status
from fastapi.responses import RedirectResponse
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import audit
from healther.accounts.deps import DatabaseDep, NowMs, ReaderLanguage, SessionDep, SettingsDep
from healther.accounts.models import MailAddress, Workspace
from healther.accounts.service import consent
from healther.alerting.consent.links import ConsentLinks
from healther.alerting.consent.words import ConsentWords, consent_words, harmless
from healther.core.text import Wire
from healther.status_pages import render
from healther.status_pages.routes_page import page_said

router = APIRouter(tags=["public"], include_in_schema=False)


class AnswerForm(Wire):
    """What a button sends."""

    answer: Literal["yes", "no"]


async def get_links(request: Request) -> ConsentLinks:
    """Who signs and reads the links of this process."""
    links: ConsentLinks = request.app.state.consent_links
    return links


LinksDep = Annotated[ConsentLinks, Depends(get_links)]


@router.get("/consent/{token}")
async def consent_page(
    token: str,
    request: Request,
    links: LinksDep,
    database: DatabaseDep,
    settings: SettingsDep,
    now_ms: NowMs,
    language: ReaderLanguage,
) -> Response:
    """Says who wants to mail, and asks; once there is an answer, it can be changed as long as the link lasts."""
    async with database.read() as session:
        row = await _find(session, links.read(token, now_ms))
        if row is None:
            return link_over(language)
        words = consent_words(row.language or language)
        workspace = None if row.workspace_id is None else await session.get(Workspace, row.workspace_id)
    text = words.account_text if workspace is None else words.workspace_text
    named = harmless(None if workspace is None else workspace.name, words)
    said = words.said_yes if row.confirmed_at is not None else words.said_no if row.refused_at is not None else ""
    answers = [("yes", words.yes)] if row.confirmed_at is None else []
    answers += [("no", words.no)] if row.refused_at is None else []
    body = render.consent(
        words.language,
        words.account_subject if workspace is None else words.workspace_subject,
        text.format(address=row.address, workspace=named, host=urlsplit(settings.public_url).netloc),
        said=said,
        action=request.url.path,
        answers=answers,
    )
    return page_said(body, status.HTTP_200_OK)


@router.post("/consent/{token}")
async def consent_given(
    token: str,
    request: Request,
    form: Annotated[AnswerForm, Form()],
    links: LinksDep,
    session: SessionDep,
    now_ms: NowMs,
    language: ReaderLanguage,
) -> Response:
    """Keeps the answer; leads back to the page, which says it."""
    row = await _find(session, links.read(token, now_ms), for_update=True)
    if row is None:
        return link_over(language)
    consent.answer(row, now_ms, yes=form.answer == "yes")
    session.add(row)
    audit(
        session,
        workspace_id=row.workspace_id,
        actor=row.address,
        action="mail_address.confirm" if form.answer == "yes" else "mail_address.refuse",
        object_id=row.id,
        object_name=row.address,
        now_ms=now_ms,
    )
    return RedirectResponse(request.url.path, status.HTTP_303_SEE_OTHER, {"Cache-Control": "no-store"})


async def _find(session: AsyncSession, address_id: UUID | None, *, for_update: bool = False) -> MailAddress | None:
    """What there is to answer; nothing once whoever asked is gone."""
    if address_id is None:
        return None
    asked_by = or_(col(MailAddress.workspace_id).is_not(None), col(MailAddress.user_id).is_not(None))
    query = select(MailAddress).where(col(MailAddress.id) == address_id, asked_by)
    return (await session.exec(query.with_for_update() if for_update else query)).first()


def link_over(language: str | None) -> Response:
    """The page behind a link that is not ours, or whose time is over."""
    words: ConsentWords = consent_words(language)
    body = render.consent(words.language, words.over_title, words.over_text)
    return page_said(body, status.HTTP_404_NOT_FOUND)
