"""Reads what planning looks at, in a fixed number of queries however many incidents there are."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.grouping import Candidate, Cause
from healther.alerting.holds import Child, Parent, unwatched
from healther.alerting.models import AlertRun
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.situation import Case, Part
from healther.core.public_suffixes import registered_domain, suffixes
from healther.core.urls import host_of
from healther.history.ledger import GAP_GRACE_MS
from healther.history.models import StateChange
from healther.incidents.models import CauseKind, Impact, Incident, IncidentMember, Origin
from healther.maintenance.models import MaintenanceCover, MaintenanceWindow
from healther.probes.base import Reason
from healther.watchers.models import Flapping, ServiceWatcher, WatcherParent, WatcherState
from healther.watchers.states import State

_IMPAIRED = (State.DEGRADED, State.DOWN)


async def load_cases(session: AsyncSession, workspace_id: UUID) -> list[Case]:
    """The automatic incidents that are open, undecided, or over with somebody still to be told; oldest first."""
    ours = (
        Incident.workspace_id == workspace_id,
        Incident.origin == Origin.AUTOMATIC,
        col(Incident.merged_into_id).is_(None),
    )
    running = select(AlertRun.incident_id).where(col(AlertRun.ended_at).is_(None))
    incidents: dict[UUID, Incident] = {}
    for which in (
        col(Incident.resolved_at).is_(None),
        col(Incident.planned_at).is_(None),
        col(Incident.resolved_at).is_not(None) & col(Incident.id).in_(running),
    ):
        for incident in (await session.exec(select(Incident).where(*ours, which))).all():
            incidents[incident.id] = incident
    cases = {
        incident.id: Case(incident)
        for incident in sorted(incidents.values(), key=lambda each: (each.started_at, each.id))
    }
    for case_id, part in await _parts(session, cases):
        cases[case_id].parts.append(part)
    runs = select(AlertRun).where(col(AlertRun.incident_id).in_(cases))
    for run in (await session.exec(runs)).all():
        cases[run.incident_id].runs[run.policy_id] = run
    return list(cases.values())


async def _parts(session: AsyncSession, case_ids: Collection[UUID]) -> Iterable[tuple[UUID, Part]]:
    member, watcher, hot = IncidentMember, ServiceWatcher, WatcherState
    query = (
        select(  # type: ignore[call-overload, misc]
            member.incident_id, member.watcher_id, member.impact, member.reason, member.message, member.joined_at,
            member.left_at,
            watcher.name, watcher.url, watcher.region, hot.state, hot.since, hot.last_checked_at,
            member.automatic, hot.last_reason, member.merged_at, hot.known_until, member.seen_left_at,
            member.return_told_at,
        )
        .join(watcher, col(watcher.id) == member.watcher_id)
        .join(hot, col(hot.watcher_id) == member.watcher_id)
        .where(col(member.incident_id).in_(case_ids))
    )  # fmt: skip
    return [
        (case_id, Part(watcher_id, Impact(impact), *rest))
        for case_id, watcher_id, impact, *rest in (await session.exec(query)).all()
    ]


async def flapping_since(session: AsyncSession, workspace_id: UUID) -> dict[UUID, int]:
    """The workspace's watchers that flap, and since when."""
    query = (
        select(Flapping.watcher_id, Flapping.since)
        .join(ServiceWatcher, col(ServiceWatcher.id) == Flapping.watcher_id)
        .where(ServiceWatcher.workspace_id == workspace_id)
    )
    return dict((await session.exec(query)).all())


async def children(
    desk: Desk, cases: Iterable[Case], flapping: Collection[UUID], parents: Mapping[UUID, Sequence[Parent]]
) -> dict[tuple[UUID, UUID], Child]:
    """What could explain each watcher in these incidents, by (incident, watcher); `parents` are those that may."""
    wanted = [(case, part) for case in cases for part in case.staying]
    # What nobody was told of was seen just now, unless that is long ago: a check under way holds it up no more.
    covers = await windows_over(desk.session, {part.watcher_id for _, part in wanted})
    return {
        (case.incident.id, part.watcher_id): Child(
            state=State.DOWN if part.impact is Impact.DOWN else State.DEGRADED,
            started_at=case.incident.started_at,
            detected_at=case.incident.detected_at,
            last_checked_at=part.last_checked_at,
            told=case.told,
            maintenance=covers.get(part.watcher_id),
            flapping=part.watcher_id in flapping,
            blind=part.state is State.UNKNOWN and part.last_reason == Reason.NO_NETWORK,
            unwatched=unwatched(part.known_until, desk.since_ms - (0 if case.told else GAP_GRACE_MS), desk.now_ms),
            parents=parents.get(part.watcher_id, ()),
        )
        for case, part in wanted
    }


