"""Counts a recorded batch for metrics: a microsecond a check, and the registry once a batch."""

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

from healther.incidents.moved import Moved
from healther.monitoring.model import Result
from healther.monitoring.writes import EVENT_COLUMNS
from healther.observability import metrics
from healther.watchers.states import State

Event = tuple[object, ...]

_LABELS: dict[object, str] = {int(state): state.label for state in State}
_STATUS_AND_REASON = itemgetter(EVENT_COLUMNS.index("status"), EVENT_COLUMNS.index("reason"))


def count(results: Sequence[Result], events: Sequence[Event], changes: Sequence[Moved]) -> None:
    """Counts accepted results with their events (the rows of `Writes.events`, in the same order), after the commit."""
    kinds = {result.plan.kind for result in results}
    for kind in kinds:
        if len(kinds) == 1:
            _count_kind(kind, results, events)
        else:
            pairs = [pair for pair in zip(results, events, strict=True) if pair[0].plan.kind == kind]
            _count_kind(kind, [result for result, _ in pairs], [event for _, event in pairs])
    for change in changes:
        metrics.STATE_CHANGES.labels(change.to_state.label).inc()


def _count_kind(kind: str, results: Sequence[Result], events: Sequence[Event]) -> None:
    for (status, reason), number in Counter(map(_STATUS_AND_REASON, events)).items():
        metrics.CHECKS.labels(kind, _LABELS[status], reason or "").inc(number)
    metrics.CHECK_LATENESS_MS.observe_all(kind, [result.started_at_ms - result.claim.slot for result in results])
    metrics.CHECK_DURATION_MS.observe_all(
        kind, [took_ms for result in results if (took_ms := result.observation.response_time_ms) is not None]
    )
