"""A rotation's calendar for calendar programs (iCalendar, RFC 5545), behind a link that nobody guesses."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import APIRouter, Response, status

from healther.accounts.deps import NowMs, ReadSessionDep, SettingsDep
from healther.alerting.oncall.service import find_by_token, roster_of
from healther.core.clock import DAY_MS
from healther.core.later import Later

if TYPE_CHECKING:
    from healther.alerting.oncall import ics
else:
    ics = Later("healther.alerting.oncall.ics")

router = APIRouter(tags=["on call"])

BACK_MS, AHEAD_MS = 30 * DAY_MS, 180 * DAY_MS


def feed_url(public_url: str, token: str) -> str:
    """The link to a calendar."""
    return f"{public_url.rstrip('/')}/oncall/{token}.ics"


@router.get("/oncall/{token}.ics", include_in_schema=False)
async def oncall_calendar(token: str, session: ReadSessionDep, settings: SettingsDep, now_ms: NowMs) -> Response:
    """Who is on call from a month ago until six months ahead, an event a shift."""
    rotation = await find_by_token(session, token)
    if rotation is None:
        return Response("There is no calendar here.\n", status.HTTP_404_NOT_FOUND, media_type="text/plain")
    from_ms, until_ms = now_ms - BACK_MS, now_ms + AHEAD_MS
    roster = await roster_of(session, rotation.workspace_id, [rotation], from_ms, until_ms)
    host = urlsplit(settings.public_url).hostname or "healther"
    body = ics.calendar(rotation, roster, from_ms, until_ms, host=host, now_ms=now_ms)
    headers = {"Content-Disposition": 'inline; filename="on-call.ics"', "X-Robots-Tag": "noindex"}
    return Response(body, media_type="text/calendar", headers=headers)
