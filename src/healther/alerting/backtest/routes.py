"""What other rules would have made of the past: `POST /api/v1/workspaces/{workspace_id}/backtest`."""

from typing import Any

from fastapi import APIRouter, Request

from healther.accounts.deps import DatabaseDep, NowMs, ObserverAccess
from healther.alerting.backtest.schemas import BacktestCreate, BacktestPublic
from healther.alerting.backtest.service import backtest
from healther.core.turns import Turns

router = APIRouter(prefix="/workspaces/{workspace_id}/backtest", tags=["backtest"])

_BUSY: dict[int | str, dict[str, Any]] = {
    429: {"description": "One of yours or of this workspace is under way, or too many are asked for at this moment."}
}
# Each takes seconds of a processor.
_backtests = Turns("backtests", at_once=1, most=8, most_of_one=1)


@router.post("", responses=_BUSY)
async def backtest_run(
    request: Request, access: ObserverAccess, body: BacktestCreate, database: DatabaseDep, now_ms: NowMs
) -> BacktestPublic:
    """Judges stored checks again, by the rules there are and by those proposed; nothing is changed and nobody told.

    At most 300,000 checks at once.
    """
    async with _backtests.turn(request, access.user.id, access.workspace_id), database.read() as session:
        return await backtest(session, access.workspace_id, body, now_ms)
