"""What other rules would have made of the past: `POST /api/v1/workspaces/{workspace_id}/backtest`."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from healther.accounts.deps import NowMs, ObserverAccess, ReadSessionDep
from healther.alerting.backtest.schemas import BacktestCreate, BacktestPublic
from healther.alerting.backtest.service import backtest
from healther.core.errors import ThrottledProblem

router = APIRouter(prefix="/workspaces/{workspace_id}/backtest", tags=["backtest"])

_AGAIN_S = 5
_BUSY: dict[int | str, dict[str, Any]] = {429: {"description": "One of this workspace is under way."}}
# Each takes seconds of a processor: of a workspace one at a time, and in a process one after the other.
_under_way: set[UUID] = set()
_turn = asyncio.Semaphore(1)


@router.post("", responses=_BUSY)
async def backtest_run(
    access: ObserverAccess, body: BacktestCreate, session: ReadSessionDep, now_ms: NowMs
) -> BacktestPublic:
    """Judges stored checks again, by the rules there are and by those proposed; nothing is changed and nobody told.

    At most 300,000 checks at once.
    """
    workspace_id = access.workspace_id
    if workspace_id in _under_way:
        raise ThrottledProblem("A backtest of this workspace is under way: wait for it.", retry_after_s=_AGAIN_S)
    _under_way.add(workspace_id)
    try:
        async with _turn:
            return await backtest(session, workspace_id, body, now_ms)
    finally:
        _under_way.discard(workspace_id)
