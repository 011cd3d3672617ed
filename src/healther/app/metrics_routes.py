"""`/metrics`: this process in figures, and the installation's few that every API knows."""

from fastapi import APIRouter, Request, Response

from healther.accounts.deps import SettingsDep
from healther.alerting.readings import Readings
from healther.core.errors import ForbiddenProblem, UnauthenticatedProblem
from healther.observability.exposition import exposition, refusal
from healther.observability.metrics import BOTH

router = APIRouter(tags=["health"])

_EXAMPLE = """\
# HELP healther_checks_total Checks that were recorded.
# TYPE healther_checks_total counter
healther_checks_total{kind="http",outcome="healthy",reason=""} 4711.0
"""


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {
            "description": "The text format of Prometheus; docs/metrics.md names every metric.",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        },
        401: {"description": "HEALTHER_METRICS_TOKEN is set, and was not sent."},
        403: {"description": "HEALTHER_METRICS_TOKEN is not set, and this comes from another machine."},
    },
)
async def metrics(request: Request, settings: SettingsDep) -> Response:
    """Metrics for Prometheus; asked from another machine it takes HEALTHER_METRICS_TOKEN as bearer token."""
    token = settings.metrics_token
    refused = refusal(request.scope, token)
    if refused is not None:
        raise UnauthenticatedProblem(refused) if token is not None else ForbiddenProblem(refused)
    readings: Readings = request.app.state.readings
    await readings.refresh()
    content, media_type = await exposition(request.scope, BOTH)
    return Response(content, headers={"Content-Type": media_type})
