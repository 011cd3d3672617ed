"""Two transactions at once, the second begun while the first has done its work and is not committed."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.db import Database
from healther.core.errors import ConflictProblem
from tests.support.waiting import until

Work = Callable[[AsyncSession], Awaitable[object]]
_WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def second_refused(db: Database, first: Work, second: Work) -> bool:
    """Does both; whether the second was refused as a conflict. On SQLite it waits for its turn to begin."""

    async def meanwhile() -> bool:
        try:
            async with db.write() as session:
                await second(session)
        except ConflictProblem:
            return True
        return False

    async def done_or_waiting() -> bool:
        if task.done() or db.is_sqlite:
            return True
        async with db.read() as session:
            return (await session.exec(text(_WAITING))).first() is not None

    async with db.write() as session:
        await first(session)
        task = asyncio.create_task(meanwhile())
        await until(done_or_waiting, "the second is done, or waits for the first")
    return await asyncio.wait_for(task, 20)
