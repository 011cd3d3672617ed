"""Subscribing to a page and what follows: pages without scripts, each change by a POST."""

from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Form, Request, Response, status
from fastapi.responses import RedirectResponse
from pydantic import Field

from healther.accounts.deps import ClientAddress, DatabaseDep, NowMs, SettingsDep
from healther.accounts.service.consent import Consent
from healther.core.clock import SECOND_MS, lasting
from healther.core.db import Database
from healther.core.errors import NotFoundProblem, ThrottledProblem
from healther.core.text import Wire
from healther.status_pages import render
from healther.status_pages.entry import Entry
from healther.status_pages.models import PageAccess, StatusPage, Subscriber
from healther.status_pages.routes_page import Visit, VisitDep, get_visit, page_locked, page_said
from healther.status_pages.snapshot import Ref
from healther.status_pages.source import Source, load_source
from healther.status_pages.subscribers import service
from healther.status_pages.subscribers.links import SubscriptionLinks
from healther.status_pages.subscribers.places import BadPlaceError, Kind, Places, checked, masked
from healther.status_pages.subscribers.words import subscriber_words

router = APIRouter(tags=["public"], include_in_schema=False)

MOST_CHOSEN = 500
_Key = Annotated[str, Field(max_length=63)]


class ChoiceForm(Wire):
    """Which services; `every` is missing where a page has none to choose from."""

    every: Literal["yes", "no"] = "yes"
    components: list[_Key] = Field(default_factory=list, max_length=MOST_CHOSEN)


class SubscribeForm(ChoiceForm):
    """What the form for subscribing sends."""

    kind: Kind = Kind.EMAIL
    # A longer one is answered as any that is none, by the form: a person reads it.
    address: str


async def get_subscription_links(request: Request) -> SubscriptionLinks:
    """Who signs and reads the links of this process."""
    links: SubscriptionLinks = request.app.state.subscription_links
    return links


async def get_places(request: Request) -> Places:
    """Who seals the addresses of this process."""
    places: Places = request.app.state.subscriber_places
    return places


LinksDep = Annotated[SubscriptionLinks, Depends(get_subscription_links)]
PlacesDep = Annotated[Places, Depends(get_places)]


async def _entry(visit: Visit, slug: str) -> Entry:
    entry = await visit.pages.find(slug)
    if entry is None or not entry.source.look.subscribers or entry.source.ref.page_id is None:
        raise NotFoundProblem("There is no such status page, or nobody can subscribe to it.")
    return entry


@router.get("/status/{slug}/subscribe")
async def status_page_subscribe(slug: str, visit: Annotated[Visit, Depends(get_visit)]) -> Response:
    """The form."""
    entry = await _entry(visit, slug)
    return _form(entry.source) if visit.may_enter(entry) else page_locked(entry)


@router.post("/status/{slug}/subscribe")
async def status_page_subscribed(
    slug: str,
    visit: VisitDep,
    form: Annotated[SubscribeForm, Form()],
    database: DatabaseDep,
    places: PlacesDep,
    settings: SettingsDep,
    client: ClientAddress,
) -> Response:
    """Takes the wish; whatever is known of the address, the answer is the same."""
    entry = await _entry(visit, slug)
    if not visit.may_enter(entry):
        return page_locked(entry)
    source = entry.source
    words, page_id = subscriber_words(source.look.words.language), source.ref.page_id
    assert page_id is not None, "checked by _entry"
    if visit.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return _form(source, words.foreign, form=form, code=status.HTTP_403_FORBIDDEN)
    keys = _chosen(source, form)
    if keys == []:
        return _form(source, words.none_chosen, form=form, code=status.HTTP_422_UNPROCESSABLE_CONTENT)
    try:
        address = checked(form.kind, form.address)
    except BadPlaceError:
        return _form(source, words.bad[form.kind], form=form, code=status.HTTP_422_UNPROCESSABLE_CONTENT)
    wish = service.Wish(source.ref.workspace_id, page_id, form.kind, address, keys, source.look.words.language)
    try:
        async with database.write() as session:
            await service.subscribe(session, wish, places, client, Consent.of(settings), visit.now_ms)
    except service.NobodyConfirmedError:
        return _form(source, words.nobody_confirmed, form=form, code=status.HTTP_409_CONFLICT)
    except ThrottledProblem as problem:
        error = words.throttled.format(time=lasting(int(problem.headers["Retry-After"]) * SECOND_MS))
        return _form(source, error, form=form, code=status.HTTP_429_TOO_MANY_REQUESTS, **problem.headers)
    return page_said(
        render.subscription(source.look, words, words.asked_title, words.asked_text, back=render.base_of(source.look)),
        status.HTTP_200_OK,
    )


@router.get("/subscription/{token}")
async def subscription_page(
    token: str, request: Request, links: LinksDep, places: PlacesDep, database: DatabaseDep
) -> Response:
    """Asks for the confirmation; once it is given, shows what can be changed."""
    found = await _found(database, links, token)
    if found is None:
        return _over()
    return _manage(found, places, request.url.path)


