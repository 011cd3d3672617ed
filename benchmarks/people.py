"""Somebody who is signed in and owns the workspace that `seed` made."""

import asyncio
from uuid import UUID

import httpx
from sqlmodel import select

from healther.accounts.models import Membership, Role, User, Workspace
from healther.core.db import Database

# It starts with all it has to do at once.
_PATIENCE_S = 120.0
EMAIL, PASSWORD = "ada@example.org", "correct horse battery"


def sign_in(url: str, database_url: str) -> tuple[dict[str, str], UUID]:
    """The headers of a signed-in owner's requests to the API at `url`, and the id of the workspace."""
    account = {"email": EMAIL, "full_name": "Ada", "password": PASSWORD}
    httpx.post(f"{url}/api/v1/auth/register", json=account, timeout=_PATIENCE_S).raise_for_status()
    workspace_id = asyncio.run(_join(database_url))
    form = {"username": EMAIL, "password": PASSWORD}
    token = (
        httpx.post(f"{url}/api/v1/auth/token", data=form, timeout=_PATIENCE_S).raise_for_status().json()["access_token"]
    )
    return {"Authorization": f"Bearer {token}"}, workspace_id


async def _join(database_url: str) -> UUID:
    db = Database(database_url)
    async with db.write() as session:
        user = (await session.exec(select(User).where(User.email == EMAIL))).one()
        workspace = (await session.exec(select(Workspace).where(Workspace.slug == "bench"))).one()
        session.add(Membership(workspace_id=workspace.id, user_id=user.id, role=Role.OWNER))
        found = workspace.id
    await db.close()
    return found
