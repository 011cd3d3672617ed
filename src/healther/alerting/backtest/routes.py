"""What other rules would have made of the past: `POST /api/v1/workspaces/{workspace_id}/backtest`."""

from fastapi import APIRouter

from healther.accounts.deps import NowMs, ObserverAccess, ReadSessionDep
from healther.alerting.backtest.schemas import BacktestCreate, BacktestPublic
from healther.alerting.backtest.service import backtest

router = APIRouter(prefix="/workspaces/{workspace_id}/backtest", tags=["backtest"])


@router.post("")
async def backtest_run(
    access: ObserverAccess, body: BacktestCreate, session: ReadSessionDep, now_ms: NowMs
) -> BacktestPublic:
    """Judges stored checks again, by the rules there are and by those proposed; nothing is changed and nobody told.

    At most 300,000 checks at once.
    """
    return await backtest(session, access.workspace_id, body, now_ms)
