"""`/api/v1/workspaces/{workspace_id}/overview`."""

from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response, status

from healther.accounts.deps import NowMs, ObserverAccess, ReadSessionDep
from healther.core.etags import matches_etag
from healther.history.overview.past import Pasts
from healther.history.overview.schemas import OverviewPublic
from healther.history.overview.service import overview

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["history"])

# Private, and asked for again each time: whether it changed is what If-None-Match is for.
CACHE_CONTROL = "private, no-cache"


async def get_pasts(request: Request) -> Pasts:
    """What this process remembers of watchers' pasts."""
    pasts: Pasts = request.app.state.pasts
    return pasts


@router.get(
    "/overview", response_model=OverviewPublic, responses={304: {"description": "Nothing changed but `as_of`."}}
)
async def overview_read(
    access: ObserverAccess,
    session: ReadSessionDep,
    pasts: Annotated[Pasts, Depends(get_pasts)],
    now_ms: NowMs,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Every watcher of the workspace with its state, last 24 hours and last 90 days, in one call without pages."""
    watchers, body = await overview(session, access.workspace_id, pasts, now_ms)
    etag = f'"{blake2b(watchers, digest_size=16).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    if matches_etag(if_none_match, etag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
