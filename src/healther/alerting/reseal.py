"""After a change of SECRET_KEY: everything that an earlier key sealed is sealed with the new one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.deliver import address
from healther.alerting.models import Channel
from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.settings import Settings
from healther.status_pages.models import Subscriber
from healther.status_pages.subscribers import places
from healther.watchers import secrets
from healther.watchers.models import ServiceWatcher

# What is sealed: the table, and the purpose its key is derived for. A new sealed column gets its line.
SEALED: tuple[tuple[type[SQLModel], str, str], ...] = (
    (ServiceWatcher, "sealed_options", secrets.SEALER_PURPOSE),
    (Channel, "sealed_options", address.SEALER_PURPOSE),
    (Subscriber, "sealed_address", places.SEALER_PURPOSE),
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
    for model, name, purpose in SEALED:
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        row_id, column = table.c.id, table.c[name]
        sealer = settings.sealer(purpose)
        query = select(row_id, column).where(column.is_not(None)).with_for_update()
        connection = await session.connection()
        rows = [row for each in (await connection.execute(query)).all() if (row := _anew(each, sealer, found))]
        if rows:
            change = update(table).where(row_id == bindparam("row_id"))
            await connection.execute(change.values({name: bindparam("sealed")}), rows)
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
