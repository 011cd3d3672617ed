"""What an import takes: what the API would have taken (S1). The checksums of an export prove who wrote it to nobody."""

import base64
import math
import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import BigInteger, Column, SmallInteger
from sqlmodel import SQLModel

from healther.core.clock import DAY_MS, SECOND_MS
from healther.core.errors import InvalidProblem
from healther.core.secrets import MASK
from healther.core.text import Name, flat, without_nul
from healther.core.wording import first_wrong
from healther.core.zones import zone_of
from healther.history import hour
from healther.history.retention.schemas import RetentionUpdate
from healther.history.sketch import Sketch
from healther.incidents.schemas import Title
from healther.maintenance.occurrences import MAX_RECURRING_MS, wall
from healther.maintenance.rules import check_rule
from healther.maintenance.schemas import MaintenanceCreate
from healther.transfer.archive import ArchiveError
from healther.transfer.values import Kind, kind_of
from healther.watchers.configuration import check_degraded_after, check_probe, check_timing
from healther.watchers.schemas import WatcherCreate
from healther.watchers.secrets import secret_fields
from healther.watchers.states import EVENT_STATUSES, LEDGER_STATES, State, StateColumn
from healther.watchers.tags import Tag, fold_tag

Values = Mapping[str, Any]
Check = Callable[[Any], object]

_MOST_CHARS = 100_000
_LATEST_MS = 253_370_764_800_000
"""The end of the year 9998: what is later is no moment, and what lasts longer is no duration."""
_OLDEST_MS = 10 * 366 * DAY_MS
"""Time that is not in the rollups yet is entered hour by hour: so many at most."""
_NO_LATER = ("slot", "last_slot", "since", "last_checked_at", "ledger_moved_at", "accounted_until", "started_at")
_STATES = {("healthevent", "status"): EVENT_STATUSES, ("span", "state"): LEDGER_STATES}
_HALVES = {"client_key": "client_certificate"}
"""Secrets without which what stands beside them is not valid; they were left behind."""


class Vetting:
    """The rows of one table of an export, one after the other."""

    def __init__(self, table: str, workspace: str, now_ms: int) -> None:
        self._table = table
        self._workspace = workspace
        self._now_ms = now_ms
        self._columns = [
            (column.name, _check_of(table, column)) for column in SQLModel.metadata.tables[table].columns
        ]  # fmt: skip
        self._whole = _WHOLE.get(table)

    def vet(self, row: Values, where: str) -> None:
        """Raises ArchiveError, which names the row, its field and why."""
        try:
            for name, check in self._columns:
                if row.get(name) is not None:
                    _field(name, check, row[name])
            for name in _NO_LATER:
                if (row.get(name) or 0) > self._now_ms + DAY_MS:
                    raise ValueError(f"{name}: must not lie in the future")
            if self._whole is not None:
                self._whole(row, self._now_ms)
        except InvalidProblem as error:
            raise self._error(row, where, error.detail.removeprefix("body.")) from error
        except ValidationError as error:
            raise self._error(row, where, ": ".join(first_wrong(error))) from error
        except (ValueError, TypeError) as error:
            raise self._error(row, where, str(error)) from error

    def _error(self, row: Values, where: str, why: str) -> ArchiveError:
        name = row.get("name", row.get("title"))
        named = f', "{flat(name)[:100]}"' if isinstance(name, str) else ""
        return ArchiveError(f'{where}, workspace "{flat(self._workspace)[:100]}"{named}: {why}')


def workspace_name(value: object) -> str:
    """A workspace's name as the API takes it; raises ArchiveError."""
    try:
        return _NAME.validate_python(value, strict=True)
    except ValidationError as error:
        raise ArchiveError(f"workspace: name: {first_wrong(error)[1]}") from error


def event_days(days: tuple[int, ...], events: int, now_ms: int) -> tuple[int, ...]:
    """The days that partitions are made for; raises ArchiveError for what are none, or more than there are events."""
    if len(days) > events or any(day % DAY_MS or not 0 <= day <= now_ms + DAY_MS for day in days):
        raise ArchiveError("its manifest cannot be used: event_days are not the days of its events")
    return days


def _field(name: str, check: Check, value: object) -> None:
    try:
        check(value)
    except ValidationError as error:
        raise ValueError(f"{name}: {first_wrong(error)[1]}") from error
    except (ValueError, TypeError, struct.error) as error:
        raise ValueError(f"{name}: {error}") from error


def _check_of(table: str, column: Column[Any]) -> Check:
    """What any value of a column must be, by its type and, where there is a model, by what that says."""
    kind = kind_of(column)
    if isinstance(column.type, StateColumn):
        return _one_of(_STATES.get((table, column.name), tuple(State)))
    if kind is Kind.INTEGER:
        small = 2**15 - 1 if isinstance(column.type, SmallInteger) else 2**31 - 1
        is_long = isinstance(getattr(column.type, "impl", column.type), BigInteger)
        return _between(0, _LATEST_MS if is_long else small)
    if kind is Kind.FLOAT:
        return _finite
    if kind is Kind.TEXT:
        return _text(getattr(column.type, "length", None) or _MOST_CHARS, _annotated(table, column.name))
    annotated = _annotated(table, column.name)
    return annotated.validate_python if kind is Kind.JSON and annotated is not None else _anything


