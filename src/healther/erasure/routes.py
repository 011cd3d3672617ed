"""The end of one's own account: here and not in accounts/, because it touches what was watched and told."""

from collections.abc import Sequence

from fastapi import APIRouter, Response, status

from healther.accounts.deps import CurrentUser, DatabaseDep, NowMs, PasswordsDep, ReadSessionDep, SettingsDep
from healther.accounts.models import Workspace
from healther.accounts.routes.auth import forget_cookie
from healther.accounts.service.sign_in import prove_password
from healther.erasure.delete import delete_account
from healther.erasure.plan import is_only_account, plan_of
from healther.erasure.schemas import AccountDelete, DeletionPublic, WorkspaceNamed

router = APIRouter(prefix="/users/me", tags=["users"])


@router.get("/deletion")
async def users_me_deletion(user: CurrentUser, session: ReadSessionDep) -> DeletionPublic:
    """What would go with your account, and what stands in the way of deleting it."""
    plan = await plan_of(session, user.id)
    return DeletionPublic(
        alone=_named(plan.alone),
        left=_named(plan.left),
        last_owner=_named(plan.last_owner),
        only_account=await is_only_account(session, user.id),
    )


@router.delete(
    "",
    status_code=status.HTTP_204_NO_CONTENT,
    responses={
        409: {"description": "You are the last owner of a workspace that others are in, or name not all that goes."},
        429: {"description": "Too many wrong passwords."},
    },
)
async def users_me_delete(
    body: AccountDelete,
    user: CurrentUser,
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    passwords: PasswordsDep,
    now_ms: NowMs,
) -> None:
    """Deletes your account, and the workspaces in which you are alone; every sign-in ends on the next request."""
    await prove_password(database, passwords, user, body.current_password.get_secret_value(), now_ms=now_ms)
    await delete_account(database, user, body.workspaces, by=user, now_ms=now_ms)
    forget_cookie(response, settings)


def _named(workspaces: Sequence[Workspace]) -> list[WorkspaceNamed]:
    return [WorkspaceNamed.model_validate(each, from_attributes=True) for each in workspaces]
