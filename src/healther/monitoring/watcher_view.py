"""A watcher as the API shows it: its configuration, masked, and how it is right now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import to_utc
from healther.history.ledger import shown_since, shown_state
from healther.maintenance.models import MaintenanceCover
from healther.maintenance.reading import covering_windows
from healther.watchers.models import WatcherState
from healther.watchers.parents import parents_of
from healther.watchers.reading import Watched, find_watcher
from healther.watchers.schemas import WatcherMaintenance, WatcherPublic
from healther.watchers.secrets import masked_options
from healther.watchers.tags import tags_of_one


async def show_watcher(session: AsyncSession, workspace_id: UUID, watcher_id: UUID, now_ms: int) -> WatcherPublic:
    """One watcher of the workspace, what this transaction has changed included; raises NotFoundProblem."""
    found = await find_watcher(session, workspace_id, watcher_id, now_ms)
    parents = (await parents_of(session, [watcher_id])).get(watcher_id, ())
    window = (await maintenance_of(session, [found.row])).get(watcher_id)
    return public_watcher(found, await tags_of_one(session, watcher_id), parents, window, now_ms)


async def maintenance_of(session: AsyncSession, rows: Iterable[WatcherState]) -> dict[UUID, WatcherMaintenance]:
    """The windows of those that are in one."""
    inside = [row.watcher_id for row in rows if row.in_maintenance]
    return await covering_windows(session, col(MaintenanceCover.watcher_id).in_(inside)) if inside else {}


def public_watcher(
    found: Watched,
    tags: Sequence[str],
    parents: Sequence[UUID],
    maintenance: WatcherMaintenance | None,
    now_ms: int,
) -> WatcherPublic:
    """What members of its workspace see of it."""
    watcher, row, flaps, is_region_served = found
    under_way = row.lease_slot is not None
    return WatcherPublic(
        **watcher.model_dump(exclude={"options", "sealed_options"}),
        options=masked_options(watcher),
        tags=list(tags),
        depends_on=list(parents),
        region_served=is_region_served,
        state=shown_state(row, now_ms).label,
        since=to_utc(shown_since(row, now_ms)),
        maintenance=maintenance,
        flapping_since=None if flaps is None else to_utc(flaps.since),
        settles_at=None if flaps is None else _time(flaps.settles_at),
        last_checked_at=_time(row.last_checked_at),
        last_response_time_ms=row.last_response_time_ms,
        last_reason=row.last_reason,
        last_message=row.last_message,
        next_check_at=None if under_way else _time(row.due_at),
        certificate_not_after=_time(row.certificate_not_after),
        missed_slots=row.missed_slots,
    )


def _time(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else to_utc(at_ms)
