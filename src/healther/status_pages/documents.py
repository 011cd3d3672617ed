"""A snapshot as the JSON document of `/status/{slug}.json`."""

from typing import Any

import orjson

from healther.core.clock import SECOND_MS, to_utc
from healther.incidents.models import Impact
from healther.status_pages.bars import days_of
from healther.status_pages.snapshot import Announced, Component, Event, Snapshot, Story
from healther.watchers.states import State

IMPACTS = {State.DOWN: Impact.DOWN, State.DEGRADED: Impact.DEGRADED, State.HEALTHY: Impact.NONE}


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
            "stale": stale or snapshot.checks_late,
            "checks_late": snapshot.checks_late,
            "time_zone": str(look.zone),
            "language": look.words.language,
            "sections": [
                {"name": section.name, "components": [_component(each, snapshot) for each in section.components]}
                for section in snapshot.sections
            ],
            "events": [_event(event) for event in snapshot.events],
            "maintenance": [_announced(each) for each in snapshot.announced],
            "incidents": [_story(story) for story in snapshot.stories],
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
        "in_maintenance": component.in_maintenance,
        "uptime_percent": days.times.uptime_percent if look.show_uptime else None,
        "watched_s": days.times.watched_ms / SECOND_MS if look.show_uptime else None,
        "amended": component.raw_bars is not None,
        "raw_uptime_percent": component.raw_uptime if look.show_uptime else None,
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


def _announced(window: Announced) -> dict[str, Any]:
    return {
        "key": window.anchor,
        "title": window.title,
        "description": window.description,
        "starts_at": to_utc(window.started_ms),
        "ends_at": None if window.ended_ms is None else to_utc(window.ended_ms),
        "running": window.running,
        "components": window.keys,
    }


def _story(story: Story) -> dict[str, Any]:
    return {
        "key": story.anchor,
        "title": story.title,
        "impact": IMPACTS[story.impact],
        "flapping": story.flapping,
        "stage": story.stage,
        "started_at": to_utc(story.started_ms),
        "resolved_at": None if story.resolved_ms is None else to_utc(story.resolved_ms),
        "components": story.keys,
        "back": [{"component": each.key, "duration_s": each.lasted_ms / SECOND_MS} for each in story.back],
        "updates": [
            {
                "key": update.anchor,
                "at": to_utc(update.at_ms),
                "stage": update.stage,
                "body_html": update.html,
                "edited_at": None if update.edited_ms is None else to_utc(update.edited_ms),
            }
            for update in story.updates
        ],
        "updates_left_out": story.updates_left_out,
        "post_mortem_html": story.post_mortem,
        "post_mortem_left_out": story.post_mortem_left_out,
    }
