"""Plans: watchers' configuration compiled for checking, loaded in bulk and kept while it does not change."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import col, select

from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.db import Database
from healther.core.isolation import by_halves
from healther.core.urls import host_of
from healther.core.wording import first_wrong
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Claim, Plan
from healther.probes import PROBE_KINDS, UnknownKindError, compile_probe
from healther.probes.base import NetOnly, Observation, Phases, Probe, ProbeContext, Reason
from healther.watchers.cadence import (
    FALLBACK_INTERVAL_MS,
    MIN_TIMEOUT_MS,
    CadenceUnit,
    interval_ms,
    is_interval,
    phase_ms,
)
from healther.watchers.configuration import TOP_LEVEL
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.schemas import CertificateDays, DegradedAfter, Threshold, Timeout
from healther.watchers.secrets import Options, open_options

log = structlog.get_logger()

_LOAD_AT_ONCE = 500


class Misconfigured:
    """Stands in for a probe that cannot be built from its row: says so at every check, never counts as down."""

    def __init__(self, message: str) -> None:
        self._message = message

    async def run(self, context: ProbeContext) -> Observation:
        """The same answer each time, without looking anywhere."""
        return Observation(Phases(), reason=Reason.MISCONFIGURED, message=self._message)


class PlanCache:
    """Plans by watcher, at most one version each."""

    def __init__(self, db: Database, sealer: Sealer) -> None:
        self._db = db
        self._sealer = sealer
        self._plans: dict[UUID, Plan] = {}

    async def get_many(self, claims: Sequence[Claim]) -> dict[UUID, Plan]:
        """The plan of each claim; a watcher deleted in the meantime is missing."""
        plans: dict[UUID, Plan] = {}
        missing: list[Claim] = []
        for claim in claims:
            plan = self._plans.get(claim.watcher_id)
            if plan is not None and plan.version == claim.version:
                plans[claim.watcher_id] = plan
            else:
                missing.append(claim)
        for start in range(0, len(missing), _LOAD_AT_ONCE):
            wanted = missing[start : start + _LOAD_AT_ONCE]
            loaded = dict(await by_halves(wanted, self._load, _unreadable))
            self._plans |= loaded
            plans |= loaded
            for gone in {claim.watcher_id for claim in wanted} - loaded.keys():
                self._plans.pop(gone, None)
        return plans

    async def _load(self, wanted: Sequence[Claim]) -> list[tuple[UUID, Plan]]:
        query = (
            select(ServiceWatcher, WatcherState.interval_ms, WatcherState.timeout_ms)
            .join(WatcherState, col(WatcherState.watcher_id) == col(ServiceWatcher.id))
            .where(col(ServiceWatcher.id).in_([claim.watcher_id for claim in wanted]))
        )
        async with self._db.read() as session:
            rows = (await session.exec(query)).all()
            return [(row.id, compile_plan(row, self._sealer, Schedule(*hot))) for row, *hot in rows]


async def _unreadable(claim: Claim, error: Exception) -> list[tuple[UUID, Plan]]:
    log.exception("a watcher cannot be read", watcher=str(claim.watcher_id))
    why = f"its row in the database cannot be read: {type(error).__name__}, see the log; mend or delete it"
    return [(claim.watcher_id, _misconfigured(claim.watcher_id, claim.version, FALLBACK_INTERVAL_MS, why))]


class Schedule(NamedTuple):
    """What a watcher's hot row says of its schedule."""

    interval_ms: int
    timeout_ms: int
    """What a lease allows a check: one that may take longer would never be begun."""


