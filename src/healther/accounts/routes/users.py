"""One's own account: `/api/v1/users/me`."""

from fastapi import APIRouter, Response

from healther.accounts.deps import CurrentUser, DatabaseDep, NowMs, PasswordsDep, SettingsDep, SignerDep
from healther.accounts.passwords import check_password
from healther.accounts.routes.auth import hand_out
from healther.accounts.schemas import PasswordChange, TokenPublic, UserPublic, UserUpdate
from healther.accounts.service.sign_in import change_password, prove_password
from healther.accounts.service.users import lock_user, update_user
from healther.core.errors import InvalidProblem

router = APIRouter(prefix="/users/me", tags=["users"])


@router.get("")
async def users_me(user: CurrentUser) -> UserPublic:
    """Who you are."""
    return UserPublic.model_validate(user, from_attributes=True)


@router.patch("", responses={409: {"description": "The email has an account."}})
async def users_me_update(
    body: UserUpdate, user: CurrentUser, database: DatabaseDep, passwords: PasswordsDep, now_ms: NowMs
) -> UserPublic:
    """Changes your name or, with your password, your email."""
    if body.email is not None and body.email != user.email:
        if body.current_password is None:
            raise InvalidProblem.field("body.current_password", "is needed to change the email")
        await prove_password(database, passwords, user, body.current_password.get_secret_value(), now_ms=now_ms)
    async with database.write() as session:
        current = await lock_user(session, user.id)
        await update_user(session, current, email=body.email, full_name=body.full_name)
    return UserPublic.model_validate(current, from_attributes=True)


@router.post("/password", responses={429: {"description": "Too many wrong passwords."}})
async def users_me_password(
    body: PasswordChange,
    user: CurrentUser,
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    passwords: PasswordsDep,
    signer: SignerDep,
    now_ms: NowMs,
) -> TokenPublic:
    """Changes your password, ends every sign-in on the next request, and answers with tokens of a new one."""
    new_password = body.new_password.get_secret_value()
    check_password(new_password, "body.new_password", email=user.email)
    await prove_password(database, passwords, user, body.current_password.get_secret_value(), now_ms=now_ms)
    hashed_password = await passwords.hash(new_password)
    issued = await change_password(database, signer, user, hashed_password, now_ms=now_ms)
    return hand_out(issued, response, settings)
