"""What a clock that has been set back since has written of incidents that go on (R12).

What waits for its time to come again is pulled back; what is written from now on is dated after what is there, so that
what was told first, and what after it, stays so.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, func, select

from healther.alerting.joining import PACE_MS
from healther.alerting.models import AlertPolicy, AlertRun, Delivery
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.situation import Case
from healther.alerting.steps import pulled_back
from healther.core.clock import CLOCK_STEP_MS, SECOND_MS
from healther.incidents.models import Incident
from healther.watchers.models import Flapping


async def set_back_workspaces(connection: AsyncConnection, now_ms: int) -> Sequence[UUID]:
    """The workspaces in which a policy at work may wait for longer than it ever does."""
    latest = now_ms + CLOCK_STEP_MS
    remind_ms = func.coalesce(col(AlertPolicy.remind_every_s), 0) * SECOND_MS
    query = (
        sa.select(col(Incident.workspace_id))
        .join(AlertRun, col(AlertRun.incident_id) == Incident.id)
        .join(AlertPolicy, col(AlertPolicy.id) == AlertRun.policy_id)
        .where(
            col(AlertRun.ended_at).is_(None),
            or_(
                col(AlertRun.started_at) > latest,
                col(AlertRun.next_at) - remind_ms > latest,
                col(AlertRun.follow_up_at) > latest + PACE_MS,
                col(AlertRun.returns_at) > latest + PACE_MS,
            ),
        )
        .distinct()
    )
    return (await connection.execute(query)).scalars().all()


async def pull_back_flapping(desk: Desk, flapping: dict[UUID, int]) -> dict[UUID, int]:
    """The same, where none flaps since later than now: its calm is counted from then."""
    ahead = [each for each, since in flapping.items() if since > desk.now_ms + CLOCK_STEP_MS]
    if not ahead:
        return flapping
    await desk.session.exec(update(Flapping).where(col(Flapping.watcher_id).in_(ahead)).values(since=desk.now_ms))
    return flapping | dict.fromkeys(ahead, desk.now_ms)


async def look_at_times(desk: Desk, cases: Iterable[Case]) -> None:
    """Pulls back what waits, and notes after which moment each of these incidents goes on."""
    policies = {policy.id: policy for policy in desk.policies}
    told = await _told_ahead(desk)
    for case in cases:
        for run in case.runs.values():
            if run.ended_at is None:
                _pull_back(desk, run, policies[run.policy_id])
        last = max(_written(case), told.get(case.incident.id, 0))
        if last > desk.now_ms:
            desk.ahead[case.incident.id] = last + 1


async def _told_ahead(desk: Desk) -> dict[UUID, int]:
    """When the last message about each incident was queued, of those that were later than now."""
    query = (
        select(col(Delivery.incident_id), func.max(Delivery.created_at))
        .where(
            Delivery.workspace_id == desk.workspace.id,
            Delivery.created_at > desk.now_ms,
            col(Delivery.incident_id).is_not(None),
        )
        .group_by(col(Delivery.incident_id))
    )
    return {each: at for each, at in (await desk.session.exec(query)).all() if each is not None}


def _written(case: Case) -> int:
    """The last that is written of it, beside what was told."""
    incident = case.incident
    moments = [incident.started_at, incident.detected_at, incident.acknowledged_at, incident.resolved_at]
    for part in case.parts:
        moments += [part.merged_at, part.seen_left_at, part.return_told_at]
    return max(each for each in moments if each is not None)


def _pull_back(desk: Desk, run: AlertRun, policy: AlertPolicy) -> None:
    before = run.started_at, run.next_at, run.follow_up_at, run.returns_at

    def earlier(at_ms: int, most_ms: int) -> int:
        return pulled_back(at_ms, most_ms, desk.now_ms, desk.set_back_ms)

    run.started_at = earlier(run.started_at, 0)
    if run.next_at is not None and run.next_step < len(policy.steps):
        run.next_at = run.started_at + policy.steps[run.next_step]["after_s"] * SECOND_MS
    elif run.next_at is not None and policy.remind_every_s is not None:
        run.next_at = earlier(run.next_at, policy.remind_every_s * SECOND_MS)
    if run.follow_up_at is not None:
        run.follow_up_at = earlier(run.follow_up_at, PACE_MS)
    if run.returns_at is not None:
        run.returns_at = earlier(run.returns_at, PACE_MS)
    if before != (run.started_at, run.next_at, run.follow_up_at, run.returns_at):
        desk.session.add(run)
