"""A snapshot as the JSON document of `/status/{slug}.json`."""

from typing import Any

from pydantic_core import to_json

from healther.core.clock import SECOND_MS, to_utc
from healther.status_pages.service import day_fields
from healther.status_pages.snapshot import Component, Event, Snapshot


def document(snapshot: Snapshot, *, stale: bool) -> bytes:
    """A PublicStatusPage."""
    look = snapshot.look
    dates = [day.isoformat() for day in snapshot.dates]
    return to_json(
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
                {"name": section.name, "components": [_component(each, snapshot, dates) for each in section.components]}
                for section in snapshot.sections
            ],
            "events": [_event(event) for event in snapshot.events],
        }
    )


def _component(component: Component, snapshot: Snapshot, dates: list[str]) -> dict[str, Any]:
    look = snapshot.look
    days = zip(dates, component.bars, strict=True)
    return {
        "key": component.key,
        "name": component.name,
        "state": component.state.label,
        "since": to_utc(component.since_ms),
        "uptime_percent": component.uptime(len(dates)) if look.show_uptime else None,
        "latency_ms": _to_the_microsecond(component.latency.median) if component.latency else None,
        "days": [{"date": day, **day_fields(times)} for day, times in days] if look.show_bars else None,
    }


def _to_the_microsecond(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _event(event: Event) -> dict[str, Any]:
    return {
        "component": event.component,
        "status": event.state.label,
        "started_at": to_utc(event.started_ms),
        "ended_at": None if event.ended_ms is None else to_utc(event.ended_ms),
        "duration_s": None if event.ended_ms is None else max(0, event.ended_ms - event.started_ms) / SECOND_MS,
        "reason": event.reason,
    }
