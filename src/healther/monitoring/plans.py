"""Plans: watchers' configuration compiled for checking, loaded in bulk and kept while it does not change."""

import functools
from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlmodel import col, select

from healther.core.crypto import SealedWithAnotherKeyError, Sealer
from healther.core.db import Database
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Claim, Plan
from healther.probes import UnknownKindError, compile_probe
from healther.probes.base import NetOnly, Observation, Phases, Probe, ProbeContext, Reason
from healther.watchers.cadence import CadenceUnit, interval_ms, phase_ms
from healther.watchers.models import ServiceWatcher
from healther.watchers.secrets import open_options

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
        missing: list[UUID] = []
        for claim in claims:
            plan = self._plans.get(claim.watcher_id)
            if plan is not None and plan.version == claim.version:
                plans[claim.watcher_id] = plan
            else:
                missing.append(claim.watcher_id)
        for start in range(0, len(missing), _LOAD_AT_ONCE):
            wanted = missing[start : start + _LOAD_AT_ONCE]
            async with self._db.read() as session:
                watchers = await session.exec(select(ServiceWatcher).where(col(ServiceWatcher.id).in_(wanted)))
                loaded = {watcher.id: compile_plan(watcher, self._sealer) for watcher in watchers}
            self._plans |= loaded
            plans |= loaded
            for gone in set(wanted) - loaded.keys():
                self._plans.pop(gone, None)
        return plans


def compile_plan(watcher: ServiceWatcher, sealer: Sealer) -> Plan:
    """A watcher's plan; a row that makes no valid probe gets one that says why (S1: a row edited by hand)."""
    probe: Probe
    try:
        probe = compile_probe(
            watcher.kind,
            {
                "url": watcher.url,
                "expected_status": watcher.expected_status,
                "expected_body": watcher.expected_body,
                **open_options(watcher, sealer),
            },
        )
    except SealedWithAnotherKeyError:
        probe = Misconfigured("its secrets were sealed with another HEALTHER_SECRET_KEY; enter them again")
    except UnknownKindError as error:
        probe = Misconfigured(str(error))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        probe = Misconfigured(f"its configuration is not valid: {where}: {first['msg']}")
    if isinstance(probe, Misconfigured):
        log.warning("watcher cannot be checked", watcher=str(watcher.id))
    interval = interval_ms(watcher.every_value, CadenceUnit(watcher.every_unit))
    return Plan(
        version=watcher.version,
        probe=probe,
        thresholds=_thresholds(watcher.failure_threshold, watcher.recovery_threshold),
        interval_ms=interval,
        phase_ms=phase_ms(watcher.id, interval),
        timeout_ms=watcher.timeout_ms,
        degraded_after_ms=watcher.degraded_after_ms,
        certificate_days=watcher.certificate_days,
        target=urlsplit(watcher.url).hostname or watcher.url,
        kind=watcher.kind,
        stepped=isinstance(probe, NetOnly) and probe.awaits_net_only,
    )


# Of tens of thousands of plans in memory, most have the same.
_thresholds = functools.lru_cache(Thresholds)
