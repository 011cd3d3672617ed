"""What the table of health events itself holds to, whatever code writes into it."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from healther.core.clock import MINUTE_MS, now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from healther.history.models import healthevent
from healther.history.partitions import ensure_partitions
from healther.watchers.states import State


async def test_no_slot_of_a_watcher_has_two_events(db: Database) -> None:
    """R5: the fence keeps a second result away, and this what a fault in that would let through."""
    slot = now_ms()
    await ensure_partitions(db, slot)
    event = {"watcher_id": new_id(), "slot": slot, "created_at": slot, "status": State.HEALTHY}
    others = [{**event, "slot": slot - MINUTE_MS}, {**event, "watcher_id": new_id()}]
    async with db.write_connection() as connection:
        await connection.execute(insert(healthevent), [event, *others])
    with pytest.raises(IntegrityError):
        async with db.write_connection() as connection:
            await connection.execute(insert(healthevent), [{**event, "status": State.DOWN}])
