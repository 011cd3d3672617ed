"""A watcher as the API shows it: its configuration, masked, and how it is right now."""

from collections.abc import Sequence
from datetime import datetime

from healther.core.clock import to_utc
from healther.history.ledger import shown_since, shown_state
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.schemas import WatcherPublic
from healther.watchers.secrets import masked_options


def public_watcher(watcher: ServiceWatcher, row: WatcherState, tags: Sequence[str], now_ms: int) -> WatcherPublic:
    """What members of its workspace see of it."""
    under_way = row.lease_slot is not None
    return WatcherPublic(
        **watcher.model_dump(exclude={"options", "sealed_options"}),
        options=masked_options(watcher),
        tags=list(tags),
        state=shown_state(row, now_ms).label,
        since=to_utc(shown_since(row, now_ms)),
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
