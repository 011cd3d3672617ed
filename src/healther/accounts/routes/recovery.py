"""For whoever forgot their password or takes on another address: `/api/v1/auth`, by links that were mailed."""

from fastapi import APIRouter, BackgroundTasks, status

from healther.accounts import notices, throttle
from healther.accounts.deps import (
    ClientAddress,
    DatabaseDep,
    EmailLinksDep,
    MailerDep,
    NowMs,
    PasswordsDep,
    ReaderLanguage,
    ResetLinksDep,
    SettingsDep,
)
from healther.accounts.links import MINUTES
from healther.accounts.passwords import check_password
from healther.accounts.schemas_recovery import EmailConfirmed, Forgotten, LinkPromised, PasswordReset
from healther.accounts.service import new_email, recovery, reset_mail
from healther.accounts.service.consent import Consent, mail_of
from healther.core.db import Database
from healther.core.errors import ConflictProblem

router = APIRouter(prefix="/auth", tags=["auth"])

NO_MAIL_SERVER = (
    "This healther has no mail server, so it mails no links. Ask whoever runs it: `healther user password --email "
    "<your address>` sets a new password (or they set HEALTHER_SMTP_URL and HEALTHER_MAIL_FROM)."
)


@router.post(
    "/forgotten",
    status_code=status.HTTP_202_ACCEPTED,
    responses={
        409: {"description": "This healther has no mail server."},
        429: {"description": "Too many such links were asked for from here."},
    },
)
async def auth_forgotten(
    body: Forgotten,
    later: BackgroundTasks,
    database: DatabaseDep,
    settings: SettingsDep,
    mailer: MailerDep,
    links: ResetLinksDep,
    address: ClientAddress,
    language: ReaderLanguage,
    now_ms: NowMs,
) -> LinkPromised:
    """Mails a link to set a new password, if there is such an account; the answer is the same if there is none.

    It is mailed some seconds later. Where many were mailed lately none is: the last one still works.
    """
    if not mailer.configured:
        raise ConflictProblem(NO_MAIL_SERVER)
    async with database.write() as session:
        await reset_mail.count_question(session, address, now_ms)
    # Whether there is an account is looked up after the answer has left, at a moment that nobody can foresee (A3).
    later.add_task(notices.mail_reset, database, body.email, mailer, links, settings, language)
    return LinkPromised(email=body.email, minutes=MINUTES)


@router.post(
    "/reset",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={
        404: {"description": "The link was used, is too old, or the password or the address was changed since."},
        429: {"description": "Too many tries from this address."},
    },
)
async def auth_reset(
    body: PasswordReset,
    later: BackgroundTasks,
    database: DatabaseDep,
    settings: SettingsDep,
    passwords: PasswordsDep,
    mailer: MailerDep,
    links: ResetLinksDep,
    address: ClientAddress,
    now_ms: NowMs,
) -> None:
    """Sets a new password by the link that was mailed. It signs nobody in.

    Every sign-in of the account ends, and so do the API keys, the links to calendars and the open invitations that it
    made; its address is confirmed.
    """
    await _count_try(database, address, now_ms)
    token = body.token.get_secret_value()
    # Nobody without a good link has a password hashed.
    async with database.read() as session:
        _, user = await recovery.load(session, links, token, now_ms)
    password = body.password.get_secret_value()
    check_password(password, "body.password", email=user.email)
    hashed_password = await passwords.hash(password)
    async with database.write() as session:
        _, user = await recovery.load(session, links, token, now_ms, for_update=True)
        others = await recovery.others_let_in(session, user)
        await recovery.set_password(session, user, hashed_password, by=user, rules=Consent.of(settings), now_ms=now_ms)
        # They have tried what they remembered, and prove by this who they are.
        guesses = throttle.SIGN_IN_ACCOUNT.key(user.email, throttle.address_group(address))
        await throttle.forget(session, guesses)
    later.add_task(notices.tell_changed, database, mailer, settings, user, now_ms, others=others)


@router.post(
    "/email",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={
        404: {"description": "The link was used, is too old, or the password or the address was changed since."},
        409: {"description": "The address has become that of another account."},
        429: {"description": "Too many tries from this address."},
    },
)
async def auth_email(
    body: EmailConfirmed,
    later: BackgroundTasks,
    database: DatabaseDep,
    settings: SettingsDep,
    mailer: MailerDep,
    links: EmailLinksDep,
    address: ClientAddress,
    now_ms: NowMs,
) -> None:
    """Gives an account the address that the link was mailed to; mail at the one before says so."""
    await _count_try(database, address, now_ms)
    async with database.write() as session:
        link, user = await recovery.load(session, links, body.token.get_secret_value(), now_ms, for_update=True)
        before = (await mail_of(session, {user.id: user.email})).get(user.id)
        await new_email.take_on(session, user, link.email, Consent.of(settings), now_ms)
    if before is not None:
        later.add_task(notices.tell_moved, mailer, settings, user, before, now_ms)


async def _count_try(database: Database, address: str, now_ms: int) -> None:
    tries = recovery.SET_BY_ADDRESS
    async with database.write() as session:
        await throttle.take(session, tries, tries.key(throttle.address_group(address)), now_ms)
