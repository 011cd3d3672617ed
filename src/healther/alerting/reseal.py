"""After a change of SECRET_KEY: everything that an earlier key sealed is sealed with the new one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver import address
from healther.alerting.models import Channel
from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.settings import Settings
from healther.watchers import secrets
from healther.watchers.models import ServiceWatcher

# What is sealed: the table, and the purpose its key is derived for. A new sealed column gets its line.
SEALED: tuple[tuple[type[ServiceWatcher] | type[Channel], str], ...] = (
    (ServiceWatcher, secrets.SEALER_PURPOSE),
    (Channel, address.SEALER_PURPOSE),
)


@dataclass(slots=True)
class Resealed:
    """How many rows were sealed anew, were already, and cannot be opened by any key."""

    done: int = 0
    current: int = 0
    unreadable: int = 0


async def reseal(session: AsyncSession, settings: Settings) -> Resealed:
    """Seals with SECRET_KEY what one of OLD_SECRET_KEYS sealed; the caller commits. Safe to run twice."""
    found = Resealed()
    for table, purpose in SEALED:
        sealer = settings.sealer(purpose)
        query = select(table.id, table.sealed_options).where(col(table.sealed_options).is_not(None))
        rows = [
            row for each in (await session.exec(query.with_for_update())).all() if (row := _anew(each, sealer, found))
        ]
        if rows:
            change = update(table).where(col(table.id) == bindparam("row_id"))
            connection = await session.connection()
            await connection.execute(change.values(sealed_options=bindparam("sealed")), rows)
    return found


def _anew(row: Any, sealer: Sealer, found: Resealed) -> dict[str, Any] | None:  # noqa: ANN401 - of a query
    row_id, sealed = row
    if sealer.is_current(sealed):
        found.current += 1
        return None
    try:
        clear = sealer.open(sealed)
    except SealedWithAnotherKeyError:
        found.unreadable += 1
        return None
    found.done += 1
    return {"row_id": row_id, "sealed": sealer.seal(clear)}
