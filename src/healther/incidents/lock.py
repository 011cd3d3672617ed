"""One at a time: whoever changes a workspace's incidents holds its row until the commit."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from healther.accounts.models import Workspace


async def lock_incidents(connection: AsyncConnection, workspace_ids: Collection[UUID]) -> None:
    """Locks the incidents of these workspaces until the commit (PostgreSQL), in one order.

    Hot rows are locked before, never after: that is the order in which recording does it. Incidents that are merged
    are members of each other's fate: locking them one by one would have two recorders wait for each other.
    """
    query = select(Workspace.id).where(col(Workspace.id).in_(workspace_ids))  # type: ignore[call-overload]
    await connection.execute(query.order_by(Workspace.id).with_for_update(key_share=True))
