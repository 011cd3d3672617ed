"""The pages themselves: `/status/...` and `/badge/...`. What is in memory the layer answers; the rest comes here."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Form, Request, Response, status
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import SecretStr

from healther.accounts.deps import ClientAddress, DatabaseDep, NowMs, PasswordsDep
from healther.accounts.slugs import PATTERN
from healther.core.db import TRANSIENT_ERRORS, first_line
from healther.core.errors import NotFoundProblem, ThrottledProblem, UnavailableProblem
from healther.core.text import Wire
from healther.status_pages import render
from healther.status_pages.access import Doorkeeper, LockedProblem, check_password
from healther.status_pages.answer import Sent
from healther.status_pages.badges import Figure
from healther.status_pages.entry import Entry
from healther.status_pages.pages import StatusPages
from healther.status_pages.schemas_page import PublicBadge, PublicStatusPage
from healther.status_pages.wishes import wish_of
from healther.status_pages.words import LANGUAGE_NAMES, Language

log = structlog.get_logger()

router = APIRouter(tags=["public"])

_NOT_FOUND = "There is no published status page under this name, or it does not show this."
_Responses = dict[int | str, dict[str, Any]]
_PUBLIC: _Responses = {
    304: {"description": "Unchanged."},
    403: {"description": "The page asks for a password, which is entered on the page itself."},
    404: {"description": "Not there, not published, or not shown."},
}
_SVG: _Responses = {200: {"description": "The badge.", "content": {"image/svg+xml": {}}}, **_PUBLIC}

# Read before any route is (wishes.py): nothing in a query is an error.
_LANG = {
    "name": "lang",
    "in": "query",
    "description": "The language of a default page, which is else English here. Other pages have one of their own.",
    "schema": {"type": "string", "enum": list(LANGUAGE_NAMES)},
}
_SPOKEN: dict[str, Any] = {"openapi_extra": {"parameters": [_LANG]}}


class PasswordForm(Wire):
    """What the form of a locked page sends."""

    password: SecretStr


async def get_status_pages(request: Request) -> StatusPages:
    """The pages of this process."""
    pages: StatusPages = request.app.state.status_pages
    return pages


async def get_doorkeeper(request: Request) -> Doorkeeper:
    """Who lets people into locked pages."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    return doorkeeper


PagesDep = Annotated[StatusPages, Depends(get_status_pages)]
DoorkeeperDep = Annotated[Doorkeeper, Depends(get_doorkeeper)]


class Visit:
    """Somebody asks for something of a page."""

    def __init__(self, request: Request, pages: StatusPages, doorkeeper: Doorkeeper, now_ms: int) -> None:
        self.request = request
        self.pages = pages
        self.doorkeeper = doorkeeper
        self.now_ms = now_ms
        self.wish = wish_of(request.scope)

    @property
    def language(self) -> Language:
        """What is said in it where no page says anything."""
        return self.wish.chosen or self.wish.preferred or "en"

    def may_enter(self, entry: Entry) -> bool:
        """Whether the page has no password, or they have entered it."""
        return not entry.locked or self.doorkeeper.knows(self.request, entry.source, self.now_ms)

    async def answer(self, slug: str) -> Response:
        """What the path of the request asks for; raises NotFoundProblem, LockedProblem."""
        entry = await self.pages.find(slug)
        if entry is None:
            raise NotFoundProblem(_NOT_FOUND)
        if not self.may_enter(entry):
            raise LockedProblem("Open the page in a browser and enter its password first.")
        answer = await self.pages.answer(entry, self.request.scope["path"], self.wish)
        if answer is None:
            raise NotFoundProblem(_NOT_FOUND)
        return Sent(answer)


async def get_visit(request: Request, pages: PagesDep, doorkeeper: DoorkeeperDep, now_ms: NowMs) -> Visit:
    """The visit that a request is."""
    return Visit(request, pages, doorkeeper, now_ms)


VisitDep = Annotated[Visit, Depends(get_visit)]


@router.get("/status/{slug}.json", response_model=PublicStatusPage, responses=_PUBLIC, **_SPOKEN)
async def status_page_json(slug: str, visit: VisitDep) -> Response:
    """A status page as JSON. It may be cached; ask again with its ETag."""
    return await visit.answer(slug)


@router.get("/status/{slug}/feed.atom", include_in_schema=False)
async def status_page_feed(slug: str, visit: VisitDep) -> Response:
    """The events of a status page as an Atom feed."""
    return await visit.answer(slug)


@router.get("/status/{slug}/embed", include_in_schema=False)
async def status_page_embed(slug: str, visit: VisitDep) -> Response:
    """The overall state alone, for an iframe."""
    return await visit.answer(slug)


@router.get("/status/{slug}/card.png", include_in_schema=False)
async def status_page_card(slug: str, visit: VisitDep) -> Response:
    """The picture for links that are shared."""
    return await visit.answer(slug)


@router.get("/status/{slug}/logo", include_in_schema=False)
async def status_page_logo(slug: str, visit: VisitDep) -> Response:
    """The page's logo."""
    return await visit.answer(slug)


