"""A snapshot as the JSON document of `/status/{slug}.json`."""

from typing import Any

import orjson

from healther.core.clock import SECOND_MS, to_utc
from healther.status_pages.bars import days_of
from healther.status_pages.snapshot import Component, Event, Snapshot


def document(snapshot: Snapshot, *, stale: bool) -> bytes:
    """A PublicStatusPage."""
    look = snapshot.look
    return orjson.dumps(
        {
            "title": look.title,
            "description": look.description,
            "state": snapshot.state.label,
            "summary": snapshot.summary,
            "as_of": to_utc(snapshot.at_ms),
            "stale": stale,
            "time_zone": str(look.zone),
            "language": look.words.language,
            "sections": [
                {"name": section.name, "components": [_component(each, snapshot) for each in section.components]}
                for section in snapshot.sections
            ],
            "events": [_event(event) for event in snapshot.events],
        },
        option=orjson.OPT_UTC_Z,
    )


def _component(component: Component, snapshot: Snapshot) -> dict[str, Any]:
    look = snapshot.look
    days = days_of(component, snapshot.dates[0], look.words)
    median = component.latency.median if component.latency else None
    return {
        "key": component.key,
        "name": component.name,
        "state": component.state.label,
        "since": to_utc(component.since_ms),
        "uptime_percent": days.times.uptime_percent if look.show_uptime else None,
        "latency_ms": None if median is None else round(median, 3),
        "days": orjson.Fragment(b"[" + days.json + b"]") if look.show_bars else None,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "component": event.component,
        "status": event.state.label,
        "started_at": to_utc(event.started_ms),
        "ended_at": None if event.ended_ms is None else to_utc(event.ended_ms),
        "duration_s": None if event.ended_ms is None else max(0, event.ended_ms - event.started_ms) / SECOND_MS,
        "reason": event.reason,
    }
