"""Managing status pages: `/api/v1/workspaces/{workspace_id}/status-pages`."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import SecretStr

from healther.accounts.audit import note
from healther.accounts.deps import (
    AdminAccess,
    DatabaseDep,
    NowMs,
    ObserverAccess,
    PasswordsDep,
    ReadSessionDep,
    SessionDep,
    SettingsDep,
)
from healther.core.errors import InvalidProblem, NotFoundProblem
from healther.core.later import Later
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of
from healther.core.settings import Settings
from healther.status_pages import manage
from healther.status_pages.domains import OwnHosts
from healther.status_pages.models import PageAccess, StatusPage
from healther.status_pages.render import address_of
from healther.status_pages.schemas_manage import (
    ComponentPublic,
    FooterLinkPublic,
    LogoUpload,
    SectionPublic,
    StatusPageCreate,
    StatusPagePublic,
    StatusPageUpdate,
)
from healther.status_pages.source import look_of

if TYPE_CHECKING:
    from healther.status_pages import logos
else:
    logos = Later("healther.status_pages.logos")

router = APIRouter(prefix="/workspaces/{workspace_id}/status-pages", tags=["status pages"])

_TAKEN: dict[int | str, dict[str, Any]] = {409: {"description": "The slug or the domain is taken."}}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"description": "The logo.", "content": {"image/png": {}}}}
_APART = {"sections", "password"}


def _public(page: StatusPage, document: manage.Document, settings: Settings) -> StatusPagePublic:
    return StatusPagePublic(
        **page.model_dump(exclude={"access", "footer_links", "logo", "password_hash"}),
        access=PageAccess(page.access),
        footer_links=[FooterLinkPublic(**link) for link in page.footer_links],
        has_password=page.password_hash is not None,
        has_logo=page.logo is not None,
        sections=[
            SectionPublic(
                name=name,
                components=[ComponentPublic(watcher_id=c.watcher_id, name=c.name, key=c.key) for c in components],
            )
            for name, components in document
        ],
        url=address_of(look_of(page), settings.public_url.rstrip("/")),
        domain_target=urlsplit(settings.public_url).hostname or "",
    )


@router.get("")
async def status_pages_list(
    access: ObserverAccess,
    session: ReadSessionDep,
    settings: SettingsDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[StatusPagePublic]:
    """The workspace's own status pages, by title. Its default page is not among them."""
    cursors = Cursors("status-pages", access.workspace_id)
    after = cursors.decode_named(cursor)
    rows = await manage.list_pages(session, access.workspace_id, after=after, limit=limit + 1)
    documents = await manage.documents_of(session, rows)
    return page_of(
        rows,
        limit,
        lambda page: _public(page, documents[page.id], settings),
        lambda page: cursors.encode(page.title, str(page.id)),
    )


@router.post("", status_code=status.HTTP_201_CREATED, responses=_TAKEN)
async def status_pages_create(
    access: AdminAccess,
    body: StatusPageCreate,
    database: DatabaseDep,
    passwords: PasswordsDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> StatusPagePublic:
    """Makes a status page with its sections and services."""
    _check_domain(body.custom_domain, settings)
    password_hash = await _hashed(body.password, passwords)
    async with database.write() as session:
        page = await manage.create_page(
            session,
            access.workspace_id,
            fields=body.model_dump(exclude=_APART),
            sections=body.sections,
            password_hash=password_hash,
            now_ms=now_ms,
        )
        note(session, access, "status_page.create", page.id, page.title, now_ms, slug=page.slug)
        (document,) = (await manage.documents_of(session, [page])).values()
    return _public(page, document, settings)


@router.get("/{page_id}")
async def status_pages_get(
    access: ObserverAccess, page_id: UUID, session: ReadSessionDep, settings: SettingsDep
) -> StatusPagePublic:
    """One status page with its sections and services."""
    page = await manage.load_page(session, access.workspace_id, page_id)
    (document,) = (await manage.documents_of(session, [page])).values()
    return _public(page, document, settings)


@router.patch("/{page_id}", responses=_TAKEN)
async def status_pages_update(
    access: AdminAccess,
    page_id: UUID,
    body: StatusPageUpdate,
    database: DatabaseDep,
    passwords: PasswordsDep,
    settings: SettingsDep,
    now_ms: NowMs,
) -> StatusPagePublic:
    """Changes a status page; `sections` replaces the whole document. A new password ends every visit on it."""
    _check_domain(body.custom_domain, settings)
    fields = body.model_dump(exclude_unset=True, exclude=_APART)
    if "password" in body.model_fields_set:
        fields["password_hash"] = await _hashed(body.password, passwords)
    async with database.write() as session:
        page = await manage.load_page(session, access.workspace_id, page_id, for_update=True)
        await manage.update_page(session, page, fields=fields, sections=body.sections, now_ms=now_ms)
        changed = sorted(body.model_fields_set)
        note(session, access, "status_page.update", page.id, page.title, now_ms, changed=changed)
        (document,) = (await manage.documents_of(session, [page])).values()
    return _public(page, document, settings)


@router.delete("/{page_id}", status_code=status.HTTP_204_NO_CONTENT)
async def status_pages_delete(access: AdminAccess, page_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Deletes a status page; its watchers stay."""
    page = await manage.load_page(session, access.workspace_id, page_id, for_update=True)
    await manage.delete_page(session, page)
    note(session, access, "status_page.delete", page.id, page.title, now_ms, slug=page.slug)


@router.get("/{page_id}/logo", response_class=Response, responses=_PICTURE)
async def status_pages_logo_get(access: ObserverAccess, page_id: UUID, session: ReadSessionDep) -> Response:
    """The page's logo, published or not."""
    page = await manage.load_page(session, access.workspace_id, page_id)
    if page.logo is None:
        raise NotFoundProblem("This status page has no logo.")
    return Response(page.logo, media_type="image/png")


@router.put("/{page_id}/logo", status_code=status.HTTP_204_NO_CONTENT)
async def status_pages_logo_set(
    access: AdminAccess, page_id: UUID, body: LogoUpload, database: DatabaseDep, now_ms: NowMs
) -> None:
    """Puts a logo on top of the page."""
    logo = await logos.prepare_logo(body.image)
    async with database.write() as session:
        page = await manage.load_page(session, access.workspace_id, page_id, for_update=True)
        await manage.update_page(session, page, fields={"logo": logo}, sections=None, now_ms=now_ms)
        note(session, access, "status_page.logo", page.id, page.title, now_ms)


@router.delete("/{page_id}/logo", status_code=status.HTTP_204_NO_CONTENT)
async def status_pages_logo_delete(access: AdminAccess, page_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Takes the logo off the page."""
    page = await manage.load_page(session, access.workspace_id, page_id, for_update=True)
    await manage.update_page(session, page, fields={"logo": None}, sections=None, now_ms=now_ms)
    note(session, access, "status_page.no_logo", page.id, page.title, now_ms)


async def _hashed(password: SecretStr | None, passwords: PasswordsDep) -> str | None:
    return None if password is None else await passwords.hash(password.get_secret_value())


def _check_domain(domain: str | None, settings: Settings) -> None:
    if domain is not None and domain in OwnHosts(settings):
        raise InvalidProblem.field("body.custom_domain", "is healther's own; a page needs a domain for itself")
