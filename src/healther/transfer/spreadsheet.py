"""An export's tables as people read them: columns and values by the names and in the units of the API."""

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Any

from sqlalchemy import Column

from healther.core.clock import SECOND_MS, to_utc
from healther.core.csv_cells import text_cell
from healther.core.wire import to_the_microsecond
from healther.transfer.values import Kind, encoder, kind_of
from healther.watchers.states import State, StateColumn

Cell = Callable[[Any], object]

_MOMENTS = frozenset({"at", "slot", "since", "certificate_not_after"})
# What the machinery keeps for itself, whatever table it is in: the API does not show it either.
_OF_THE_MACHINERY = frozenset(
    {"planned_at", "next_turn_at", "running_since", "running_until", "deleted_at", "folded", "latency_sketch",
     "title_given", "last_known"}
)  # fmt: skip
_OF_A_WATCHER_NOW = (
    "watcher_id", "state", "since", "missed_slots", "last_checked_at", "last_response_time_ms", "last_reason",
    "last_message", "certificate_not_after",
)  # fmt: skip
_NAMES = {
    "amendment": {
        "starts_at": "from", "ends_at": "to", "created_by_name": "created_by", "withdrawn_by_name": "withdrawn_by",
    },
    "statechange": {"certificate": "certificate_sha256"},
    "watcherparent": {"parent_id": "depends_on"},
}  # fmt: skip
# Kept in milliseconds, told in seconds; a phase's sum stays what it is: over its own count it is the API's mean.
_IN_SECONDS = {
    "duration_ms": "duration_s",
    "announce_before_ms": "announce_before_s",
    **{f"{state}_time_ms": f"{state}_s" for state in ("healthy", "degraded", "down", "unknown", "maintenance")},
}


def shown(column: Column[Any]) -> bool:
    """Whether a column of an export is in its CSV."""
    if column.table.name == "watcherstate":
        return column.name in _OF_A_WATCHER_NOW
    return column.name not in _OF_THE_MACHINERY


def name_of(column: Column[Any]) -> str:
    """What a column is called: as in the API."""
    return {**_IN_SECONDS, **_NAMES.get(column.table.name, {})}.get(column.name, column.name)


def cell_of(column: Column[Any]) -> Cell:
    """A value as the API has it: times in UTC, states in words; and no text that a spreadsheet takes for a formula."""
    kind = kind_of(column)
    if isinstance(column.type, StateColumn):
        return lambda value: State(value).label
    if kind is Kind.INTEGER and (column.name in _MOMENTS or column.name.endswith(("_at", "_from"))):
        return lambda value: to_utc(value).isoformat().replace("+00:00", "Z")
    if column.name in _IN_SECONDS:
        return lambda value: value / SECOND_MS
    if kind is Kind.BOOLEAN:
        return lambda value: "true" if value else "false"
    if kind is Kind.FLOAT:
        return to_the_microsecond
    if kind in (Kind.TEXT, Kind.JSON):
        return text_cell
    return encoder(kind)


def lines_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV. No line break within a cell: a line is a row, as the manifest counts them."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows([str(cell).replace("\n", " ") for cell in row] for row in rows)
    return out.getvalue().encode()
