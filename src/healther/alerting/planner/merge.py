"""Makes one incident of several that have one cause: members and timelines move, titles say what they share."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, tuple_, update
from sqlmodel import col, select

from healther.alerting.grouping import Merge, group
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.load import candidates
from healther.alerting.planner.situation import Case, Part
from healther.alerting.planner.titles import title_of
from healther.incidents.models import EntryKind, Impact, Incident, IncidentEntry, IncidentMember, Severity
from healther.incidents.titles import call
from healther.status_pages.models import StatusPage, StatusPageIncident

_Place = tuple[UUID, UUID]
"""A watcher's place in an incident: the incident, the watcher."""
_WORSE = {Severity.MINOR: 0, Severity.MAJOR: 1, Severity.CRITICAL: 2}


async def merge_cases(desk: Desk, cases: Sequence[Case]) -> list[Case]:
    """Groups these incidents, none of which is held back; returns those that are left."""
    by_id = {case.incident.id: case for case in cases}
    merges = group(await candidates(desk.session, cases))
    gone: set[UUID] = set()
    for merge in merges:
        await _move(desk, merge, _join(desk, merge, by_id), by_id[merge.target].parts)
        gone.update(merge.sources)
    await _move_pages(desk, merges)
    return [case for case in cases if case.incident.id not in gone]


def _join(desk: Desk, merge: Merge, cases: Mapping[UUID, Case]) -> list[_Place]:
    """Makes one of the cases in memory; returns the places of watchers that had several, all but the one they keep."""
    target, sources = cases[merge.target], [cases[each] for each in merge.sources]
    incident, (kind, cause) = target.incident, merge.cause
    at = max(desk.at(case.incident.id) for case in (target, *sources))
    desk.ahead[incident.id] = at
    for source in sources:
        desk.note(source.incident.id, EntryKind.MERGED, into=str(incident.id), cause_kind=str(kind), cause=cause)
        incident.severity = max(incident.severity, source.incident.severity, key=lambda each: _WORSE[each])
        incident.started_at = min(incident.started_at, source.incident.started_at)
        incident.detected_at = min(incident.detected_at, source.incident.detected_at)
        if source.incident.impact is Impact.DOWN:
            incident.impact = Impact.DOWN
    theirs = {part.watcher_id for source in sources for part in source.parts}
    places = [(case.incident.id, part) for case in (target, *sources) for part in case.parts]
    kept = _kept(places)
    # Who was here before is known here: one that comes back is no news, unless its recovery was told.
    before = {part.watcher_id: part.merged_at for part in target.parts if part.return_told_at is None}
    for _, part in kept.values():
        part.merged_at = before.get(part.watcher_id, at)
    target.parts = [part for _, part in kept.values()]
    incident.cause_kind, incident.cause = str(kind), cause
    if not incident.title_given:
        call(incident, title_of(incident, target.impaired))
    incident.version += 1
    desk.session.add(incident)
    desk.note(
        incident.id, EntryKind.JOINED, count=len(theirs), cause_kind=str(kind), cause=cause,
        watchers=sorted(part.name for part in target.parts if part.watcher_id in theirs)[:20],
    )  # fmt: skip
    return [(case_id, part.watcher_id) for case_id, part in places if kept[part.watcher_id] != (case_id, part)]


def _kept(places: Iterable[tuple[UUID, Part]]) -> dict[UUID, tuple[UUID, Part]]:
    """The one place of each watcher: that which follows its state, before one it has not left, before the latest."""

    def weight(part: Part) -> tuple[bool, bool]:
        return part.automatic and part.left_at is None, part.left_at is None

    found: dict[UUID, tuple[UUID, Part]] = {}
    for case_id, part in places:
        known = found.get(part.watcher_id)
        if known is None or weight(part) >= weight(known[1]):
            found[part.watcher_id] = case_id, part
    return found


async def _move(desk: Desk, merge: Merge, doubled: Collection[_Place], parts: Iterable[Part]) -> None:
    """Members and timelines follow; places that are `doubled` go first: a watcher has one in an incident."""
    await desk.session.flush()
    member = col(IncidentMember.incident_id)
    place = tuple_(member, col(IncidentMember.watcher_id))
    gone = {"merged_into_id": merge.target, "resolved_at": desk.now_ms, "planned_at": desk.now_ms}
    again = {watcher_id for _, watcher_id in doubled}
    merged: defaultdict[int | None, list[UUID]] = defaultdict(list)
    for part in parts:
        if part.watcher_id in again:
            merged[part.merged_at].append(part.watcher_id)
    # In bulk, past the objects that were read: nobody looks at those that are gone any more.
    for statement in (
        delete(IncidentMember).where(place.in_(doubled)),
        update(Incident)
        .where(col(Incident.id).in_(merge.sources))
        .values({**gone, "version": col(Incident.version) + 1}),
        update(IncidentMember)
        .where(member.in_(merge.sources))
        .values(incident_id=merge.target, merged_at=desk.at(merge.target)),
        *(
            update(IncidentMember)
            .where(member == merge.target, col(IncidentMember.watcher_id).in_(theirs))
            .values(merged_at=merged_at)
            for merged_at, theirs in merged.items()
        ),
        update(IncidentEntry).where(col(IncidentEntry.incident_id).in_(merge.sources)).values(incident_id=merge.target),
    ):
        await desk.session.exec(statement.execution_options(synchronize_session=False))


async def _move_pages(desk: Desk, merges: Sequence[Merge]) -> None:
    """Pages that told of one of them tell of what it has become."""
    concerned = [each for merge in merges for each in (merge.target, *merge.sources)]
    if not concerned:
        return
    # The pages stay until the commit: nothing could be told on one that is deleted meanwhile.
    query = (
        select(StatusPageIncident.incident_id, StatusPageIncident.page_id)
        .join(StatusPage, col(StatusPage.id) == StatusPageIncident.page_id)
        .where(col(StatusPageIncident.incident_id).in_(concerned))
        .with_for_update(read=True, key_share=True, of=StatusPage)
    )
    pages: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for incident_id, page_id in (await desk.session.exec(query)).all():
        pages[incident_id].add(page_id)
    for merge in merges:
        wanted = set().union(*(pages[source] for source in merge.sources)) - pages[merge.target]
        desk.session.add_all(
            StatusPageIncident(page_id=page_id, incident_id=merge.target, created_at=desk.now_ms) for page_id in wanted
        )