async def windows_over(session: AsyncSession, watcher_ids: Collection[UUID]) -> dict[UUID, str]:
    """The title of a maintenance window that each of these is in now; the others are missing."""
    query = (
        select(MaintenanceCover.watcher_id, MaintenanceWindow.title)
        .join(MaintenanceWindow, col(MaintenanceWindow.id) == MaintenanceCover.window_id)
        .where(col(MaintenanceCover.watcher_id).in_(watcher_ids))
    )
    return dict((await session.exec(query)).all())


async def parents_of(session: AsyncSession, watcher_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Parent]]:
    """The direct parents of each of these by their ids, in the order of their names."""
    hot, flaps = WatcherState, aliased(Flapping)
    query = (
        select(  # type: ignore[call-overload]
            WatcherParent.watcher_id, WatcherParent.parent_id, ServiceWatcher.name, hot.state, hot.since,
            hot.last_checked_at, hot.impaired_run, hot.down_run, flaps.watcher_id,
        )
        .join(ServiceWatcher, col(ServiceWatcher.id) == WatcherParent.parent_id)
        .join(hot, col(hot.watcher_id) == WatcherParent.parent_id)
        .join(flaps, col(flaps.watcher_id) == WatcherParent.parent_id, isouter=True)
        .where(col(WatcherParent.watcher_id).in_(watcher_ids))
        .order_by(ServiceWatcher.name)
    )  # fmt: skip
    found: defaultdict[UUID, dict[UUID, Parent]] = defaultdict(dict)
    for child, parent, name, state, since, checked, impaired_run, down_run, flaps_too in (
        await session.exec(query)
    ).all():
        failing = (state == State.HEALTHY and impaired_run > 0) or (state == State.DEGRADED and down_run > 0)
        found[child][parent] = Parent(name, State(state), since, checked, failing, flaps_too is not None)
    return dict(found)


async def candidates(session: AsyncSession, cases: Collection[Case]) -> list[Candidate]:
    """What each of these incidents may have in common with others."""
    watchers = {part.watcher_id for case in cases for part in case.impaired if case.incident.cause_kind is None}
    since = min((case.incident.started_at for case in cases), default=0)
    seen = (
        select(StateChange.watcher_id, StateChange.address, StateChange.certificate)
        .where(
            col(StateChange.watcher_id).in_(watchers),
            StateChange.at >= since,
            col(StateChange.to_state).in_(_IMPAIRED),
            or_(col(StateChange.address).is_not(None), col(StateChange.certificate).is_not(None)),
        )
        .order_by(col(StateChange.at))
    )
    # Reading the list of suffixes takes 0.2 s, once: checks that are under way must not wait for it.
    await asyncio.to_thread(suffixes)
    facts = {watcher: (address, certificate) for watcher, address, certificate in (await session.exec(seen)).all()}
    return [_candidate(case, facts) for case in cases if case.impaired]


def _candidate(case: Case, facts: dict[UUID, tuple[str | None, str | None]]) -> Candidate:
    incident = case.incident
    causes: set[Cause] = set()
    if incident.cause_kind is not None:
        causes.add((CauseKind(incident.cause_kind), incident.cause or ""))
    else:
        for part in case.impaired:
            address, certificate = facts.get(part.watcher_id, (None, None))
            causes |= causes_of(part.url, address, certificate)
    return Candidate(
        incident.id, incident.started_at, case.impaired[0].region, frozenset(causes), case.told,
        incident.cause_kind is not None,
    )  # fmt: skip


def causes_of(url: str, address: str | None, certificate: str | None) -> set[Cause]:
    """What a failing watcher may share with others."""
    host = host_of(url).rstrip(".")
    found = {
        CauseKind.HOST: host,
        CauseKind.ADDRESS: address,
        CauseKind.CERTIFICATE: certificate,
        CauseKind.ZONE: registered_domain(host),
    }
    return {(kind, value) for kind, value in found.items() if value}
