"""A workspace's overview as Prometheus reads it: at most seven series a watcher, of the figures the app shows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

_UP = {"healthy": 1, "degraded": 1, "down": 0}
Watcher = Mapping[str, Any]


class _Family(NamedTuple):
    """A metric of a watcher; a value of None is left out."""

    name: str
    help: str
    value: Callable[[Watcher], float | None]
    labels: Callable[[Watcher], str] = lambda watcher: ""


def _seconds(name: str) -> Callable[[Watcher], float | None]:
    def value(watcher: Watcher) -> float | None:
        at = watcher[name]
        return None if at is None else datetime.fromisoformat(at).timestamp()

    return value


def _ratio(name: str) -> Callable[[Watcher], float | None]:
    def value(watcher: Watcher) -> float | None:
        percent = watcher[name]
        return None if percent is None else round(percent / 100, 8)

    return value


def _response_s(watcher: Watcher) -> float | None:
    took_ms = watcher["last_response_time_ms"]
    return None if took_ms is None else round(took_ms / 1000, 6)


FAMILIES = (
    _Family(
        "healther_watcher_up",
        "1 = healthy or degraded, 0 = down; left out while it is pending, unknown, paused.",
        lambda watcher: _UP.get(watcher["state"]),
    ),
    _Family(
        "healther_watcher_state",
        "1 for the state the watcher is in.",
        lambda watcher: 1,
        lambda watcher: f',state="{watcher["state"]}"',
    ),
    _Family(
        "healther_watcher_uptime_ratio",
        "Uptime by time over the window, floored; maintenance and unknown time aside.",
        _ratio("uptime_24h_percent"),
        lambda watcher: ',window="24h"',
    ),
    _Family("healther_watcher_uptime_ratio", "", _ratio("uptime_90d_percent"), lambda watcher: ',window="90d"'),
    _Family("healther_watcher_response_time_seconds", "Of the last check that got an answer.", _response_s),
    _Family("healther_watcher_last_check_timestamp_seconds", "When the last check began.", _seconds("last_checked_at")),
    _Family(
        "healther_watcher_certificate_not_after_timestamp_seconds",
        "When the certificate last seen ends.",
        _seconds("certificate_not_after"),
    ),
)

SERIES_MOST = len(FAMILIES)
"""Of a watcher of which everything is known."""


def metrics_text(overview: bytes) -> bytes:
    """The text format (0.0.4) of an OverviewPublic as JSON; thousands of watchers take a thread's time."""
    watchers = orjson.loads(overview)["watchers"]
    named = [(f'watcher_id="{each["id"]}",watcher="{_escaped(each["name"])}"', each) for each in watchers]
    lines = []
    for family in FAMILIES:
        if family.help:
            lines += [f"# HELP {family.name} {family.help}", f"# TYPE {family.name} gauge"]
        for labels, watcher in named:
            value = family.value(watcher)
            if value is not None:
                lines.append(f"{family.name}{{{labels}{family.labels(watcher)}}} {value}")
    return "\n".join([*lines, ""]).encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
