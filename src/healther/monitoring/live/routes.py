"""`/api/v1/workspaces/{workspace_id}/live`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from healther.accounts.deps import ObserverAccess
from healther.monitoring.live.hub import LiveHub
from healther.monitoring.live.stream import LiveResponse

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["live"])

_EXAMPLE = """\
retry: 2000

id: 5f1d0c2b9a7e-0
event: ready
data: {}

id: 5f1d0c2b9a7e-1
event: state
data: {"id":"01a209dc-...","name":"Shop","from":"healthy","to":"down","at":"...","detected_at":"...",\
"reason":"timeout","message":"..."}
"""
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events; docs/live.md names them.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    },
    429: {"description": "Too many live streams of yours are open."},
}


async def get_live(request: Request) -> LiveHub:
    """The live streams of this process."""
    hub: LiveHub = request.app.state.live
    return hub


@router.get("/live", response_class=Response, responses=RESPONSES)
async def live(
    access: ObserverAccess,
    hub: Annotated[LiveHub, Depends(get_live)],
    last_event_id: Annotated[str | None, Header(max_length=100, description="The last `id` that was received.")] = None,
) -> LiveResponse:
    """What happens in the workspace, as it happens: results, changes of state, edits.

    Send the access token as a header, as everywhere: read the stream by `fetch`, not by EventSource.
    """
    return LiveResponse(hub.join(access.workspace_id, access.claims, last_event_id), hub.leave)
