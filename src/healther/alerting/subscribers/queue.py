"""Puts messages to subscribers into the outbox: one statement, however many there are."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import JSON, String, func, insert, literal, null, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.models import Delivery, DeliveryState, Lane
from healther.channels.base import Message, MessageKind
from healther.core.columns import Id
from healther.status_pages.models import Subscriber


class News(NamedTuple):
    """One message for everybody who hears of one of `keys` on a page; no keys: for everybody."""

    workspace_id: UUID
    page_id: UUID
    message: Message
    keys: Sequence[str]
    incident_id: UUID | None = None


async def queue_questions(session: AsyncSession, asked: Sequence[tuple[UUID, UUID, Message]], now_ms: int) -> None:
    """A message of its own for each (subscriber, workspace)."""
    if not asked:
        return
    rows = [
        {
            "id": message.id,
            "workspace_id": workspace_id,
            "subscriber_id": subscriber_id,
            "lane": Lane.SUBSCRIBER,
            "kind": MessageKind.CONFIRM,
            "body": message.model_dump(mode="json"),
            "state": DeliveryState.QUEUED,
            "created_at": now_ms,
            "next_at": now_ms,
            "attempts": 0,
            "fence": 0,
        }
        for subscriber_id, workspace_id, message in asked
    ]
    await session.exec(insert(Delivery), params=rows)


async def queue_for_all(session: AsyncSession, news: News, now_ms: int) -> None:
    """INSERT ... SELECT for the confirmed; each waits for what it has not got yet of the same incident."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    before = aliased(Delivery)
    after = (
        select(before.id)
        .where(
            before.subscriber_id == Subscriber.id,
            before.incident_id == news.incident_id,
            before.state == DeliveryState.QUEUED,
        )
        .order_by(col(before.created_at).desc(), col(before.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    values: dict[str, Any] = {
        "id": func.randomblob(16, type_=Id()) if sqlite else func.gen_random_uuid(type_=Id()),
        "workspace_id": literal(news.workspace_id, Id()),
        "subscriber_id": col(Subscriber.id),
        "incident_id": null() if news.incident_id is None else literal(news.incident_id, Id()),
        "after_id": null() if news.incident_id is None else after,
        "lane": literal(str(Lane.SUBSCRIBER), String()),
        "kind": literal(str(news.message.kind), String()),
        "body": literal(news.message.model_dump(mode="json"), JSON()),
        "state": literal(str(DeliveryState.QUEUED), String()),
        "created_at": literal(now_ms, sa.BigInteger()),
        "next_at": literal(now_ms, sa.BigInteger()),
        "attempts": literal(0),
        "fence": literal(0),
    }
    who = sa.select(*(value.label(name) for name, value in values.items())).where(
        col(Subscriber.page_id) == news.page_id,
        col(Subscriber.confirmed_at).is_not(None),
        col(Subscriber.disabled_reason).is_(None),
    )
    if news.keys:
        stored = col(Subscriber.component_keys)
        readable = func.json_valid(stored) == 1 if sqlite else func.json_typeof(stored) == "array"
        # What cannot be read is no choice: whoever made it hears of everything.
        keys = sa.case((readable, stored))
        each = func.json_each if sqlite else func.json_array_elements_text
        chosen = each(keys).table_valued("value") if sqlite else each(keys).table_valued("value").render_derived()
        who = who.where(or_(keys.is_(None), sa.exists(sa.select(1).where(chosen.c.value.in_(news.keys)))))
    # Whoever leaves the page meanwhile waits for the commit: their message goes with them.
    who = who.with_for_update(read=True, key_share=True, of=Subscriber)
    await session.exec(insert(Delivery).from_select(list(values), who))
