"""Dependencies of every route: the session, who is asking, and what they may do in the workspace of the path."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.api_keys import is_api_key, of_api_key
from healther.accounts.audit import ByKey
from healther.accounts.devices import Device, coarse_address, shorten_agent
from healther.accounts.links import AccountLinks, RefusalLinks
from healther.accounts.mailer import Mailer
from healther.accounts.models import Membership, RefreshToken, Role, User
from healther.accounts.passwords import PasswordHasher
from healther.accounts.tokens import Claims, TokenSigner
from healther.core.clock import now_ms, to_utc
from healther.core.db import Database
from healther.core.errors import ForbiddenProblem, ForeignOriginProblem, NotFoundProblem, UnauthenticatedProblem
from healther.core.language import SpokenLanguage, spoken_language
from healther.core.settings import Settings

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)

_RANK = {Role.OBSERVER: 0, Role.ADMIN: 1, Role.OWNER: 2}


async def get_database(request: Request) -> Database:
    """The database of this process."""
    database: Database = request.app.state.db
    return database


async def get_settings(request: Request) -> Settings:
    """The settings of this process."""
    settings: Settings = request.app.state.settings
    return settings


async def get_passwords(request: Request) -> PasswordHasher:
    """The password hasher of this process."""
    passwords: PasswordHasher = request.app.state.passwords
    return passwords


async def get_signer(request: Request) -> TokenSigner:
    """The token signer of this process."""
    signer: TokenSigner = request.app.state.signer
    return signer


async def get_mailer(request: Request) -> Mailer:
    """The mailer of this process."""
    mailer: Mailer = request.app.state.mailer
    return mailer


async def get_reset_links(request: Request) -> AccountLinks:
    """The links by which somebody sets a new password."""
    links: AccountLinks = request.app.state.reset_links
    return links


async def get_email_links(request: Request) -> AccountLinks:
    """The links by which a new address says that it is an account's."""
    links: AccountLinks = request.app.state.email_links
    return links


async def get_refusal_links(request: Request) -> RefusalLinks:
    """The links by which an address wants no more invitations."""
    links: RefusalLinks = request.app.state.refusal_links
    return links


async def get_client_address(request: Request) -> str:
    """Where the request comes from: the socket's peer, or what a proxy in TRUSTED_PROXIES says."""
    address: str = request.app.state.client_address(request.scope)
    return address


async def get_device(request: Request, address: Annotated[str, Depends(get_client_address)]) -> Device:
    """What is remembered of where the request comes from."""
    return Device(shorten_agent(request.headers.get("user-agent")), coarse_address(address))


async def get_reader_language(request: Request) -> SpokenLanguage | None:
    """The language that the browser asks for, or the app in its place; None = none of healther's."""
    return spoken_language(request.headers.get("accept-language", ""))


async def get_now_ms() -> int:
    """The present, read once a request."""
    return now_ms()


# All of these are coroutines: FastAPI sends plain functions to a thread, which costs more than what they do.
DatabaseDep = Annotated[Database, Depends(get_database)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
PasswordsDep = Annotated[PasswordHasher, Depends(get_passwords)]
SignerDep = Annotated[TokenSigner, Depends(get_signer)]
MailerDep = Annotated[Mailer, Depends(get_mailer)]
ResetLinksDep = Annotated[AccountLinks, Depends(get_reset_links)]
EmailLinksDep = Annotated[AccountLinks, Depends(get_email_links)]
RefusalLinksDep = Annotated[RefusalLinks, Depends(get_refusal_links)]
ClientAddress = Annotated[str, Depends(get_client_address)]
ClientDevice = Annotated[Device, Depends(get_device)]
ReaderLanguage = Annotated[SpokenLanguage | None, Depends(get_reader_language)]
NowMs = Annotated[int, Depends(get_now_ms)]


async def refuse_foreign_origin(request: Request, settings: SettingsDep) -> None:
    """Raises ForeignOriginProblem when a browser says that another site's script asks (a cookie comes along)."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = {urlsplit(url).netloc.lower() for url in (settings.public_url, *settings.cors_origins)}
    if urlsplit(origin).netloc.lower() not in own | {request.headers.get("host", "").lower()} - {""}:
        raise ForeignOriginProblem(
            "This is asked from a page of healther alone. Is HEALTHER_PUBLIC_URL the address people use?"
        )


async def get_session(database: DatabaseDep) -> AsyncIterator[AsyncSession]:
    """One writing transaction, committed before the answer is sent: a failed commit is a 5xx, never a 200."""
    async with database.write() as session:
        yield session


async def get_read_session(database: DatabaseDep) -> AsyncIterator[AsyncSession]:
    """A session for reading."""
    async with database.read() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
ReadSessionDep = Annotated[AsyncSession, Depends(get_read_session, scope="function")]


BearerToken = Annotated[str | None, Depends(_bearer)]


async def get_claims(signer: SignerDep, token: BearerToken) -> Claims:
    """The claims of a person's access token; raises UnauthenticatedProblem, ForbiddenProblem for an API key."""
    if token is None:
        raise UnauthenticatedProblem("This needs a token: Authorization: Bearer <access_token>.")
    if is_api_key(token):
        raise ForbiddenProblem("This needs somebody signed in: an API key reaches /api/v1/workspaces/<its id> alone.")
    return signer.verify(token)


ClaimsDep = Annotated[Claims, Depends(get_claims)]


def _still_signed_in(claims: Claims, now: int) -> ColumnElement[bool]:
    """The account exists, its tokens were not revoked, and this sign-in was not ended (A5)."""
    family = select(RefreshToken.token_hash).where(
        RefreshToken.family_id == claims.family_id,
        RefreshToken.user_id == claims.user_id,
        RefreshToken.token_version == claims.version,
        RefreshToken.expires_at > to_utc(now),
    )
    return and_(col(User.id) == claims.user_id, col(User.token_version) == claims.version, family.exists())


async def get_current_user(database: DatabaseDep, claims: ClaimsDep, now: NowMs) -> User:
    """Who is asking, as the database has them at this moment; raises UnauthenticatedProblem."""
    # A short transaction of its own: nobody holds the write lock, or a second connection, before being known.
    async with database.read() as session:
        user = (await session.exec(select(User).where(_still_signed_in(claims, now)))).first()
    if user is None:
        raise _signed_out()
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]


