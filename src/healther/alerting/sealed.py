"""What is sealed at rest, and whether this installation's keys open it."""

from collections import Counter
from dataclasses import dataclass, field

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.reseal import SEALED
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.core.settings import Settings
from healther.migrations.state import current_revision, head_revision

log = structlog.get_logger()

_CALLED = {"servicewatcher": "watchers", "channel": "channels", "subscriber": "subscribers"}
_ADVICE = (
    "Secrets were sealed with another key than this one, which opens none of them ({rows}): such checks fail, and what "
    "such channels and subscribers are to be sent is given up. Put that key in the place of this one (healther.secret "
    "beside the database, or HEALTHER_SECRET_KEY), or name it in HEALTHER_OLD_SECRET_KEYS, and start healther again."
)


@dataclass(slots=True)
class Sealed:
    """How many rows there are, how many an old key opens, and by table those that no key opens."""

    total: int = 0
    old: int = 0
    strange: Counter[str] = field(default_factory=Counter)

    @property
    def warning(self) -> str | None:
        """What cannot be opened, and what to do; None where all of it can."""
        if not self.strange:
            return None
        rows = ", ".join(f"{_CALLED[table]}: {count}" for table, count in self.strange.items())
        return _ADVICE.format(rows=rows)


async def examine_sealed(session: AsyncSession, settings: Settings) -> Sealed:
    """Tries every sealed row with the keys of these settings."""
    found = Sealed()
    for table, name, purpose in SEALED:
        sealer = settings.sealer(purpose)
        column = col(getattr(table, name))
        async for sealed in await session.stream_scalars(select(column).where(column.is_not(None))):
            found.total += 1
            if sealed is None or sealer.is_current(sealed):
                continue
            if sealer.opens(sealed):
                found.old += 1
            else:
                found.strange[str(table.__tablename__)] += 1
    return found


async def warn_of_sealed(db: Database, settings: Settings) -> str | None:
    """Warns in the log, and returns so, of secrets that no key opens; a database that is away is not waited for."""
    try:
        if await current_revision(db) != head_revision():
            return None
        async with db.read() as session:
            warning = (await examine_sealed(session, settings)).warning
    except TRANSIENT_ERRORS as error:
        log.warning("whether the secret key opens what is sealed is not known", error=first_line(error))
        return None
    if warning is not None:
        log.error("secrets cannot be opened", advice=warning)
    return warning
