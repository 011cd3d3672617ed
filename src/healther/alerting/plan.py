"""Alerting's decisions: what has changed in which workspace, and when to look again.

A turn is one short look at what there is to decide, then one transaction a workspace (planner/workspace.py). Any
number of processes may take turns: whoever holds a workspace's row decides, the others go on. What was decided is
marked in the same transaction, so that it is decided once, whenever a process ends. A workspace whose turn fails is
put off and looked at again; the others are decided on meanwhile.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.messages import Links
from healther.alerting.planner.due import due_workspaces
from healther.alerting.planner.set_back import set_back_workspaces
from healther.alerting.planner.workspace import plan_workspace
from healther.core.clock import SECOND_MS, has_passed
from healther.core.clock_steps import StepWatch
from healther.core.db import Database
from healther.core.isolation import Isolation
from healther.history.ledger import GAP_GRACE_MS
from healther.observability.metrics import PARTS_FAILED
from healther.watchers.models import WatcherState

# How often what waits for no time but for a change is looked at: a window's end, a parent that is back, calm.
LOOK_MS = 2 * SECOND_MS
_TAKEN_MS = 250


class Planner:
    """Takes turns for one process."""

    def __init__(self, db: Database, links: Links, *, asks_first: bool) -> None:
        self._db = db
        self._links = links
        self._asks_first = asks_first
        self._looked_at: dict[UUID, int] = {}
        self._since_ms = self._turned_at = 0
        """Since when turns have been taken without a gap, and when the last one was."""
        self._steps = StepWatch()
        self._alone = Isolation[UUID]("plan", PARTS_FAILED.labels("plan").inc)

    @property
    def failing(self) -> int:
        """How many workspaces could not be decided on when they were looked at last."""
        return len(self._alone.put_off(self._turned_at))

    async def turn(self, now_ms: int) -> int | None:
        """Decides what can be decided now; returns in how many ms something else can be, None = nothing waits."""
        set_back_ms = self._steps.look(now_ms)
        # What was noted by a clock that has been set back is noted by the present one from here on (R12).
        self._since_ms -= set_back_ms or 0
        if now_ms - self._turned_at > GAP_GRACE_MS:
            self._since_ms = now_ms
        async with self._db.look() as connection:
            due = await due_workspaces(connection, now_ms)
            if set_back_ms is not None:
                due |= dict.fromkeys(await set_back_workspaces(connection, now_ms), 0)
        self._turned_at = now_ms
        waits: list[int] = []
        for workspace_id in self._alone.in_order(due):
            found = due[workspace_id]
            at_ms = found if found is not None else self._look_at(workspace_id, now_ms)
            at_ms = max(at_ms, self._alone.not_before(workspace_id, now_ms))
            if at_ms > now_ms:
                waits.append(at_ms - now_ms)
            else:
                self._looked_at[workspace_id] = now_ms
                with self._alone.attempt(workspace_id, now_ms):
                    waits.append(await self._plan(workspace_id, now_ms, set_back_ms or 0))
        self._looked_at = {each: at for each, at in self._looked_at.items() if each in due}
        return min(waits, default=None)

    def _look_at(self, workspace_id: UUID, now_ms: int) -> int:
        looked_at = self._looked_at.get(workspace_id, 0)
        return now_ms if has_passed(LOOK_MS, looked_at, now_ms) else looked_at + LOOK_MS

    async def _plan(self, workspace_id: UUID, now_ms: int, set_back_ms: int) -> int:
        async with self._db.write() as session:
            check_soon = await plan_workspace(
                session, workspace_id, self._links, now_ms, self._since_ms, set_back_ms, asks_first=self._asks_first
            )
        if check_soon:
            async with self._db.write() as session:
                await _check_soon(session, check_soon, now_ms)
        return _TAKEN_MS if check_soon is None else LOOK_MS


async def _check_soon(session: AsyncSession, watcher_ids: Iterable[UUID], now_ms: int) -> None:
    """Makes watchers due now, unless a check of them is under way; in the order in which recording locks them."""
    hot = (
        select(WatcherState)
        .where(
            col(WatcherState.watcher_id).in_(watcher_ids),
            col(WatcherState.due_at) > now_ms,
            col(WatcherState.lease_slot).is_(None),
        )
        .order_by(col(WatcherState.watcher_id))
    )
    for row in (await session.exec(hot.with_for_update())).all():
        row.due_at = now_ms
        session.add(row)
