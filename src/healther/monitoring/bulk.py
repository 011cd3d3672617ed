"""One action on many watchers: a transaction and a fixed number of queries, however many they are."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import to_utc
from healther.core.text import Wire
from healther.history import lifecycle
from healther.incidents.automatic import Left, leave
from healther.monitoring import out_of_turn
from healther.watchers.models import ServiceWatcher, WatcherTag
from healther.watchers.tags import MOST_TAGS, Tags, fold_tag, spellings, touch

MOST_WATCHERS = 2_000

FailedWhy = Literal["not_found", "paused", "throttled", "too_many_tags"]
Watchers = Mapping[UUID, ServiceWatcher]
Refused = dict[UUID, FailedWhy]


class BulkAction(StrEnum):
    """What can be done with many watchers at once."""

    PAUSE = "pause"
    RESUME = "resume"
    DELETE = "delete"
    TAG = "tag"
    UNTAG = "untag"
    CHECK = "check"


class WatcherBulk(Wire):
    """One action on many watchers."""

    ids: list[UUID] = Field(
        min_length=1,
        max_length=MOST_WATCHERS,
        description="Up to 2,000; repeats count once.",
        examples=[["019b5c3e-8f00-7b1e-9a35-c1f0a51f5a9d"]],
    )
    action: BulkAction = Field(examples=["pause"])
    tags: Tags | None = Field(default=None, description="For `tag` and `untag`: those to add or to take off.")


class BulkFailure(BaseModel):
    """A watcher the action was not done for, and why."""

    id: UUID
    reason: FailedWhy = Field(
        description="`not_found` also for those of other workspaces; `throttled`: its host was checked out of turn as "
        "often as it may be in a minute, and the watcher goes on in its turn."
    )


class BulkDone(BaseModel):
    """What became of each watcher. One that was as wanted already is done."""

    done: list[UUID]
    failed: list[BulkFailure]


async def lock_watchers(session: AsyncSession, workspace_id: UUID, ids: Sequence[UUID]) -> Watchers:
    """Those of the ids that are the workspace's, locked until the commit (PostgreSQL) in one order."""
    query = (
        select(ServiceWatcher)
        .where(col(ServiceWatcher.id).in_(ids), ServiceWatcher.workspace_id == workspace_id)
        .order_by(col(ServiceWatcher.id))
        .with_for_update(key_share=True)
    )
    return {watcher.id: watcher for watcher in (await session.exec(query)).all()}


async def pause(session: AsyncSession, watchers: Watchers, now_ms: int) -> Refused:
    """Stops checking them."""
    running = [watcher for watcher in watchers.values() if watcher.paused_at is None]
    for watcher in running:
        watcher.paused_at = watcher.updated_at = to_utc(now_ms)
        session.add(watcher)
    rows = await lifecycle.lock_hot_rows(session, [watcher.id for watcher in running])
    await lifecycle.pause_many(session, rows, now_ms)
    await leave(session, [watcher.id for watcher in running], Left.PAUSED, now_ms)
    return {}


async def resume(session: AsyncSession, watchers: Watchers, now_ms: int) -> Refused:
    """Checks them again, at once."""
    paused = [watcher for watcher in watchers.values() if watcher.paused_at is not None]
    for watcher in paused:
        watcher.paused_at, watcher.updated_at = None, to_utc(now_ms)
        session.add(watcher)
    for row in await lifecycle.lock_hot_rows(session, [watcher.id for watcher in paused]):
        lifecycle.resume(row, now_ms)
        session.add(row)
    return {}


async def check(session: AsyncSession, workspace_id: UUID, watchers: Watchers, now_ms: int) -> Refused:
    """Makes them due now; one whose check is under way is left to it. Raises ThrottledProblem where none may be."""
    refused: Refused = {}
    early = {}
    for row in await lifecycle.lock_hot_rows(session, list(watchers)):
        if row.due_at is None:
            refused[row.watcher_id] = "paused"
        elif row.lease_slot is None and row.due_at > now_ms:
            early[row.watcher_id] = row
    urls = {watcher_id: watchers[watcher_id].url for watcher_id in early}
    over, wait_s = await out_of_turn.take_bulk(session, workspace_id, urls, now_ms)
    if over and len(over) == len(watchers):
        raise out_of_turn.all_refused(wait_s)
    for watcher_id, row in early.items():
        if watcher_id in over:
            refused[watcher_id] = "throttled"
        else:
            row.due_at = now_ms
            session.add(row)
    return refused


async def tag(
    session: AsyncSession, workspace_id: UUID, watchers: Watchers, names: Sequence[str], now_ms: int
) -> Refused:
    """Adds tags; whoever would have more than 20 keeps what they have."""
    known = await spellings(session, workspace_id, names)
    ids = col(WatcherTag.watcher_id).in_(watchers)
    counting = select(WatcherTag.watcher_id, func.count()).where(ids).group_by(col(WatcherTag.watcher_id))
    counts = dict((await session.exec(counting)).all())
    having = select(WatcherTag.watcher_id, WatcherTag.folded).where(ids, col(WatcherTag.folded).in_(known))
    there = set((await session.exec(having)).all())
    refused: Refused = {}
    changed: list[UUID] = []
    for watcher_id in watchers:
        missing = [folded for folded in known if (watcher_id, folded) not in there]
        if missing and counts.get(watcher_id, 0) + len(missing) > MOST_TAGS:
            refused[watcher_id] = "too_many_tags"
            continue
        changed += [watcher_id] if missing else []
        for folded in missing:
            session.add(WatcherTag(watcher_id=watcher_id, folded=folded, workspace_id=workspace_id, name=known[folded]))
    await touch(session, changed, now_ms)
    return refused


async def untag(session: AsyncSession, watchers: Watchers, names: Sequence[str], now_ms: int) -> Refused:
    """Takes tags off."""
    which = (col(WatcherTag.watcher_id).in_(watchers), col(WatcherTag.folded).in_([fold_tag(name) for name in names]))
    changed = (await session.exec(select(WatcherTag.watcher_id).where(*which).distinct())).all()
    await session.exec(delete(WatcherTag).where(*which))
    await touch(session, changed, now_ms)
    return {}
