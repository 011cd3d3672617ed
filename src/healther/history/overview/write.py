"""The overview as JSON: written line by line, because thousands of models a call would cost more than all the rest."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import orjson

from healther.core.clock import MINUTE_MS, SECOND_MS, to_utc
from healther.history.overview.past import Past
from healther.history.overview.rows import Row
from healther.watchers.schemas import WatcherMaintenance
from healther.watchers.states import State


class Shown(NamedTuple):
    """A watcher as the overview shows it."""

    row: Row
    past: Past
    tags: Sequence[str]
    state: State
    since: int
    uptime_90d: float | None
    uptime_24h: float | None
    latency_json: str
    days: str
    maintenance: WatcherMaintenance | None = None
    amended: bool = False


_LABELS = {state: state.label for state in State}


class Lines:
    """The watchers' lines as they are written, and how many are in each state; `served` are regions with workers."""

    def __init__(self, served: Collection[str]) -> None:
        self._served = served
        self._lines: list[str] = []
        self._counts = dict.fromkeys(_LABELS.values(), 0)

    def add(self, shown: Shown) -> None:
        """The next watcher."""
        self._counts[_LABELS[shown.state]] += 1
        self._lines.append(_line(shown, "true" if shown.row.region in self._served else "false"))

    def to_json(self, now_ms: int) -> tuple[bytes, bytes]:
        """(counts and watchers, an OverviewPublic)."""
        body = f'"counts":{_text(self._counts)},"watchers":[{",".join(self._lines)}]}}'.encode()
        return body, f'{{"as_of":{_time(now_ms)},'.encode() + body


def _line(shown: Shown, served: str) -> str:
    row = shown.row
    # A null only where something may be missing: most of thousands of lines have no reason and no message.
    said = f'{_text(row.last_reason)},"last_message":{_text(row.last_message)}' if row.last_reason else _NOT_SAID
    next_check_at = None if row.lease_slot is not None else row.due_at
    took_ms = row.last_response_time_ms
    window = shown.maintenance
    inside = "null" if window is None else window.model_dump_json()
    return (
        f'{{{_said(shown)},"state":"{_LABELS[shown.state]}",'
        f'"since":{_long_ago(shown.since)},"maintenance":{inside},"flapping_since":{_time(row.flapping_since)},"last_checked_at":{_time(row.last_checked_at)},'
        f'"last_response_time_ms":{"null" if took_ms is None else round(took_ms, 3)},"last_reason":{said},'
        f'"next_check_at":{_time(next_check_at)},"interval_s":{_number(row.interval_ms / SECOND_MS)},'
        f'"uptime_90d_percent":{_number(shown.uptime_90d)},"uptime_24h_percent":{_number(shown.uptime_24h)},'
        f'"latency_24h":[{shown.latency_json}],"days":"{shown.days}","amended":{"true" if shown.amended else "false"},'
        f'"certificate_not_after":{_long_ago(row.certificate_not_after)},"region_served":{served}}}'
    )


def _said(shown: Shown) -> str:
    row, past = shown.row, shown.past
    said = (row.name, row.kind, row.url, shown.tags, row.created_at)
    if past.said != said:
        past.said = said
        past.said_json = (
            f'"id":"{past.id_text}","name":{_text(row.name)},"kind":{_text(row.kind)},"url":{_text(row.url)},'
            f'"tags":{_text(shown.tags)},"created_at":{_time(row.created_at)}'
        )
    return past.said_json


_NOT_SAID = 'null,"last_message":null'


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


@lru_cache(maxsize=16_384)
def _number(value: float | None) -> str:
    return "null" if value is None else str(int(value) if value == int(value) else value)


def _time(at_ms: int | None) -> str:
    """RFC 3339 in UTC, to the millisecond, quoted; null."""
    if at_ms is None:
        return "null"
    minute, ms = divmod(at_ms, MINUTE_MS)
    return f'{_minute(minute)}{ms // 1000:02}.{ms % 1000:03}Z"'


_long_ago = lru_cache(maxsize=16_384)(_time)
"""For what stays the same from call to call."""


@lru_cache(maxsize=1024)
def _minute(minute: int) -> str:
    return f'"{to_utc(minute * MINUTE_MS):%Y-%m-%dT%H:%M}:'
