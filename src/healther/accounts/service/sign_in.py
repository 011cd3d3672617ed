"""Whatever looks at a password: throttled first, hashed between two short transactions, the same answer for all."""

from healther.accounts import throttle
from healther.accounts.audit import account_note
from healther.accounts.devices import Device
from healther.accounts.models import User
from healther.accounts.passwords import PasswordHasher
from healther.accounts.service.sessions import IssuedTokens, end_all_sessions, open_session
from healther.accounts.service.users import find_user, lock_user
from healther.accounts.tokens import TokenSigner
from healther.core.db import Database
from healther.core.errors import InvalidProblem, UnauthenticatedProblem
from healther.core.text import normal_email

REFUSED = "The email or the password is wrong."


async def sign_in(
    database: Database,
    passwords: PasswordHasher,
    signer: TokenSigner,
    *,
    username: str,
    password: str,
    address: str,
    device: Device,
    now_ms: int,
) -> IssuedTokens:
    """Tokens for the right password; raises UnauthenticatedProblem (whatever was wrong, A3) or ThrottledProblem."""
    email = _email_or_none(username)
    group = throttle.address_group(address)
    address_key = throttle.SIGN_IN_ADDRESS.key(group)
    account_key = throttle.SIGN_IN_ACCOUNT.key(email or username, group)
    async with database.write() as session:
        await throttle.take(session, throttle.SIGN_IN_ADDRESS, address_key, now_ms)
        await throttle.take(session, throttle.SIGN_IN_ACCOUNT, account_key, now_ms)
        user = None if email is None else await find_user(session, email)
    if not await passwords.verify(password, None if user is None else user.hashed_password) or user is None:
        raise UnauthenticatedProblem(REFUSED)
    async with database.write() as session:
        # Read again: the password may have been changed while this one was being hashed.
        current = await find_user(session, user.email)
        if current is None or current.hashed_password != user.hashed_password:
            raise UnauthenticatedProblem(REFUSED)
        await throttle.forget(session, account_key)
        await throttle.give_back(session, address_key)
        return await open_session(session, current, signer, device, now_ms)


async def prove_password(
    database: Database, passwords: PasswordHasher, user: User, password: str, *, now_ms: int
) -> None:
    """Asks someone who is signed in for their password again; raises InvalidProblem or ThrottledProblem."""
    key = throttle.PASSWORD_CHECK.key(str(user.id))
    async with database.write() as session:
        await throttle.take(session, throttle.PASSWORD_CHECK, key, now_ms)
    if not await passwords.verify(password, user.hashed_password):
        raise InvalidProblem.field("body.current_password", "is not your password")
    async with database.write() as session:
        await throttle.forget(session, key)


async def change_password(
    database: Database, signer: TokenSigner, user: User, hashed_password: str, *, device: Device, now_ms: int
) -> IssuedTokens:
    """Stores a new password, ends every sign-in and opens one afresh, in one transaction; raises ThrottledProblem."""
    limit = throttle.PASSWORD_CHANGE
    rule = f"An account changes its password {limit.tries} times an hour at most"
    async with database.write() as session:
        await throttle.take(session, limit, limit.key(str(user.id)), now_ms, rule=rule)
        current = await lock_user(session, user.id)
        if current.hashed_password != user.hashed_password:
            raise UnauthenticatedProblem("The password was changed meanwhile; sign in again.")
        current.hashed_password = hashed_password
        account_note(session, user, "user.password", now_ms)
        await end_all_sessions(session, current)
        return await open_session(session, current, signer, device, now_ms)


def _email_or_none(username: str) -> str | None:
    try:
        return normal_email(username)
    except ValueError:
        return None