def compile_plan(watcher: ServiceWatcher, sealer: Sealer, schedule: Schedule) -> Plan:
    """A watcher's plan; a row that cannot be checked as it stands gets one that says why (S1: a row edited by hand)."""
    try:
        interval = _checked_interval(watcher, schedule)
        probe = _probe_of(watcher, sealer)
    except _UnusableError as error:
        log.warning("watcher cannot be checked", watcher=str(watcher.id), why=str(error))
        interval = schedule.interval_ms if is_interval(schedule.interval_ms) else FALLBACK_INTERVAL_MS
        plan = _misconfigured(watcher.id, watcher.version, interval, str(error))
        return replace(plan, kind=watcher.kind) if watcher.kind in PROBE_KINDS else plan
    return Plan(
        version=watcher.version,
        probe=probe,
        thresholds=_thresholds(watcher.failure_threshold, watcher.recovery_threshold),
        interval_ms=interval,
        phase_ms=phase_ms(watcher.id, interval),
        timeout_ms=watcher.timeout_ms,
        degraded_after_ms=watcher.degraded_after_ms,
        certificate_days=watcher.certificate_days,
        target=host_of(watcher.url) or watcher.url,
        kind=watcher.kind,
        stepped=isinstance(probe, NetOnly) and probe.awaits_net_only,
    )


class _UnusableError(ValueError):
    """The row makes no check; the text says which field, and what to do."""


class _Bounds(BaseModel):
    """What the API would not have let into a row, and checking must not be asked to make sense of."""

    model_config = ConfigDict(from_attributes=True)

    url: str
    every_unit: CadenceUnit
    failure_threshold: Threshold
    recovery_threshold: Threshold
    degraded_after_ms: DegradedAfter | None
    certificate_days: CertificateDays
    timeout_ms: Timeout


def _checked_interval(watcher: ServiceWatcher, schedule: Schedule) -> int:
    try:
        bounds = _Bounds.model_validate(watcher)
        interval = interval_ms(watcher.every_value, bounds.every_unit)
    except ValidationError as error:
        raise _invalid(error) from error
    except (ValueError, TypeError) as error:
        raise _UnusableError(f"its configuration is not valid: {error}; edit it, and save") from error
    if bounds.timeout_ms != schedule.timeout_ms:
        raise _UnusableError(
            f"timeout_ms is {bounds.timeout_ms} and its schedule allows {schedule.timeout_ms} ms: edit it, and save"
        )
    return interval


def _probe_of(watcher: ServiceWatcher, sealer: Sealer) -> Probe:
    try:
        options = _options_of(watcher, sealer)
        top = {"url": watcher.url, "expected_status": watcher.expected_status, "expected_body": watcher.expected_body}
        return compile_probe(watcher.kind, {**options, **top})
    except SealedWithAnotherKeyError as error:
        raise _UnusableError("its secrets were sealed with another HEALTHER_SECRET_KEY; enter them again") from error
    except UnknownKindError as error:
        raise _UnusableError(str(error)) from error
    except ValidationError as error:
        raise _invalid(error) from error


def _options_of(watcher: ServiceWatcher, sealer: Sealer) -> Options:
    if not isinstance(watcher.options, dict):
        raise _UnusableError("its configuration is not valid: options: must be a JSON object; enter them again")
    options = open_options(watcher, sealer)
    if misplaced := sorted(TOP_LEVEL & options.keys()):
        where = misplaced[0]
        raise _UnusableError(f"its configuration is not valid: options.{where} belongs beside options; take it out")
    return options


def _invalid(error: ValidationError) -> _UnusableError:
    where, message = first_wrong(error)
    return _UnusableError(f"its configuration is not valid: {where}: {message}; edit it, and save")


def _misconfigured(watcher_id: UUID, version: int, interval: int, why: str) -> Plan:
    """Answers at once, so any lease is long enough for it."""
    return Plan(
        version=version,
        probe=Misconfigured(why),
        thresholds=_thresholds(),
        interval_ms=interval,
        phase_ms=phase_ms(watcher_id, interval),
        timeout_ms=MIN_TIMEOUT_MS,
        degraded_after_ms=None,
        certificate_days=0,
        target="",
    )


# Of tens of thousands of plans in memory, most have the same.
_thresholds = functools.lru_cache(Thresholds)