@router.get("/badge/{slug}.json", response_model=PublicBadge, responses=_PUBLIC, **_SPOKEN)
async def badge_page_json(slug: str, visit: VisitDep) -> Response:
    """The state of a whole page as a badge for shields.io."""
    return await visit.answer(slug)


@router.get("/badge/{slug}.svg", response_class=Response, responses=_SVG, **_SPOKEN)
async def badge_page_svg(slug: str, visit: VisitDep) -> Response:
    """The state of a whole page as a badge."""
    return await visit.answer(slug)


@router.get("/badge/{slug}/{key}.json", response_model=PublicBadge, responses=_PUBLIC, **_SPOKEN)
async def badge_state_json(slug: str, key: str, visit: VisitDep) -> Response:
    """The state of one service as a badge for shields.io."""
    return await visit.answer(slug)


@router.get("/badge/{slug}/{key}.svg", response_class=Response, responses=_SVG, **_SPOKEN)
async def badge_state_svg(slug: str, key: str, visit: VisitDep) -> Response:
    """The state of one service as a badge."""
    return await visit.answer(slug)


@router.get("/badge/{slug}/{key}/{figure}.json", response_model=PublicBadge, responses=_PUBLIC, **_SPOKEN)
async def badge_figure_json(slug: str, key: str, figure: Figure, visit: VisitDep) -> Response:
    """Uptime or response time of one service as a badge for shields.io."""
    return await visit.answer(slug)


@router.get("/badge/{slug}/{key}/{figure}.svg", response_class=Response, responses=_SVG, **_SPOKEN)
async def badge_figure_svg(slug: str, key: str, figure: Figure, visit: VisitDep) -> Response:
    """Uptime or response time of one service as a badge."""
    return await visit.answer(slug)


@router.get("/status/{slug}", include_in_schema=False)
async def status_page(slug: str, visit: VisitDep) -> Response:
    """A status page for people."""
    try:
        entry = await visit.pages.find(slug)
    except (*TRANSIENT_ERRORS, UnavailableProblem) as error:
        log.error("status_page_unavailable", error=first_line(error))
        return page_said(render.away(visit.language), status.HTTP_503_SERVICE_UNAVAILABLE, **{"Retry-After": "5"})
    if entry is None:
        return page_said(render.missing(visit.language), status.HTTP_404_NOT_FOUND)
    if not visit.may_enter(entry):
        return page_locked(entry)
    answer = await visit.pages.answer(entry, visit.request.scope["path"], visit.wish)
    assert answer is not None, "every page has itself"
    return Sent(answer)


@router.post("/status/{slug}", include_in_schema=False)
async def status_page_enter(
    slug: str,
    visit: VisitDep,
    form: Annotated[PasswordForm, Form()],
    database: DatabaseDep,
    passwords: PasswordsDep,
    address: ClientAddress,
) -> Response:
    """Enters a page's password; leads back to the page, which then knows whoever entered it for a week."""
    entry = await visit.pages.find(slug)
    if entry is None:
        return page_said(render.missing(visit.language), status.HTTP_404_NOT_FOUND)
    source, words = entry.source, entry.source.look.words
    back = RedirectResponse(render.base_of(source.look), status.HTTP_303_SEE_OTHER, {"Cache-Control": "no-store"})
    if not entry.locked:
        return back
    try:
        right = await check_password(
            database, passwords, source, form.password.get_secret_value(), address=address, now_ms=visit.now_ms
        )
    except ThrottledProblem as problem:
        minutes = -(-int(problem.headers["Retry-After"]) // 60)
        said = words.throttled.format(minutes=minutes)
        return page_locked(entry, said, status.HTTP_429_TOO_MANY_REQUESTS, **problem.headers)
    if not right:
        return page_locked(entry, words.wrong_password)
    visit.doorkeeper.let_in(back, source, visit.now_ms)
    return back


@router.get("/status/{slug}/", include_in_schema=False)
async def status_page_slash(slug: str) -> Response:
    """The same page has one address, without a slash at its end."""
    if not PATTERN.fullmatch(slug):
        raise NotFoundProblem(_NOT_FOUND)
    return RedirectResponse(f"/status/{slug}", status.HTTP_308_PERMANENT_REDIRECT)


@router.get("/status/{rest:path}", include_in_schema=False)
@router.get("/badge/{rest:path}", include_in_schema=False)
async def status_page_nowhere(rest: str) -> Response:
    """What no page has, whatever else the app would make of it."""
    raise NotFoundProblem(_NOT_FOUND)


def page_locked(entry: Entry, error: str = "", code: int = status.HTTP_403_FORBIDDEN, **headers: str) -> Response:
    """The form that asks for a page's password."""
    look = entry.source.look
    return page_said(render.locked(look, render.base_of(look), error), code, **headers)


def page_said(body: bytes, code: int, **headers: str) -> Response:
    """A page of words; no cache keeps it."""
    sent = {
        "Content-Security-Policy": render.policy_of(),
        "Cache-Control": "no-store",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }
    return HTMLResponse(body, code, {**sent, **headers})
