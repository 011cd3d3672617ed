"""Deliveries: `/api/v1/workspaces/{workspace_id}/deliveries`: what was sent to whom, and what was not."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from healther.accounts.audit import audit
from healther.accounts.deps import AdminAccess, NowMs, ObserverAccess, ReadSessionDep, SessionDep
from healther.accounts.models import User
from healther.alerting.attempts import AttemptPublic, attempts_of
from healther.alerting.deliver.story import Place, load_story
from healther.alerting.models import Channel, Delivery, DeliveryState, Lane
from healther.alerting.nudge import Nudge
from healther.channels.base import MessageKind
from healther.core.clock import to_utc
from healther.core.errors import ConflictProblem, NotFoundProblem
from healther.core.pagination import DEFAULT_LIMIT, Cursor, Cursors, Limit, Page, page_of
from healther.incidents.grounds import Because, Grounds, read
from healther.incidents.lock import lock_incidents

router = APIRouter(prefix="/workspaces/{workspace_id}/deliveries", tags=["channels"])


class DeliveryPublic(BaseModel):
    """One message on its way to one place, or what became of it."""

    id: UUID
    kind: MessageKind
    title: str
    to: str = Field(description="The channel's or the person's name.")
    channel_id: UUID | None
    incident_id: UUID | None
    state: DeliveryState
    created_at: datetime
    next_at: datetime | None = Field(description="When it is tried (again); null when it is over.")
    ended_at: datetime | None
    answer: str | None = Field(description="What the other side said last; of one that was taken back why, in English.")
    because: Grounds | None = Field(
        description="Why one was taken back or not sent, or waits for the next hour's mails (`capped`); else null."
    )
    attempts: list[AttemptPublic]


Row = tuple[Delivery, str | None, str | None]
"""A delivery, and the name of the channel or of the person it is for."""


async def get_nudge(request: Request) -> Nudge:
    """Whom to tell that something was queued."""
    nudge: Nudge = request.app.state.nudge
    return nudge


NudgeDep = Annotated[Nudge, Depends(get_nudge)]


@router.get("")
async def deliveries_list(
    access: ObserverAccess,
    session: ReadSessionDep,
    state: Annotated[DeliveryState | None, Query(description="Only those in this state.")] = None,
    channel_id: Annotated[UUID | None, Query(description="Only those to this channel.")] = None,
    incident_id: Annotated[UUID | None, Query(description="Only those about this incident.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[DeliveryPublic]:
    """The deliveries to channels and members, the newest first; mail to a page's subscribers is not listed."""
    cursors = Cursors("deliveries", access.workspace_id, state, channel_id, incident_id)
    query = _rows(access.workspace_id)
    for column, wanted in (
        (Delivery.state, state),
        (Delivery.channel_id, channel_id),
        (Delivery.incident_id, incident_id),
    ):
        if wanted is not None:
            query = query.where(col(column) == wanted)
    after = cursors.decode_timed(cursor)
    if after is not None:
        at, row_id = after
        same = and_(col(Delivery.created_at) == at, col(Delivery.id) < row_id)
        query = query.where(or_(col(Delivery.created_at) < at, same))
    query = query.order_by(col(Delivery.created_at).desc(), col(Delivery.id).desc()).limit(limit + 1)
    rows = list((await session.exec(query)).all())
    attempts = await attempts_of(session, [row[0].id for row in rows])
    return page_of(
        rows,
        limit,
        lambda row: _public(row, attempts[row[0].id]),
        lambda row: cursors.encode(row[0].created_at, str(row[0].id)),
    )


@router.post(
    "/{delivery_id}/retry",
    responses={
        409: {
            "description": "It is not given up, cannot be read any more, its channel is switched off, or it would come "
            "too late to be true."
        }
    },
)
async def deliveries_retry(
    access: AdminAccess,
    delivery_id: UUID,
    session: SessionDep,
    nudge: NudgeDep,
    after_commit: BackgroundTasks,
    now_ms: NowMs,
) -> DeliveryPublic:
    """Tries one that was given up once more, at once; those to the same place about the same incident wait for it."""
    await lock_incidents(await session.connection(), [access.workspace_id])
    query = _rows(access.workspace_id).where(Delivery.id == delivery_id)
    row = (await session.exec(query.with_for_update(of=Delivery))).first()
    if row is None:
        raise NotFoundProblem("There is no such delivery in this workspace.")
    delivery = row[0]
    if delivery.state != DeliveryState.DEAD:
        raise ConflictProblem(f"Only a delivery that was given up is tried again (this one is {delivery.state}).")
    if not delivery.readable:
        raise ConflictProblem("What it says cannot be read any more: its row is damaged.")
    channel = None if delivery.channel_id is None else await session.get(Channel, delivery.channel_id)
    if channel is not None and not channel.enabled:
        raise ConflictProblem("Its channel is switched off: mend it and switch it on first.")
    if delivery.incident_id is not None:
        story = await load_story(session, delivery.incident_id, Place.of(delivery), [delivery])
        why_not = story.why_not_again(delivery)
        if why_not is not None:
            raise ConflictProblem(why_not)
    delivery.state, delivery.ended_at, delivery.next_at = DeliveryState.QUEUED, None, now_ms
    delivery.lease_until = None
    session.add(delivery)
    audit(
        session,
        workspace_id=access.workspace_id,
        actor=access.actor,
        action="delivery.retry",
        object_id=delivery.id,
        object_name=row[1] or row[2],
        now_ms=now_ms,
    )
    after_commit.add_task(nudge.queued, Lane(delivery.lane))
    return _public(row, (await attempts_of(session, [delivery.id]))[delivery.id])


def _rows(workspace_id: UUID) -> Select[Delivery, str, str]:
    return (
        select(Delivery, Channel.name, User.full_name)
        .join(Channel, col(Channel.id) == Delivery.channel_id, isouter=True)
        .join(User, col(User.id) == Delivery.user_id, isouter=True)
        .where(Delivery.workspace_id == workspace_id, col(Delivery.subscriber_id).is_(None))
    )


def _public(row: Row, attempts: list[AttemptPublic]) -> DeliveryPublic:
    delivery, channel, person = row
    return DeliveryPublic(
        id=delivery.id,
        kind=MessageKind(delivery.kind),
        title=str(delivery.body.get("title", "")),
        to=channel or person or "",
        channel_id=delivery.channel_id,
        incident_id=delivery.incident_id,
        state=DeliveryState(delivery.state),
        created_at=to_utc(delivery.created_at),
        next_at=None if delivery.ended_at is not None else to_utc(delivery.next_at),
        ended_at=None if delivery.ended_at is None else to_utc(delivery.ended_at),
        answer=delivery.answer,
        because=_because(delivery),
        attempts=attempts,
    )


def _because(delivery: Delivery) -> Grounds | None:
    if delivery.state == DeliveryState.CANCELLED:
        return read(delivery.answer)
    # Nothing else that nobody has tried has an answer (deliver/budget).
    capped = delivery.state == DeliveryState.QUEUED and not delivery.attempts and delivery.answer is not None
    return Grounds(because=Because.CAPPED) if capped else None
