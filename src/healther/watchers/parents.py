"""What a watcher depends on: while a parent is down nobody is told of its children; they are checked all the same."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.service.workspaces import lock_workspace
from healther.core.errors import InvalidProblem
from healther.watchers.models import ServiceWatcher, WatcherParent

MOST_PARENTS = 20

DependsOn = Annotated[
    list[UUID],
    Field(
        max_length=MOST_PARENTS,
        description="Watchers of this workspace that it needs, at most 20. While one of them is down nobody is told of "
        "this one; it is checked all the same.",
        examples=[["01a209c3-4d4f-77a1-9ccc-47d635fc90f8"]],
    ),
    AfterValidator(lambda ids: list(dict.fromkeys(ids))),
]


async def parents_of(session: AsyncSession, watcher_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """What each of these depends on, in one query; those that depend on nothing are missing."""
    query = (
        select(WatcherParent.watcher_id, WatcherParent.parent_id)
        .where(col(WatcherParent.watcher_id).in_(watcher_ids))
        .order_by(col(WatcherParent.parent_id))
    )
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for watcher_id, parent_id in (await session.exec(query)).all():
        found[watcher_id].append(parent_id)
    return dict(found)


async def set_parents(session: AsyncSession, watcher: ServiceWatcher, parent_ids: Sequence[UUID]) -> None:
    """Makes it depend on exactly these; raises InvalidProblem for one that is none, or that depends on it itself."""
    if parent_ids:
        # Two at once could each be right by itself, and a ring together.
        await lock_workspace(session, watcher.workspace_id)
        await _check(session, watcher, parent_ids)
    await session.exec(delete(WatcherParent).where(col(WatcherParent.watcher_id) == watcher.id))
    session.add_all(WatcherParent(watcher_id=watcher.id, parent_id=each) for each in parent_ids)
    await session.flush()


async def _check(session: AsyncSession, watcher: ServiceWatcher, parent_ids: Sequence[UUID]) -> None:
    query = select(ServiceWatcher.id).where(
        ServiceWatcher.workspace_id == watcher.workspace_id, col(ServiceWatcher.id).in_(parent_ids)
    )
    known = set((await session.exec(query)).all())
    for place, each in enumerate(parent_ids):
        if each not in known:
            raise InvalidProblem.field(f"body.depends_on.{place}", "is no watcher of this workspace")
    edges = (
        select(WatcherParent.watcher_id, WatcherParent.parent_id)
        .join(ServiceWatcher, col(ServiceWatcher.id) == WatcherParent.watcher_id)
        .where(ServiceWatcher.workspace_id == watcher.workspace_id, WatcherParent.watcher_id != watcher.id)
    )
    above: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for child, parent in (await session.exec(edges)).all():
        above[child].append(parent)
    for place, each in enumerate(parent_ids):
        if watcher.id in reachable(each, above):
            raise InvalidProblem.field(f"body.depends_on.{place}", "depends on this watcher itself")


def reachable(start: UUID, above: dict[UUID, list[UUID]]) -> set[UUID]:
    """Everything `start` depends on, however far up, and itself."""
    seen, waiting = {start}, [start]
    while waiting:
        new = [each for each in above.get(waiting.pop(), ()) if each not in seen]
        seen.update(new)
        waiting += new
    return seen
