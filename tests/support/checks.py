"""What the database says of the checks that were made."""

from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select

from healther.core.db import Database
from healther.history.models import healthevent
from healther.watchers.states import State


@dataclass(frozen=True)
class Event:
    """One recorded check; times in epoch ms."""

    slot: int
    created_at: int
    status: State
    reason: str | None
    message: str | None


async def events_of(db: Database, watcher_id: UUID) -> list[Event]:
    """A watcher's events, oldest first."""
    columns = healthevent.c
    query = select(columns.slot, columns.created_at, columns.status, columns.reason, columns.message)
    async with db.read_connection() as connection:
        rows = await connection.execute(query.where(columns.watcher_id == watcher_id).order_by(columns.slot))
        return [Event(*row) for row in rows]


def longest_wait_ms(events: list[Event]) -> int:
    """The longest time between the starts of two checks that follow each other."""
    starts = sorted(event.created_at for event in events)
    return max((later - earlier for earlier, later in pairwise(starts)), default=0)
