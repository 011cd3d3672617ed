"""Watchers that begin to flap, and those that have settled."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import case, delete, update
from sqlmodel import col, select

from healther.alerting.flapping import LOOK_BACK_MS, flaps, settles_at
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.load import windows_over
from healther.history.models import StateChange
from healther.incidents import automatic
from healther.incidents.models import EntryKind, IncidentMember
from healther.watchers.models import Flapping, WatcherState
from healther.watchers.states import State

_SEEN = (State.HEALTHY, State.DEGRADED, State.DOWN)
_IMPAIRED = (State.DEGRADED, State.DOWN)


async def begin(desk: Desk, changes: Iterable[StateChange], flapping: dict[UUID, int]) -> set[UUID]:
    """Notes which of the watchers that have just failed again flap now; those in maintenance may come and go.

    Returns those that change too often and are healthy again already: nothing is open that could be held.
    """
    failing = {change.watcher_id for change in changes if change.to_state in _IMPAIRED} - flapping.keys()
    failing -= (await windows_over(desk.session, failing)).keys()
    times = await _changes(desk, failing)
    rules = {each: flaps(changed, desk.now_ms) for each, changed in times.items()}
    restless = {each for each, rule in rules.items() if rule is not None}
    incidents = await _open_incidents(desk, restless)
    for watcher_id, incident_id in incidents.items():
        rule = rules[watcher_id]
        flapping[watcher_id] = desk.now_ms
        calm_at = settles_at(times[watcher_id])
        desk.session.add(Flapping(watcher_id=watcher_id, since=desk.now_ms, settles_at=calm_at))
        facts = {} if rule is None else {"changes": rule.changes, "within_ms": rule.within_ms}
        desk.note(incident_id, EntryKind.FLAPPING, watcher_id=str(watcher_id), **facts)
    await desk.session.flush()
    return restless - incidents.keys()


async def settle(desk: Desk, flapping: dict[UUID, int]) -> bool:
    """Ends the flapping of those that have kept one state for long enough; whether any did."""
    if not flapping:
        return False
    times = await _changes(desk, flapping)
    hot = (
        select(Flapping.watcher_id, Flapping.settles_at, WatcherState.state)
        .join(WatcherState, col(WatcherState.watcher_id) == Flapping.watcher_id)
        .where(col(Flapping.watcher_id).in_(flapping))
    )
    states: dict[UUID, State] = {}
    calm_at: dict[UUID, int | None] = {}
    # One that is missing here was deleted since flapping was read.
    for watcher_id, known, state in (await desk.session.exec(hot)).all():
        states[watcher_id] = State(state)
        # Of one that healther cannot see nobody knows whether it has settled.
        seen = states[watcher_id] in _SEEN
        calm_at[watcher_id] = settles_at(times.get(watcher_id) or [flapping[watcher_id]]) if seen else None
        if calm_at[watcher_id] != known:
            moved = update(Flapping).where(col(Flapping.watcher_id) == watcher_id)
            await desk.session.exec(moved.values(settles_at=calm_at[watcher_id]))
    # One that is paused is nobody's concern.
    settled = [
        each
        for each, state in states.items()
        if state is State.PAUSED or ((calm := calm_at[each]) is not None and calm <= desk.now_ms)
    ]
    if not settled:
        return False
    for watcher_id, incident_id in (await _open_incidents(desk, settled)).items():
        desk.note(
            incident_id, EntryKind.SETTLED, watcher_id=str(watcher_id), state=states[watcher_id].label,
            since=flapping[watcher_id],
        )  # fmt: skip
    await desk.session.exec(delete(Flapping).where(col(Flapping.watcher_id).in_(settled)))
    healthy = [each for each in settled if states[each] is State.HEALTHY]
    await automatic.settle(desk.session, healthy, desk.now_ms)
    for watcher_id in settled:
        del flapping[watcher_id]
    return True


async def _changes(desk: Desk, watcher_ids: Collection[UUID]) -> dict[UUID, list[int]]:
    """When each of them changed from one known state to another, oldest first.

    While an hour comes again a watcher's own time stands still at its end (R12): then it counts when a change was seen,
    and what the clock saw before it was set back does not.
    """
    at, seen_at = col(StateChange.at), col(StateChange.detected_at)
    moment = case((at <= desk.now_ms, at), else_=seen_at)
    query = (
        select(StateChange.watcher_id, moment)
        .where(
            col(StateChange.watcher_id).in_(watcher_ids),
            at > desk.now_ms - LOOK_BACK_MS,
            moment <= desk.now_ms,
            col(StateChange.to_state).in_(_SEEN),
            col(StateChange.last_known).is_not(None),
            StateChange.to_state != StateChange.last_known,
        )
        .order_by(moment)
    )
    found: defaultdict[UUID, list[int]] = defaultdict(list)
    for watcher_id, at in (await desk.session.exec(query)).all() if watcher_ids else ():
        found[watcher_id].append(at)
    return found


async def _open_incidents(desk: Desk, watcher_ids: Collection[UUID]) -> dict[UUID, UUID]:
    query = select(IncidentMember.watcher_id, IncidentMember.incident_id).where(
        col(IncidentMember.watcher_id).in_(watcher_ids),
        col(IncidentMember.left_at).is_(None),
        col(IncidentMember.automatic),
    )
    return dict((await desk.session.exec(query)).all())
