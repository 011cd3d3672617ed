"""API keys of a workspace: `/api/v1/workspaces/{workspace_id}/api-keys`. People manage them, no key does."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel, Field

from healther.accounts.api_keys import known_scope
from healther.accounts.audit import note
from healther.accounts.deps import AdminInPerson, NowMs, ReadSessionDep, SessionDep
from healther.accounts.models import ApiKey, ApiKeyScope
from healther.accounts.service import api_keys
from healther.core.clock import to_utc
from healther.core.json_values import Whole
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of
from healther.core.text import Name, Wire

router = APIRouter(prefix="/workspaces/{workspace_id}/api-keys", tags=["API keys"])


class ApiKeyCreate(Wire):
    """A new API key."""

    name: Name = Field(description="What it is for.", examples=["Grafana"])
    scope: ApiKeyScope = Field(
        default=ApiKeyScope.READ,
        description="`read` = what an observer may; `write` = what an admin may, but members and API keys.",
    )
    expires_in_days: Whole | None = Field(default=90, ge=1, le=3650, description="Null = never.", examples=[90])


class ApiKeyPublic(BaseModel):
    """An API key, without the key."""

    id: UUID
    name: str
    prefix: str = Field(description="How it begins: enough to know it by.", examples=["hk_Zk3q9QxA"])
    scope: ApiKeyScope | None = Field(description="Null = one that a newer healther made, and only it knows.")
    created_by: str = Field(description="Whoever made it: it may never do more than they.", examples=["Ada Lovelace"])
    works: bool = Field(description="False: it expired, its maker left the workspace, or its scope is not known.")
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute; null = never.")


class ApiKeyMade(ApiKeyPublic):
    """A new API key: the only answer that holds the key itself."""

    key: str = Field(examples=["hk_Zk3q9QxA..."])


@router.get("")
async def api_keys_list(
    access: AdminInPerson, session: ReadSessionDep, now_ms: NowMs, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[ApiKeyPublic]:
    """The API keys of the workspace, by name."""
    cursors = Cursors("api-keys", access.workspace_id)
    rows = await api_keys.list_keys(session, access.workspace_id, after=cursors.decode_named(cursor), limit=limit + 1)
    return page_of(
        rows,
        limit,
        lambda row: ApiKeyPublic(**_fields(row[0], row[1], is_member=row[2], now_ms=now_ms)),
        lambda row: cursors.encode(row[0].name, str(row[0].id)),
    )


@router.post(
    "", status_code=status.HTTP_201_CREATED, responses={409: {"description": "There are as many as there may be."}}
)
async def api_keys_create(access: AdminInPerson, body: ApiKeyCreate, session: SessionDep, now_ms: NowMs) -> ApiKeyMade:
    """Makes a key, and shows it this once: `Authorization: Bearer hk_...`. Only a hash of it is kept."""
    key, text = await api_keys.create_key(
        session,
        access.workspace_id,
        access.user,
        name=body.name,
        scope=body.scope,
        expires_in_days=body.expires_in_days,
        now_ms=now_ms,
    )
    note(
        session,
        access,
        "api_key.create",
        key.id,
        key.name,
        now_ms,
        prefix=key.prefix,
        scope=key.scope,
        expires_in_days=body.expires_in_days,
    )
    return ApiKeyMade(**_fields(key, access.user.full_name, is_member=True, now_ms=now_ms), key=text)


@router.delete("/{key_id}", status_code=status.HTTP_204_NO_CONTENT)
async def api_keys_revoke(access: AdminInPerson, key_id: UUID, session: SessionDep, now_ms: NowMs) -> None:
    """Revokes a key: its next request is refused."""
    key = await api_keys.revoke_key(session, access.workspace_id, key_id)
    note(session, access, "api_key.revoke", key.id, key.name, now_ms, prefix=key.prefix)


def _fields(key: ApiKey, maker: str, *, is_member: bool, now_ms: int) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "scope": (scope := known_scope(key)),
        "created_by": maker,
        "works": is_member and scope is not None and (key.expires_at is None or key.expires_at > now_ms),
        "created_at": to_utc(key.created_at),
        "expires_at": None if key.expires_at is None else to_utc(key.expires_at),
        "last_used_at": None if key.last_used_at is None else to_utc(key.last_used_at),
    }
