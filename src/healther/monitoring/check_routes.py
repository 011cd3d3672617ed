"""Checks out of turn: `probe` tries a configuration, `check` runs a watcher now; and whether checks run at all."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from healther.accounts.deps import AdminAccess, DatabaseDep, NowMs, ReadSessionDep, SettingsDep
from healther.history.schemas import EventPublic
from healther.history.service.events import public_event
from healther.monitoring import out_of_turn
from healther.monitoring.check_now import check_now
from healther.monitoring.check_schemas import ProbeSeen, ProbeTry
from healther.monitoring.dry_run import DryRunner
from healther.monitoring.readiness import readiness
from healther.watchers.configuration import check_degraded_after, check_probe
from healther.watchers.deps import SealerDep, WakerDep, load_watcher
from healther.watchers.secrets import merge
from healther.watchers.service import edited_probe

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["checks"])
ready_router = APIRouter(tags=["health"])


async def get_dry_runner(request: Request) -> DryRunner:
    """The dry runner of this process."""
    runner: DryRunner = request.app.state.dry_runner
    return runner


@router.post("/probe", responses={429: {"description": "Too many tests run at this moment, or in this minute."}})
async def probe_try(
    access: AdminAccess,
    body: ProbeTry,
    session: ReadSessionDep,
    database: DatabaseDep,
    now_ms: NowMs,
    sealer: SealerDep,
    runner: Annotated[DryRunner, Depends(get_dry_runner)],
) -> ProbeSeen:
    """Runs a watcher's configuration once, without saving anything, and tells everything it saw."""
    check_degraded_after(body.degraded_after_ms, body.timeout_ms)
    fields = body.model_dump(include={"url", "expected_status", "expected_body", "options"})
    if body.watcher_id is not None:
        watcher = await load_watcher(session, access.workspace_id, body.watcher_id)
        checked = edited_probe(watcher, fields, sealer)
    else:
        fields["options"], _ = merge(body.kind, body.options, {})
        checked = check_probe(body.kind, **fields)
    # Nothing slow happens inside a transaction.
    await session.close()
    async with database.write() as counting:
        await out_of_turn.take(counting, access.user.id, access.workspace_id, checked.url, now_ms)
    return await runner.run(
        checked.probe,
        user_id=access.user.id,
        timeout_ms=body.timeout_ms,
        degraded_after_ms=body.degraded_after_ms,
        certificate_days=body.certificate_days,
    )


@router.post(
    "/watchers/{watcher_id}/check",
    responses={
        409: {"description": "The watcher is paused."},
        429: {"description": "Too many checks out of turn in this minute."},
        503: {"description": "No worker answered in time."},
    },
)
async def watchers_check(
    access: AdminAccess, watcher_id: UUID, database: DatabaseDep, waker: WakerDep, now_ms: NowMs
) -> EventPublic:
    """Checks now, out of turn, and answers with the health event."""
    async with database.read() as session:
        watcher = await load_watcher(session, access.workspace_id, watcher_id)
    return public_event(await check_now(database, waker, access, access.user.id, watcher, now_ms))


class Ready(BaseModel):
    """The database answers and checks are made on time."""

    status: Literal["ready"] = "ready"
    oldest_overdue_s: float = Field(description="How late the most overdue check is.")


@ready_router.head("/readyz", include_in_schema=False)
@ready_router.get("/readyz", responses={503: {"description": "The database is gone, or checks are overdue."}})
async def readyz(database: DatabaseDep, settings: SettingsDep, now_ms: NowMs) -> Ready:
    """Whether healther can do its job right now: for load balancers, and for another healther."""
    return Ready(oldest_overdue_s=await readiness(database, settings.region, now_ms))