@router.post("/subscription/{token}")
async def subscription_change(
    token: str,
    request: Request,
    form: Annotated[ChoiceForm, Form()],
    links: LinksDep,
    places: PlacesDep,
    database: DatabaseDep,
    now_ms: NowMs,
) -> Response:
    """Confirms, or saves another choice."""
    found = await _found(database, links, token)
    if found is None:
        return _over()
    keys = _chosen(found.source, form) if found.is_open else found.keys
    async with database.write() as session:
        kept = await service.find(session, found.subscriber.id, for_update=True)
        if kept is None:
            return _over()
        if _is_asked(kept):
            if keys == []:
                error = subscriber_words(kept.language).none_chosen
                return _manage(found, places, request.url.path, error, status.HTTP_422_UNPROCESSABLE_CONTENT)
            service.confirm(kept, now_ms)
            kept.component_keys = keys
        elif found.is_open and keys != []:
            kept.component_keys = keys
        session.add(kept)
    return RedirectResponse(request.url.path, status.HTTP_303_SEE_OTHER, {"Cache-Control": "no-store"})


@router.get("/subscription/{token}/unsubscribe")
async def subscription_leave(
    token: str, request: Request, links: LinksDep, places: PlacesDep, database: DatabaseDep
) -> Response:
    """Asks once more: programs follow links, none presses buttons."""
    found = await _found(database, links, token)
    if found is None:
        return _over()
    subscriber, source = found.subscriber, found.source
    words = subscriber_words(subscriber.language)
    shown, page = masked(subscriber.kind, places.open(subscriber.sealed_address)), source.look.title
    body = render.subscription(
        source.look,
        words,
        words.leave_title.format(page=page),
        words.leave_text.format(address=shown),
        action=request.url.path,
        button=words.leave,
    )
    return page_said(body, status.HTTP_200_OK)


@router.post("/subscription/{token}/unsubscribe")
async def subscription_left(token: str, links: LinksDep, database: DatabaseDep) -> Response:
    """Leaves by one click: from our page, or from a mail program (RFC 8058), whichever site that is of."""
    found = await _found(database, links, token)
    if found is None:
        return _over()
    subscriber, source = found.subscriber, found.source
    async with database.write() as session:
        await service.unsubscribe(session, subscriber.id)
    words = subscriber_words(subscriber.language)
    return page_said(render.subscription(source.look, words, words.left_title, words.left_text), status.HTTP_200_OK)


class _Found(NamedTuple):
    """Whose link it is, of which page, whether everybody may see that, and the services it stands for."""

    subscriber: Subscriber
    source: Source
    is_open: bool
    keys: list[str] | None


async def _found(database: Database, links: SubscriptionLinks, token: str) -> _Found | None:
    """What a link leads to; a page that nobody may see they can leave."""
    link = links.read(token)
    if link is None:
        return None
    async with database.read() as session:
        subscriber = await service.find(session, link.subscriber_id)
        if subscriber is None:
            return None
        page = await session.get_one(StatusPage, subscriber.page_id)
        source = await load_source(session, Ref(page.workspace_id, page.id), unpublished=True)
        if source is None:
            return None
        keys = link.keys(subscriber.component_keys, [key for key, _ in _components(source)])
        return _Found(subscriber, source, page.is_published and page.access == PageAccess.PUBLIC, keys)


def _is_asked(subscriber: Subscriber) -> bool:
    """Whether it is to be confirmed, for the first time or again."""
    return subscriber.confirmed_at is None or subscriber.disabled_reason is not None


def _manage(found: _Found, places: Places, path: str, error: str = "", code: int = status.HTTP_200_OK) -> Response:
    subscriber, source, is_open, keys = found
    words = subscriber_words(subscriber.language)
    page, shown = source.look.title, masked(subscriber.kind, places.open(subscriber.sealed_address))
    components = _components(source) if is_open else ()
    if _is_asked(subscriber):
        body = render.subscription(
            source.look,
            words,
            words.confirm_title.format(page=page),
            words.confirm_text.format(page=page, address=shown),
            error=error,
            action=path,
            button=words.confirm,
            components=components,
            chosen=keys,
        )
    else:
        body = render.subscription(
            source.look,
            words,
            words.manage_title.format(page=page),
            words.manage_text.format(address=shown),
            action=path if is_open else "",
            button=words.save,
            components=components,
            chosen=subscriber.component_keys,
            leave=f"{path}/unsubscribe",
            back=render.base_of(source.look) if is_open else "",
        )
    return page_said(body, code)


def _form(
    source: Source,
    error: str = "",
    *,
    form: SubscribeForm | None = None,
    code: int = status.HTTP_200_OK,
    **headers: str,
) -> Response:
    words = subscriber_words(source.look.words.language)
    body = render.subscription(
        source.look,
        words,
        words.title.format(page=source.look.title),
        words.text,
        error=error,
        action=f"{render.base_of(source.look)}/subscribe",
        button=words.subscribe,
        asks=True,
        kind=form.kind if form else Kind.EMAIL,
        components=_components(source),
        chosen=form.components if form and form.every == "no" else None,
        back=render.base_of(source.look),
    )
    return page_said(body, code, **headers)


def _components(source: Source) -> list[tuple[str, str]]:
    return [(each.key, each.name) for _, watchers in source.sections for each in watchers]


def _chosen(source: Source, form: ChoiceForm) -> list[str] | None:
    """The keys that were chosen and are the page's; None = every one, none = nothing that is there."""
    if form.every == "yes":
        return None
    known = {key for key, _ in _components(source)}
    return [each for each in dict.fromkeys(form.components) if each in known]


def _over() -> Response:
    words = subscriber_words("en")
    return page_said(render.subscription(None, words, words.over_title, words.over_text), status.HTTP_404_NOT_FOUND)
