"""Subscribers for those who run a page: how many, who (masked), and removing one."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel, Field

from healther.accounts.audit import audit
from healther.accounts.deps import AdminAccess, NowMs, ReadSessionDep, SessionDep
from healther.core.clock import to_utc
from healther.core.crypto import SealedWithAnotherKeyError
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of
from healther.status_pages.manage import load_page
from healther.status_pages.models import Subscriber
from healther.status_pages.subscribers import service
from healther.status_pages.subscribers.places import Kind, Places, masked, tag_of
from healther.status_pages.subscribers.routes_public import PlacesDep

router = APIRouter(prefix="/workspaces/{workspace_id}/status-pages/{page_id}", tags=["status pages"])

_UNREADABLE = "•••"


class SubscriberPublic(BaseModel):
    """A subscriber; the address is shown masked, and nowhere whole."""

    id: UUID
    kind: Kind
    address: str = Field(
        description="Masked, and a tag that tells those apart that look alike.", examples=["a•••@example.org (k7f2)"]
    )
    component_keys: list[str] | None = Field(description="Null = every service of the page.")
    confirmed_at: datetime | None = Field(description="Null = not confirmed yet: hears nothing.")
    disabled_reason: str | None = Field(description="Why nothing more is sent.")
    created_at: datetime


class SubscriberCounts(BaseModel):
    """How many there are."""

    confirmed: int = Field(description="Who hear of the page.")
    unconfirmed: int = Field(description="Who have not confirmed yet; forgotten after a week.")
    disabled: int = Field(description="Whose address refused what was sent.")


@router.get("/subscribers")
async def subscribers_list(
    access: AdminAccess,
    page_id: UUID,
    session: ReadSessionDep,
    places: PlacesDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[SubscriberPublic]:
    """Who subscribed to a page, the first first."""
    page = await load_page(session, access.workspace_id, page_id)
    cursors = Cursors("subscribers", page.id)
    rows = await service.list_subscribers(session, page.id, after=cursors.decode_timed(cursor), limit=limit + 1)
    return page_of(
        rows, limit, lambda row: _public(row, places), lambda row: cursors.encode(row.created_at, str(row.id))
    )


@router.get("/subscriber-counts")
async def subscribers_count(access: AdminAccess, page_id: UUID, session: ReadSessionDep) -> SubscriberCounts:
    """How many subscribed to a page."""
    page = await load_page(session, access.workspace_id, page_id)
    confirmed, unconfirmed, disabled = await service.counts(session, page.id)
    return SubscriberCounts(confirmed=confirmed, unconfirmed=unconfirmed, disabled=disabled)


@router.delete("/subscribers/{subscriber_id}", status_code=status.HTTP_204_NO_CONTENT)
async def subscribers_delete(
    access: AdminAccess, page_id: UUID, subscriber_id: UUID, session: SessionDep, now_ms: NowMs
) -> None:
    """Removes a subscriber, and what is on its way to them."""
    page = await load_page(session, access.workspace_id, page_id)
    subscriber = await service.load(session, page.id, subscriber_id)
    await service.unsubscribe(session, subscriber.id)
    audit(
        session,
        workspace_id=access.workspace_id,
        actor=access.actor,
        action="subscriber.delete",
        object_id=subscriber.id,
        object_name=page.title,
        now_ms=now_ms,
    )


def _public(row: Subscriber, places: Places) -> SubscriberPublic:
    try:
        address = f"{masked(row.kind, places.open(row.sealed_address))} ({tag_of(row)})"
    except SealedWithAnotherKeyError:
        address = _UNREADABLE
    return SubscriberPublic(
        id=row.id,
        kind=Kind(row.kind),
        address=address,
        component_keys=row.component_keys,
        confirmed_at=None if row.confirmed_at is None else to_utc(row.confirmed_at),
        disabled_reason=row.disabled_reason,
        created_at=to_utc(row.created_at),
    )
