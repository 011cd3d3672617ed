"""Holds back what has a known reason, and lets go what no longer has one."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select

from healther.alerting import holds
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.load import children, parents_of
from healther.alerting.planner.reach import heard_of
from healther.alerting.planner.situation import Case
from healther.incidents.models import EntryKind
from healther.watchers.models import WatcherParent


async def look_at_holds(desk: Desk, cases: Sequence[Case], flapping: Collection[UUID]) -> None:
    """Sets and lifts holds of open incidents, and marks those that wait for a parent to be checked.

    An incident is held back while every watcher in it is: one that nothing explains is enough to tell.
    """
    families = await parents_of(desk.session, {part.watcher_id for case in cases for part in case.staying})
    # A parent of which nobody would hear excuses nobody: then nobody would hear of anything.
    heard = await heard_of(desk, {each: parent for parents in families.values() for each, parent in parents.items()})
    excusing = {child: [parents[each] for each in parents if each in heard] for child, parents in families.items()}
    known = await children(desk, cases, flapping, excusing)
    for case in cases:
        for part in case.staying:
            part.held = holds.held(known[case.incident.id, part.watcher_id], desk.now_ms)
        staying = case.staying
        reasons = [part.held for part in staying if part.held is not None]
        if not staying or len(reasons) < len(staying):
            _release(desk, case)
        elif any(each.wait for each in reasons):
            case.waits = True
        else:
            _hold(desk, case)
    await _check_parents(desk, [case for case in cases if case.waits])


def _hold(desk: Desk, case: Case) -> None:
    incident, held = case.incident, case.staying[0].held
    assert held is not None
    if incident.hold == held.hold and incident.hold_detail == held.why.detail:
        return
    incident.hold, incident.hold_detail, incident.hold_because = held.hold, held.why.detail, held.why.stored
    incident.version += 1
    desk.session.add(incident)
    desk.note(incident.id, EntryKind.HELD, hold=str(held.hold), **held.why.facts)


def _release(desk: Desk, case: Case) -> None:
    incident = case.incident
    if incident.hold is None:
        return
    desk.note(
        incident.id, EntryKind.RELEASED, hold=str(incident.hold), why=incident.hold_detail,
        because=incident.hold_because,
    )  # fmt: skip
    incident.hold = incident.hold_detail = incident.hold_because = None
    incident.version += 1
    desk.session.add(incident)
    case.released = True


async def _check_parents(desk: Desk, cases: Sequence[Case]) -> None:
    """Parents of those that wait are looked at out of turn, so that nobody waits for a slow cadence."""
    watchers = {part.watcher_id for case in cases for part in case.staying}
    query = select(WatcherParent.parent_id).where(col(WatcherParent.watcher_id).in_(watchers))
    if watchers:
        desk.check_soon.update((await desk.session.exec(query)).all())
