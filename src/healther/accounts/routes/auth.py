"""Signing up, in and out: `/api/v1/auth`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Form, Response, status
from pydantic import SecretStr
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.accounts.audit import account_note, workspace_note
from healther.accounts.deps import (
    ClaimsDep,
    ClientAddress,
    ClientDevice,
    CurrentUser,
    DatabaseDep,
    MailerDep,
    NowMs,
    PasswordsDep,
    ReaderLanguage,
    ReadSessionDep,
    SessionDep,
    SettingsDep,
    SignerDep,
    refuse_foreign_origin,
)
from healther.accounts.models import Role, User
from healther.accounts.passwords import check_password
from healther.accounts.schemas import (
    RegisteredPublic,
    SetupPublic,
    SignInForm,
    TokenPublic,
    UserCreate,
    UserPublic,
    WorkspacePublic,
)
from healther.accounts.service import consent, sessions, users, workspaces
from healther.accounts.service.consent import Consent
from healther.accounts.service.sign_in import sign_in
from healther.core.errors import UnauthenticatedProblem
from healther.core.settings import Settings

router = APIRouter(prefix="/auth", tags=["auth"])
setup_router = APIRouter(tags=["auth"])

REFRESH_COOKIE = "healther_refresh"
REFRESH_PATH = "/api/v1/auth/refresh"


@dataclass(frozen=True, slots=True)
class SigningUp:
    """Somebody who makes an account, with an invitation or without: counted, its password hashed, signed in at once."""

    passwords: PasswordsDep
    signer: SignerDep
    settings: SettingsDep
    response: Response
    address: ClientAddress
    device: ClientDevice
    language: ReaderLanguage
    now_ms: NowMs

    async def count(self, session: AsyncSession) -> None:
        """Counts one try of this address; raises ThrottledProblem."""
        key = throttle.REGISTER_ADDRESS.key(throttle.address_group(self.address))
        await throttle.take(session, throttle.REGISTER_ADDRESS, key, self.now_ms)

    async def hash(self, password: SecretStr, email: str) -> str:
        """The password as it is stored, in no transaction; raises InvalidProblem for one that is easily guessed."""
        chosen = password.get_secret_value()
        check_password(chosen, "body.password", email=email)
        return await self.passwords.hash(chosen)

    async def make(self, session: AsyncSession, *, email: str, full_name: str, hashed_password: str) -> User:
        """The account; raises ConflictProblem when the email has one."""
        user = await users.create_user(
            session,
            email=email,
            full_name=full_name,
            hashed_password=hashed_password,
            language=self.language,
            now_ms=self.now_ms,
        )
        account_note(session, user, "user.register", self.now_ms)
        return user

    async def sign_in(self, session: AsyncSession, user: User, workspace: WorkspacePublic | None) -> RegisteredPublic:
        """What is answered; the tokens in it work once the transaction is committed."""
        issued = await sessions.open_session(session, user, self.signer, self.device, self.now_ms)
        shown = UserPublic.model_validate(user, from_attributes=True)
        token = hand_out(issued, self.response, self.settings)
        return RegisteredPublic(**shown.model_dump(), **token.model_dump(), workspace=workspace)


SigningUpDep = Annotated[SigningUp, Depends()]


@setup_router.get("/setup")
async def setup_read(session: ReadSessionDep, settings: SettingsDep, mailer: MailerDep) -> SetupPublic:
    """What somebody without an account may do here: make the first one, sign up, or only sign in."""
    return SetupPublic(
        needed=await users.first_is_welcome(session, settings),
        registration=settings.registration,
        mails=mailer.configured,
    )


@router.post(
    "/register",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(refuse_foreign_origin)],
    responses={
        403: {"description": "Signing up is closed, or asked from a page of another site."},
        409: {"description": "The email has an account."},
    },
)
async def auth_register(
    body: UserCreate, database: DatabaseDep, settings: SettingsDep, signing_up: SigningUpDep, now_ms: NowMs
) -> RegisteredPublic:
    """Makes an account, as far as HEALTHER_REGISTRATION allows, and signs it in: tokens as from `/auth/token`."""
    async with database.write() as session:
        await signing_up.count(session)
        await users.check_registration(session, settings)
    hashed_password = await signing_up.hash(body.password, body.email)
    async with database.write() as session:
        # Asked again: while this password was hashed somebody else may have become the first (S16).
        await users.check_registration(session, settings)
        user = await signing_up.make(
            session, email=body.email, full_name=body.full_name, hashed_password=hashed_password
        )
        workspace = None
        if body.workspace_name is not None:
            made = await workspaces.create_workspace(
                session, user, name=body.workspace_name, slug=None, is_public=False, now_ms=now_ms
            )
            workspace = WorkspacePublic(**made.model_dump(), role=Role.OWNER)
            workspace_note(session, user, made, now_ms)
        await consent.note_account(session, user, Consent.of(settings), now_ms)
        return await signing_up.sign_in(session, user, workspace)


@router.post(
    "/token",
    dependencies=[Depends(refuse_foreign_origin)],
    responses={403: {"description": "Asked from a page of another site."}},
)
async def auth_token(
    form: Annotated[SignInForm, Form()],
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    passwords: PasswordsDep,
    signer: SignerDep,
    address: ClientAddress,
    device: ClientDevice,
    now_ms: NowMs,
) -> TokenPublic:
    """Signs in: an access token, and a refresh token in a cookie that only `/auth/refresh` is sent."""
    issued = await sign_in(
        database,
        passwords,
        signer,
        username=form.username,
        password=form.password.get_secret_value(),
        address=address,
        device=device,
        now_ms=now_ms,
    )
    return hand_out(issued, response, settings)


@router.post(
    "/refresh",
    dependencies=[Depends(refuse_foreign_origin)],
    responses={403: {"description": "Asked from a page of another site."}},
)
async def auth_refresh(
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    signer: SignerDep,
    device: ClientDevice,
    now_ms: NowMs,
    presented: Annotated[str | None, Cookie(alias=REFRESH_COOKIE, max_length=200)] = None,
) -> TokenPublic:
    """A new access token for the refresh cookie, which is replaced; a cookie used twice ends the sign-in.

    Not within 10 s while the new one is unused: then its answer was lost, and another replaces it.
    """
    issued = None
    if presented is not None:
        async with database.write() as session:
            issued = await sessions.rotate(session, presented, signer, device, now_ms)
    if issued is None:
        raise UnauthenticatedProblem("There is no sign-in to refresh; sign in again.")
    return hand_out(issued, response, settings)


@router.post("/sign-out", status_code=status.HTTP_204_NO_CONTENT)
async def auth_sign_out(
    _user: CurrentUser, claims: ClaimsDep, session: SessionDep, response: Response, settings: SettingsDep
) -> None:
    """Ends this sign-in, its access tokens included."""
    await sessions.end_session(session, claims.family_id)
    forget_cookie(response, settings)


@router.post("/sign-out-everywhere", status_code=status.HTTP_204_NO_CONTENT)
async def auth_sign_out_everywhere(
    user: CurrentUser, session: SessionDep, response: Response, settings: SettingsDep, now_ms: NowMs
) -> None:
    """Ends every sign-in of the account, this one included."""
    await sessions.end_all_sessions(session, await users.lock_user(session, user.id))
    account_note(session, user, "user.sign_out_everywhere", now_ms)
    forget_cookie(response, settings)


def hand_out(issued: sessions.IssuedTokens, response: Response, settings: Settings) -> TokenPublic:
    """Puts the refresh token into its cookie and answers with the access token; caches keep neither (RFC 6749, 5.1)."""
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(
        REFRESH_COOKIE,
        issued.refresh_token,
        max_age=issued.refresh_lifetime_s,
        path=REFRESH_PATH,
        httponly=True,
        samesite="strict",
        secure=settings.public_url.startswith("https://"),
    )
    return TokenPublic(access_token=issued.access_token, expires_in=issued.expires_in_s)


def forget_cookie(response: Response, settings: Settings) -> None:
    """Takes the refresh token out of the browser."""
    response.delete_cookie(
        REFRESH_COOKIE,
        path=REFRESH_PATH,
        httponly=True,
        samesite="strict",
        secure=settings.public_url.startswith("https://"),
    )
