"""One's own account: `/api/v1/users/me`."""

from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Response, status
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import notices
from healther.accounts.audit import account_note
from healther.accounts.deps import (
    ClaimsDep,
    ClientDevice,
    CurrentUser,
    DatabaseDep,
    EmailLinksDep,
    MailerDep,
    NowMs,
    PasswordsDep,
    ReadSessionDep,
    RefusalLinksDep,
    SessionDep,
    SettingsDep,
    SignerDep,
)
from healther.accounts.models import User
from healther.accounts.passwords import check_password
from healther.accounts.routes.auth import hand_out
from healther.accounts.schemas import (
    EmailPublic,
    PasswordChange,
    SessionPublic,
    TokenPublic,
    UserPublic,
    UserUpdate,
    UserUpdated,
)
from healther.accounts.service import consent, new_email, sessions
from healther.accounts.service.consent import Consent
from healther.accounts.service.sign_in import change_password, prove_password
from healther.accounts.service.users import find_user, lock_user, update_user
from healther.core.clock import to_utc
from healther.core.errors import ConflictProblem, InvalidProblem
from healther.core.settings import Settings

router = APIRouter(prefix="/users/me", tags=["users"])


@router.get("")
async def users_me(user: CurrentUser) -> UserPublic:
    """Who you are."""
    return UserPublic.model_validate(user, from_attributes=True)


@router.patch(
    "",
    responses={
        409: {"description": "The email wants no mail, or, where there is no mail server, has an account."},
        429: {"description": "Too many wrong passwords, ten other emails in an hour, or too many mails to this one."},
    },
)
async def users_me_update(
    body: UserUpdate,
    later: BackgroundTasks,
    user: CurrentUser,
    database: DatabaseDep,
    passwords: PasswordsDep,
    settings: SettingsDep,
    mailer: MailerDep,
    links: EmailLinksDep,
    refusals: RefusalLinksDep,
    now_ms: NowMs,
) -> UserUpdated:
    """Changes your name, how you like to see things or, with your password, your email.

    A new email is mailed a link and becomes yours once its button is pressed. Without a mail server it is at once.
    """
    changes = body.model_dump(exclude_unset=True, exclude={"current_password"})
    asked: str | None = None
    if body.email is not None and body.email != user.email:
        if body.current_password is None:
            raise InvalidProblem.field("body.current_password", "is needed to change the email")
        await prove_password(database, passwords, user, body.current_password.get_secret_value(), now_ms=now_ms)
        async with database.write() as session:
            await new_email.count_change(session, user, now_ms)
        if mailer.configured:
            asked = body.email
            del changes["email"]
            async with database.write() as session:
                await new_email.count_question(session, user, asked, Consent.of(settings), now_ms)
    async with database.write() as session:
        current = await lock_user(session, user.id)
        if changes.get("email", current.email) != current.email:
            await consent.let_go(session, current)
        await update_user(session, current, **changes)
        await consent.note_account(session, current, Consent.of(settings), now_ms)
        account_note(session, user, "user.update", now_ms, **(changes if asked is None else changes | {"asked": asked}))
        owner = None if asked is None else await find_user(session, asked)
    if asked is not None:
        # After the answer has left: neither it nor its time tells who has an account (A3).
        later.add_task(notices.mail_new_address, current, asked, owner, mailer, links, refusals, settings, now_ms)
    return UserUpdated(**UserPublic.model_validate(current, from_attributes=True).model_dump(), asked=asked)


@router.get("/email")
async def users_me_email(user: CurrentUser, session: ReadSessionDep, settings: SettingsDep) -> EmailPublic:
    """Whether your address has said yes to mail, and where mail to you goes meanwhile."""
    return await _email(session, user, settings)


@router.post(
    "/email/ask",
    responses={
        409: {"description": "It has answered, or is asked nothing."},
        429: {"description": "A limit of the day is reached."},
    },
)
async def users_me_email_ask(
    user: CurrentUser, session: SessionDep, settings: SettingsDep, now_ms: NowMs
) -> EmailPublic:
    """Mails you the link again by which you confirm your address: three times a day at most."""
    rules = Consent.of(settings)
    if not rules.required:
        raise ConflictProblem("Here no address is asked first: yours is mailed already.")
    row = await consent.of_account(session, user, rules, now_ms)
    await consent.ask_again(session, row, user, rules, now_ms)
    account_note(session, user, "user.ask", now_ms)
    return await _email(session, user, settings)


async def _email(session: AsyncSession, user: User, settings: Settings) -> EmailPublic:
    if not settings.asks_addresses:
        return EmailPublic(address=user.email, state="confirmed", asked_at=None, problem=None, mailed_at=user.email)
    row = await consent.find_account(session, user)
    asked_at = None if row is None or row.asked_at is None else to_utc(row.asked_at)
    return EmailPublic(
        address=user.email,
        state=consent.state_of(row),
        asked_at=asked_at,
        problem=None if row is None else row.answer,
        mailed_at=(await consent.mail_of(session, {user.id: user.email})).get(user.id),
    )


@router.post("/password", responses={429: {"description": "Too many wrong passwords, or new ones in an hour."}})
async def users_me_password(
    body: PasswordChange,
    later: BackgroundTasks,
    user: CurrentUser,
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    passwords: PasswordsDep,
    mailer: MailerDep,
    signer: SignerDep,
    device: ClientDevice,
    now_ms: NowMs,
) -> TokenPublic:
    """Changes your password, ends every sign-in on the next request, and answers with tokens of a new one."""
    new_password = body.new_password.get_secret_value()
    check_password(new_password, "body.new_password", email=user.email)
    await prove_password(database, passwords, user, body.current_password.get_secret_value(), now_ms=now_ms)
    hashed_password = await passwords.hash(new_password)
    issued = await change_password(database, signer, user, hashed_password, device=device, now_ms=now_ms)
    later.add_task(notices.tell_changed, database, mailer, settings, user, now_ms)
    return hand_out(issued, response, settings)


@router.get("/sessions")
async def users_me_sessions(
    user: CurrentUser, claims: ClaimsDep, session: ReadSessionDep, now_ms: NowMs
) -> list[SessionPublic]:
    """Your sign-ins that are still good, the one used last first."""
    return [
        SessionPublic(
            id=each.family_id,
            created_at=to_utc(each.created_at),
            last_used_at=to_utc(each.last_used_at),
            user_agent=each.device.user_agent,
            browser=each.device.parts[0],
            system=each.device.parts[1],
            address=each.device.address,
            current=each.family_id == claims.family_id,
        )
        for each in await sessions.list_sessions(session, user, now_ms)
    ]


@router.delete(
    "/sessions/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={404: {"description": "No such sign-in of yours."}},
)
async def users_me_sessions_end(session_id: UUID, user: CurrentUser, session: SessionDep, now_ms: NowMs) -> None:
    """Ends one of your sign-ins, its access tokens included."""
    await sessions.end_own_session(session, user, session_id)
    account_note(session, user, "user.end_sign_in", now_ms)
