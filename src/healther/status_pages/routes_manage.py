"""Managing status pages: `/api/v1/workspaces/{workspace_id}/status-pages`."""

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import SecretStr
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
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
from healther.core.errors import ConflictProblem, InvalidProblem, NotFoundProblem
from healther.core.later import Later
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of
from healther.core.settings import Settings
from healther.net.client import Net
from healther.status_pages import claims, manage
from healther.status_pages.domain_loop import settled
from healther.status_pages.domains import OwnHosts
from healther.status_pages.models import DomainProof, PageAccess, PageDomain, StatusPage
from healther.status_pages.render import address_of
from healther.status_pages.schemas_domain import DomainPublic
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
_APART = {"sections", "password", "custom_domain"}
# Each asks name servers of the operator's: as often as somebody presses a button who is waiting for DNS.
LOOKS = throttle.Limit("status page domain", 60)


async def get_net(request: Request) -> Net:
    """The guarded network of this process."""
    net: Net = request.app.state.net
    return net


def _public(
    page: StatusPage, document: manage.Document, domain: PageDomain | None, settings: Settings
) -> StatusPagePublic:
    return StatusPagePublic(
        **page.model_dump(exclude={"access", "custom_domain", "footer_links", "logo", "password_hash"}),
        custom_domain=page.custom_domain if domain is None else domain.domain,
        domain=None if domain is None else DomainPublic.of(domain),
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
    domains = await claims.domains_of(session, [page.id for page in rows])
    return page_of(
        rows,
        limit,
        lambda page: _public(page, documents[page.id], domains.get(page.id), settings),
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
        await claims.enter(session, page, body.custom_domain, settings.page_domains, now_ms)
        note(session, access, "status_page.create", page.id, page.title, now_ms, slug=page.slug)
        return await _shown(session, page, settings)


@router.get("/{page_id}")
async def status_pages_get(
    access: ObserverAccess, page_id: UUID, session: ReadSessionDep, settings: SettingsDep
) -> StatusPagePublic:
    """One status page with its sections and services."""
    return await _shown(session, await manage.load_page(session, access.workspace_id, page_id), settings)


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
        if "custom_domain" in body.model_fields_set:
            await claims.enter(session, page, body.custom_domain, settings.page_domains, now_ms)
        changed = sorted(body.model_fields_set)
        note(session, access, "status_page.update", page.id, page.title, now_ms, changed=changed)
        return await _shown(session, page, settings)


@router.post("/{page_id}/domain/check", responses={429: {"description": "DNS was asked too often."}})
async def status_pages_domain_check(
    access: AdminAccess,
    page_id: UUID,
    database: DatabaseDep,
    settings: SettingsDep,
    net: Annotated[Net, Depends(get_net)],
    now_ms: NowMs,
) -> StatusPagePublic:
    """Asks DNS now whether the custom domain is the page's, and serves it if so."""
    async with database.write() as session:
        await throttle.take(session, LOOKS, LOOKS.key(str(access.workspace_id)), now_ms, rule="DNS was asked often")
        page = await manage.load_page(session, access.workspace_id, page_id)
        domain = (await claims.domains_of(session, [page_id])).get(page_id)
        if domain is None:
            raise ConflictProblem("This status page has no domain of its own: enter one, and save it, first.")
        note(session, access, "status_page.domain", page.id, page.title, now_ms, domain=domain.domain)
        session.expunge(domain)
    # Nothing slow happens inside a transaction.
    if domain.proof != DomainProof.TRUSTED:
        await settled(database, domain, await claims.look(net.resolver, page_id, domain.domain, settings.page_domains))
    async with database.read() as session:
        return await _shown(session, await manage.load_page(session, access.workspace_id, page_id), settings)


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


async def _shown(session: AsyncSession, page: StatusPage, settings: Settings) -> StatusPagePublic:
    (document,) = (await manage.documents_of(session, [page])).values()
    domain = (await claims.domains_of(session, [page.id])).get(page.id)
    return _public(page, document, domain, settings)


async def _hashed(password: SecretStr | None, passwords: PasswordsDep) -> str | None:
    return None if password is None else await passwords.hash(password.get_secret_value())


def _check_domain(domain: str | None, settings: Settings) -> None:
    if domain is not None and domain in OwnHosts(settings):
        raise InvalidProblem.field("body.custom_domain", "is healther's own; a page needs a domain for itself")
