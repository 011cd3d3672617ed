"""Counts a recorded batch for metrics: a few dictionary steps a check, and the registry once a batch."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from healther.core.clock import SECOND_MS
from healther.incidents.moved import Moved
from healther.monitoring.model import Result
from healther.monitoring.writes import EVENT_COLUMNS
from healther.observability import metrics
from healther.watchers.states import State

_LABELS: dict[object, str] = {int(state): state.label for state in State}
_STATUS, _REASON = EVENT_COLUMNS.index("status"), EVENT_COLUMNS.index("reason")


def count(results: Sequence[Result], events: Sequence[tuple[object, ...]], changes: Sequence[Moved]) -> None:
    """Counts accepted results with their events (the rows of `Writes.events`, in the same order), after the commit."""
    checks: Counter[tuple[str, object, object]] = Counter()
    lateness: defaultdict[str, list[float]] = defaultdict(list)
    durations: defaultdict[str, list[float]] = defaultdict(list)
    for result, event in zip(results, events, strict=True):
        kind = result.plan.kind
        checks[kind, event[_STATUS], event[_REASON]] += 1
        lateness[kind].append(max(0, result.started_at_ms - result.claim.slot) / SECOND_MS)
        took_ms = result.observation.response_time_ms
        if took_ms is not None:
            durations[kind].append(took_ms / SECOND_MS)
    for (kind, status, reason), number in checks.items():
        metrics.CHECKS.labels(kind, _LABELS[status], reason or "").inc(number)
    for kind, values in lateness.items():
        metrics.CHECK_LATENESS.observe_all(kind, values)
    for kind, values in durations.items():
        metrics.CHECK_DURATION.observe_all(kind, values)
    for change in changes:
        metrics.STATE_CHANGES.labels(change.to_state.label).inc()
