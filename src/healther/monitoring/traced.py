"""A recorded check as a trace: how long it waited, what the probe took, when it was written. Told when all is over."""

from collections.abc import Sequence
from typing import cast

from healther.core.clock import now_ms
from healther.monitoring.model import Result
from healther.monitoring.writes import EVENT_COLUMNS
from healther.observability import traces
from healther.watchers.states import State

_STATUS, _REASON = EVENT_COLUMNS.index("status"), EVENT_COLUMNS.index("reason")


def tell(results: Sequence[Result], events: Sequence[tuple[object, ...]], began_ms: int) -> None:
    """Sends the traces of those that are sampled; `events` in the same order, writing them began at `began_ms`."""
    tracer = traces.current()
    if tracer is None:
        return
    share, ended_ms = tracer.share, now_ms()
    for result, event in zip(results, events, strict=True):
        claim, begin_ms = result.claim, result.started_at_ms
        if traces.place_of(claim.watcher_id, claim.slot) >= share:
            continue
        ids = traces.ids_of(claim.watcher_id, claim.slot)
        told: dict[str, str | int] = {
            "healther.watcher": str(claim.watcher_id),
            "healther.kind": result.plan.kind,
            "healther.late_ms": max(0, begin_ms - claim.slot),
            "healther.status": State(cast("int", event[_STATUS])).label,
            "healther.reason": str(event[_REASON] or ""),
        }
        slot_ms = min(claim.slot, begin_ms)
        probed_ms = begin_ms + round(result.observation.response_time_ms or 0)
        tracer.step(ids, "check", slot_ms, ended_ms, told, first=True)
        tracer.step(ids, "probe", begin_ms, probed_ms, {})
        tracer.step(ids, "record", began_ms, ended_ms, {"healther.batch": len(results)})
