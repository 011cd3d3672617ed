"""A pipeline that answers at once, for tests of what only asks for a check."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert

from healther.core.clock import now_ms
from healther.history.models import healthevent
from healther.watchers.states import State
from tests.support.api import Api


class AnsweringWaker:
    """Stands for the pipeline: who is woken is checked at once."""

    def __init__(self, api: Api) -> None:
        self.api = api

    async def due_now(self, watcher_ids: Sequence[UUID]) -> None:
        at = now_ms()
        events = [
            {"watcher_id": watcher_id, "slot": at, "created_at": at, "status": State.HEALTHY}
            for watcher_id in watcher_ids
        ]
        if events:
            async with self.api.db.write_connection() as connection:
                await connection.execute(insert(healthevent), events)