def _annotated(table: str, name: str) -> TypeAdapter[Any] | None:
    for mapper in SQLModel._sa_registry.mappers:
        if mapper.class_.__tablename__ == table:
            return TypeAdapter(mapper.class_.model_fields[name].annotation)
    return None


def _anything(_value: object) -> None:
    """Ids, bytes and booleans: decoding says what is wrong."""


def _between(least: int, most: int) -> Check:
    def check(value: int) -> None:
        if not least <= value <= most:
            raise ValueError(f"must be between {least} and {most} (got {value})")

    return check


def _one_of(states: tuple[State, ...]) -> Check:
    def check(value: int) -> None:
        if value not in states:
            raise ValueError(f"must be one of {', '.join(f'{int(state)} ({state.label})' for state in states)}")

    return check


def _finite(value: float) -> None:
    if not (math.isfinite(value) and 0 <= value <= _LATEST_MS):
        raise ValueError("must be a number of 0 or more")


def _text(most: int, annotated: TypeAdapter[Any] | None) -> Check:
    def check(value: str) -> None:
        if not isinstance(value, str):
            raise TypeError("must be text")
        if len(without_nul(value)) > most:
            raise ValueError(f"must have {most} characters at most")
        if annotated is not None:
            annotated.validate_python(value)

    return check


def _watcher(row: Values, _now_ms: int) -> None:
    """As a new one of the API, but for secrets, which an export has only masks of."""
    WatcherCreate.model_validate({name: row[name] for name in WatcherCreate.model_fields.keys() & row.keys()})
    check_timing(row["every_value"], row["every_unit"], row["timeout_ms"])
    check_degraded_after(row["degraded_after_ms"], row["timeout_ms"])
    options = dict(row["options"])
    for name in secret_fields(row["kind"]) & options.keys():
        hidden = options[name].values() if isinstance(options[name], dict) else [options[name]]
        if any(value not in (MASK, None) for value in hidden):
            raise ValueError(
                f"options.{name}: is a secret and not masked; an export has none, enter it after the import"
            )
        if name in _HALVES and options[name] == MASK:
            del options[name]
            options.pop(_HALVES[name], None)
    top = {name: row[name] for name in ("url", "expected_status", "expected_body")}
    check_probe(row["kind"], options=options, **top)


def _tag(row: Values, _now_ms: int) -> None:
    _field("name", _TAG.validate_python, row["name"])
    if row["folded"] != fold_tag(row["name"]):
        raise ValueError(f"folded: must be {fold_tag(row['name'])!r}")


def _hot_row(row: Values, now_ms: int) -> None:
    if row["accounted_until"] < now_ms - _OLDEST_MS:
        raise ValueError("accounted_until: must not lie more than ten years back")
    if row["hour_counts"] is not None:
        _field("hour_counts", lambda value: hour.fold(base64.b64decode(value, validate=True)), row["hour_counts"])


def _rollup(row: Values, _now_ms: int) -> None:
    _field(
        "latency_sketch", lambda value: Sketch.from_bytes(base64.b64decode(value, validate=True)), row["latency_sketch"]
    )


def _window(row: Values, _now_ms: int) -> None:
    duration_ms, announce_ms = row["duration_ms"], row["announce_before_ms"]
    starts_at = datetime.fromtimestamp(row["starts_at"] / SECOND_MS, UTC)
    same = ("title", "description", "rrule", "time_zone", "all_watchers", "tags")
    window = MaintenanceCreate.model_validate(
        {
            **{name: row[name] for name in same},
            "starts_at": starts_at,
            "duration_s": None if duration_ms is None else duration_ms // SECOND_MS,
            "announce_before_s": None if announce_ms is None else announce_ms // SECOND_MS,
        }
    )
    zone = zone_of(window.time_zone)
    if window.rrule is not None:
        if duration_ms is None or duration_ms > MAX_RECURRING_MS:
            raise ValueError("duration_ms: must be 7 days at most for a window with a rule")
        _field("rrule", lambda rule: check_rule(rule, wall(row["starts_at"], zone), zone), window.rrule)


def _retention(row: Values, _now_ms: int) -> None:
    RetentionUpdate.model_validate({name: row[name] for name in RetentionUpdate.model_fields})


_NAME: TypeAdapter[str] = TypeAdapter(Name)
_TAG: TypeAdapter[str] = TypeAdapter(Tag)
_TITLE: TypeAdapter[str] = TypeAdapter(Title)
_WHOLE: dict[str, Callable[[Values, int], None]] = {
    "servicewatcher": _watcher,
    "watchertag": _tag,
    "watcherstate": _hot_row,
    "rolluphourly": _rollup,
    "rollupdaily": _rollup,
    "maintenancewindow": _window,
    "incident": lambda row, _now_ms: _field("title", _TITLE.validate_python, row["title"]),
    "retention": _retention,
}
