"""Whether checks are made on time (R6): the age of the most overdue one."""

from sqlmodel import col, func, select

from healther.core.away import why_away
from healther.core.clock import SECOND_MS
from healther.core.db import Database
from healther.core.errors import UnavailableProblem
from healther.core.sqlite_file import DatabaseFileGoneError
from healther.watchers.models import WatcherState
from healther.watchers.regions import OVERDUE_LIMIT_S, is_served


async def oldest_overdue_s(db: Database, own_region: str, now_ms: int) -> float:
    """How late the most overdue check is, in seconds; 0 when none is.

    Of the regions that are served: a watcher that names another waits for nobody, and says so itself.
    """
    query = select(func.min(col(WatcherState.due_at))).where(is_served(own_region, now_ms))
    async with db.read() as session:
        due_at = (await session.exec(query)).one()
    return 0.0 if due_at is None else max(0, now_ms - due_at) / SECOND_MS


async def readiness(db: Database, own_region: str, now_ms: int) -> float:
    """The same; raises UnavailableProblem when it is more than a minute, OperationalError when the database is gone.

    A file of SQLite that is gone is an UnavailableProblem too, which says so: nothing comes back by waiting.
    """
    try:
        db.check_file()
    except DatabaseFileGoneError as error:
        raise UnavailableProblem(why_away(error)) from error
    overdue_s = await oldest_overdue_s(db, own_region, now_ms)
    if overdue_s > OVERDUE_LIMIT_S:
        raise UnavailableProblem(f"Checks are overdue by up to {overdue_s:.0f} s: is a worker running and keeping up?")
    return overdue_s
