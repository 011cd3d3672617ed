"""What everybody may see: `/api/v1/public/...`."""

from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, Header, Response, status
from pydantic_core import to_json

from healther.accounts.deps import NowMs, ReadSessionDep
from healther.core.etags import matches_etag
from healther.status_pages.schemas import PublicPage
from healther.status_pages.service import public_page

router = APIRouter(prefix="/public", tags=["public"])

CACHE_CONTROL = "public, max-age=15"


@router.get(
    "/workspaces/{slug}",
    response_model=PublicPage,
    responses={304: {"description": "Unchanged."}, 404: {"description": "Not there, or not public."}},
)
async def public_workspace_read(
    slug: str,
    session: ReadSessionDep,
    now_ms: NowMs,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The status page of a public workspace: states, daily bars and recent trouble."""
    body = to_json(await public_page(session, slug, now_ms))
    etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    if matches_etag(if_none_match, etag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
