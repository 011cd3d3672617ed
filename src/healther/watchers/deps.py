"""Dependencies of watcher routes: the watcher of the path, or 404, and who is told that one came due."""

from collections.abc import Sequence
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Depends, Request
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.deps import AdminAccess, ObserverAccess, ReadSessionDep, SessionDep
from healther.core.crypto import Sealer
from healther.watchers.models import ServiceWatcher
from healther.watchers.reading import no_such_watcher


class Waker(Protocol):
    """Tells the pipeline, after a commit, that watchers came due, so that it need not wait for its next look."""

    async def due_now(self, watcher_ids: Sequence[UUID]) -> None:
        """Called with watchers whose `due_at` was set to now; losing the call costs a moment, never a check."""
        ...


class NullWaker:
    """For an API without a pipeline beside it: the schedulers look at the database by themselves."""

    async def due_now(self, watcher_ids: Sequence[UUID]) -> None:
        """Nobody to tell."""


class Welcome(Protocol):
    """Furnishes a workspace that gets a watcher, in the same transaction: rooms above this one have a default there."""

    async def __call__(self, session: AsyncSession, workspace_id: UUID, now_ms: int) -> None:
        """Called with every new watcher; what is there already stays as it is."""
        ...


async def get_welcome(request: Request) -> Welcome:
    """What a workspace is furnished with."""
    welcome: Welcome = request.app.state.welcome
    return welcome


async def get_waker(request: Request) -> Waker:
    """The waker of this process."""
    waker: Waker = request.app.state.waker
    return waker


async def get_sealer(request: Request) -> Sealer:
    """The sealer of watcher options."""
    sealer: Sealer = request.app.state.sealer
    return sealer


async def load_watcher(
    session: AsyncSession, workspace_id: UUID, watcher_id: UUID, *, for_update: bool = False
) -> ServiceWatcher:
    """The watcher, if it is the workspace's; raises NotFoundProblem. `for_update` locks the row (PostgreSQL)."""
    query = select(ServiceWatcher).where(ServiceWatcher.id == watcher_id, ServiceWatcher.workspace_id == workspace_id)
    watcher = (await session.exec(query.with_for_update(key_share=True) if for_update else query)).first()
    if watcher is None:
        raise no_such_watcher()
    return watcher


async def get_watcher(access: ObserverAccess, watcher_id: UUID, session: ReadSessionDep) -> ServiceWatcher:
    """The watcher of the path for whoever may read it; raises NotFoundProblem."""
    return await load_watcher(session, access.workspace_id, watcher_id)


async def get_watcher_to_edit(access: AdminAccess, watcher_id: UUID, session: SessionDep) -> ServiceWatcher:
    """The watcher of the path, locked, for whoever may change it; raises ForbiddenProblem, NotFoundProblem."""
    return await load_watcher(session, access.workspace_id, watcher_id, for_update=True)


WakerDep = Annotated[Waker, Depends(get_waker)]
WelcomeDep = Annotated[Welcome, Depends(get_welcome)]
SealerDep = Annotated[Sealer, Depends(get_sealer)]
WorkspaceWatcher = Annotated[ServiceWatcher, Depends(get_watcher)]
WatcherToEdit = Annotated[ServiceWatcher, Depends(get_watcher_to_edit)]
