"""One turn of one workspace, in one transaction; nobody else plans or changes its incidents meanwhile.

1. flap   - who has begun to change too often, who has settled
2. hold   - maintenance, flapping, a parent, no network: these wait; what no longer has a reason is let go
3. group  - what has one cause becomes one incident
4. start  - every policy that covers what is new, or worse, is set to work
5. move   - steps, reminders and who joined or is back, when due; where somebody has acknowledged, who joined or is back
6. end    - whoever was told hears that it is over
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.alerting.messages import Links
from healther.alerting.planner import flaps, network, over, returned, runs, set_back
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.holding import look_at_holds
from healther.alerting.planner.load import flapping_since, load_cases, windows_over
from healther.alerting.planner.merge import merge_cases
from healther.alerting.planner.reach import Tags, tags_of
from healther.alerting.planner.situation import Case, Standing
from healther.alerting.planner.titles import retitle
from healther.alerting.planner.told import Told, told_of
from healther.alerting.policies.standard import ensure_policy
from healther.alerting.waits import ready_in
from healther.history.models import StateChange
from healther.incidents.departed import departed_of
from healther.incidents.unwatched import unwatched_of
from healther.observability import traces
from healther.watchers.models import ServiceWatcher

_CHANGES_AT_ONCE = 5_000


async def plan_workspace(
    session: AsyncSession,
    workspace_id: UUID,
    links: Links,
    now_ms: int,
    since_ms: int,
    set_back_ms: int = 0,
    *,
    asks_first: bool,
) -> set[UUID] | None:
    """Plans what there is; returns the parents to check out of turn, or None when another process is at it."""
    query = select(Workspace).where(Workspace.id == workspace_id)
    workspace = (await session.exec(query.with_for_update(skip_locked=True, key_share=True))).first()
    if workspace is None:
        return None
    await ensure_policy(session, workspace_id, now_ms)
    desk = Desk(session, workspace, links, now_ms, since_ms, set_back_ms, asks_first=asks_first)
    await desk.open()
    changes = await _changes(session, workspace_id)
    fresh = not changes or ready_in(changes[0].detected_at, changes[-1].detected_at, now_ms) == 0
    changes = changes if fresh else []
    await _turn(desk, changes, fresh=fresh)
    if changes:
        ids = [change.id for change in changes]
        done = update(StateChange).where(col(StateChange.id).in_(ids)).values(planned_at=now_ms)
        await session.exec(done.execution_options(synchronize_session=False))
        _trace(changes, now_ms)
    await desk.close()
    return desk.check_soon


def _trace(changes: Sequence[StateChange], now_ms: int) -> None:
    tracer = traces.current()
    for change in changes:
        ids = traces.sampled(change.watcher_id, change.slot)
        if tracer is not None and ids is not None:
            tracer.step(ids, "plan alerts", change.detected_at, now_ms, {"healther.to": change.to_state.label})


async def _changes(session: AsyncSession, workspace_id: UUID) -> Sequence[StateChange]:
    query = (
        select(StateChange)
        .join(ServiceWatcher, col(ServiceWatcher.id) == StateChange.watcher_id)
        .where(ServiceWatcher.workspace_id == workspace_id, col(StateChange.planned_at).is_(None))
        .order_by(col(StateChange.detected_at), col(StateChange.id))
        .limit(_CHANGES_AT_ONCE)
    )
    return (await session.exec(query)).all()


async def _turn(desk: Desk, changes: Sequence[StateChange], *, fresh: bool) -> None:
    await network.notice(desk, changes)
    flapping = await set_back.pull_back_flapping(desk, await flapping_since(desk.session, desk.workspace.id))
    restless = await flaps.begin(desk, changes, flapping)
    await flaps.settle(desk, flapping)

    cases = await load_cases(desk.session, desk.workspace.id)
    await set_back.look_at_times(desk, cases)
    await returned.see_who_left(desk, cases)
    await look_at_holds(desk, [case for case in cases if case.open], flapping)
    if fresh:
        cases = await _group(desk, cases)

    tags = await tags_of(desk, {part.watcher_id for case in cases for part in case.parts})
    told = await told_of(desk, cases)
    desk.untold_returns = returned.untold_returns(cases, told)
    touched = {change.watcher_id for change in changes}
    for case in cases:
        if _starts(case, touched, desk.at(case.incident.id), fresh=fresh):
            await runs.start(desk, case, tags, told[case.incident.id])
        if case.standing is Standing.TOLD:
            await runs.move_on(desk, case, told[case.incident.id])
        elif case.standing is Standing.TAKEN_ON:
            await runs.tell_whoever_is_on_it(desk, case, told[case.incident.id])
    for case in cases:
        if case.open and case.taken_on:
            await runs.stand_still(desk, case, told[case.incident.id])
        if case.standing is Standing.FLAPPING:
            await runs.start_flapping(desk, case, tags, told[case.incident.id])
    again = returned.wrong_again(cases, told)
    for case in cases:
        if case.open and case.told:
            await returned.tell_of_returned(desk, case, told[case.incident.id], again)
    await _end(desk, cases, tags, told, restless, fresh=fresh)
    retitle(desk, cases)


async def _group(desk: Desk, cases: Sequence[Case]) -> list[Case]:
    """Makes one of those with one cause, where something is new; returns what is left of all of them."""
    if not any(case.standing is Standing.NEW for case in cases):
        return list(cases)
    # One that people have reopened takes nobody in: its policies have ended, nobody would hear of who joins.
    following = [case for case in cases if case.standing.loose and case.follows]
    left = {case.incident.id for case in await merge_cases(desk, following)}
    merged = {case.incident.id for case in following} - left
    return [case for case in cases if case.incident.id not in merged]


def _starts(case: Case, touched: Collection[UUID], at_ms: int, *, fresh: bool) -> bool:
    """Whether policies are set to work on it: it is new, or it moved, and more of them may cover it."""
    if case.standing is Standing.NEW:
        return fresh
    moved = case.released or any(part.merged_at == at_ms or part.watcher_id in touched for part in case.parts)
    return case.standing.loose and case.follows and moved


async def _end(
    desk: Desk, cases: Sequence[Case], tags: Tags, told: Mapping[UUID, Told], restless: Collection[UUID], *, fresh: bool
) -> None:
    """Tells what is over; what was over before it was decided on is decided with what is new."""
    missed = [case for case in cases if case.standing is Standing.MISSED] if fresh else []
    covered = await windows_over(desk.session, {part.watcher_id for case in missed for part in case.parts})
    quiet = covered.keys() | restless
    ended = [case.incident.id for case in cases if not case.open]
    unwatched, departed = await unwatched_of(desk.session, ended), await departed_of(desk.session, ended)
    for case in cases:
        case.unwatched_ms, case.departed = unwatched.get(case.incident.id, 0), departed.get(case.incident.id, [])
        if case.standing is Standing.OVER:
            await over.end(desk, case, told[case.incident.id])
        elif case.standing is Standing.MISSED and fresh:
            await over.end_untold(desk, case, tags, told[case.incident.id], quiet)
