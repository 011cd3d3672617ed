"""`/api/v1/workspaces/{workspace_id}/overview`."""

import asyncio
import zlib
from hashlib import blake2b
from typing import Annotated

import brotli
from fastapi import APIRouter, Depends, Header, Request, Response, status

from healther.accounts.deps import NowMs, ObserverAccess, ReadSessionDep
from healther.core.encodings import preferred
from healther.core.etags import matches_etag
from healther.history.overview.metrics_text import metrics_text
from healther.history.overview.past import Pasts
from healther.history.overview.schemas import OverviewPublic
from healther.history.overview.service import overview

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["history"])

# Private, and asked for again each time: whether it changed is what If-None-Match is for.
CACHE_CONTROL = "private, no-cache"
_SMALL_BYTES = 1400
_GZIP = 31
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_EXAMPLE = """\
# HELP healther_watcher_up 1 = healthy or degraded, 0 = down; left out while it is pending, unknown, paused.
# TYPE healther_watcher_up gauge
healther_watcher_up{watcher_id="01a209dc-...",watcher="Shop"} 1
"""


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
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Every watcher of the workspace with its state, last 24 hours and last 90 days, in one call without pages."""
    watchers, body = await overview(session, access.workspace_id, pasts, now_ms)
    encoding = preferred(accept_encoding.encode("latin-1", "replace")) if len(body) > _SMALL_BYTES else "identity"
    etag = f'"{blake2b(watchers, digest_size=16).hexdigest()}-{encoding}"'
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}
    if matches_etag(if_none_match, etag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
        body = await asyncio.to_thread(_packed, body, encoding)
    return Response(body, media_type="application/json", headers=headers)


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {
            "description": "The text format of Prometheus, at most seven series a watcher (docs/metrics.md).",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        }
    },
)
async def workspace_metrics(
    access: ObserverAccess,
    session: ReadSessionDep,
    pasts: Annotated[Pasts, Depends(get_pasts)],
    now_ms: NowMs,
) -> Response:
    """The workspace's own services for Prometheus and Grafana: scrape it with an API key of the scope `read`."""
    _, body = await overview(session, access.workspace_id, pasts, now_ms)
    return Response(await asyncio.to_thread(metrics_text, body), headers={"Content-Type": _PROMETHEUS})


def _packed(body: bytes, encoding: str) -> bytes:
    """Fast rather than small: thousands of lines are much alike, a tenth is left of them either way."""
    if encoding == "br":
        packed: bytes = brotli.compress(body, quality=1)
        return packed
    return zlib.compress(body, 1, _GZIP)