@dataclass(frozen=True, slots=True)
class Access:
    """Who is asking, in which workspace, and as what; by an API key it is whoever made it, and `key_name` says so."""

    user: User
    workspace_id: UUID
    role: Role
    claims: Claims
    key_name: str | None = None

    @property
    def actor(self) -> User | ByKey:
        """Who the audit trail says did it."""
        return self.user if self.key_name is None else ByKey(self.user, self.key_name)


async def get_workspace_role(
    workspace_id: UUID, request: Request, database: DatabaseDep, signer: SignerDep, token: BearerToken, now: NowMs
) -> Access:
    """The one place that decides who is in a workspace: user and membership, read at every request in one query.

    Raises UnauthenticatedProblem, and NotFoundProblem for a workspace that is not there or not theirs.
    """
    if token is not None and is_api_key(token):
        address = request.app.state.client_address(request.scope)
        holder = await of_api_key(database, token, address, now)
        if holder.workspace_id != workspace_id:
            raise _no_workspace()
        return Access(holder.user, workspace_id, holder.role, holder.claims, holder.name)
    claims = await get_claims(signer, token)
    async with database.read() as session:
        found = (
            await session.exec(
                select(User, Membership.role)
                .join(
                    Membership,
                    and_(col(Membership.user_id) == User.id, col(Membership.workspace_id) == workspace_id),
                    isouter=True,
                )
                .where(_still_signed_in(claims, now))
            )
        ).first()
    if found is None:
        raise _signed_out()
    user, role = found
    if role is None:
        raise _no_workspace()
    return Access(user, workspace_id, Role(role), claims)


@cache
def require(minimum: Role, *, in_person: bool = False) -> Callable[[Access], Awaitable[Access]]:
    """A dependency that lets `minimum` and higher roles pass, `in_person` no API key; raises ForbiddenProblem."""

    async def dependency(access: Annotated[Access, Depends(get_workspace_role)]) -> Access:
        if _RANK[access.role] < _RANK[minimum]:
            raise ForbiddenProblem(f"This needs the role {minimum} in the workspace (you are {access.role}).")
        if in_person and access.key_name is not None:
            raise ForbiddenProblem("This needs somebody signed in: no API key may do it.")
        return access

    return dependency


ObserverAccess = Annotated[Access, Depends(require(Role.OBSERVER))]
AdminAccess = Annotated[Access, Depends(require(Role.ADMIN))]
OwnerAccess = Annotated[Access, Depends(require(Role.OWNER))]
ObserverInPerson = Annotated[Access, Depends(require(Role.OBSERVER, in_person=True))]
AdminInPerson = Annotated[Access, Depends(require(Role.ADMIN, in_person=True))]


def _no_workspace() -> NotFoundProblem:
    return NotFoundProblem("There is no such workspace, or you are not a member of it.")


def _signed_out() -> UnauthenticatedProblem:
    return UnauthenticatedProblem("You were signed out: the password or the account has changed. Sign in again.")
