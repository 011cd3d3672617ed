"""Lines of an incident's timeline, as rows to insert."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.ids import new_id
from healther.incidents.models import EntryKind, IncidentEntry, Stage


class Actor(NamedTuple):
    """Who did it: a person's id where there is one, and what they are called."""

    id: UUID | None
    name: str


def line(
    incident_id: UUID,
    kind: EntryKind,
    at: int,
    *,
    watcher_id: UUID | None = None,
    actor: Actor | None = None,
    stage: Stage | None = None,
    body: str = "",
    facts: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The columns of an IncidentEntry at `at` (epoch ms)."""
    return {
        "id": new_id(),
        "incident_id": incident_id,
        "at": at,
        "kind": kind,
        "watcher_id": watcher_id,
        "actor_id": actor.id if actor else None,
        "actor": actor.name[:200] if actor else None,
        "stage": stage,
        "body": body,
        "facts": facts or {},
        "planned_at": None,
        "edited_at": None,
    }


def entry(incident_id: UUID, kind: EntryKind, at: int, **columns: Any) -> IncidentEntry:  # noqa: ANN401 - as `line`
    """The same as an object for a session; the keywords are those of `line`."""
    return IncidentEntry(**line(incident_id, kind, at, **columns))


async def goes_on_at(session: AsyncSession, incident_id: UUID, now_ms: int) -> int:
    """When the next line of a timeline is: now, or after the last one where the clock has been set back since (R12)."""
    last = (
        await session.exec(select(func.max(IncidentEntry.at)).where(col(IncidentEntry.incident_id) == incident_id))
    ).one()
    return now_ms if last is None or last <= now_ms else last + 1
