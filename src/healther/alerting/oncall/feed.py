"""A rotation's calendar for calendar programs (iCalendar, RFC 5545), behind a link that nobody guesses."""

from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import APIRouter, Response, status
from icalendar import TRANSP, Calendar, Event

from healther.accounts.deps import NowMs, ReadSessionDep, SettingsDep
from healther.alerting.models import Rotation
from healther.alerting.oncall.service import Roster, find_by_token, roster_of
from healther.alerting.oncall.turns import handover, turn_at
from healther.alerting.oncall.view import shifts_of
from healther.core.clock import DAY_MS, to_utc
from healther.core.text import flat

router = APIRouter(tags=["on call"])

BACK_MS, AHEAD_MS = 30 * DAY_MS, 180 * DAY_MS
_EVERY = timedelta(hours=1)


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
    body = calendar(rotation, roster, from_ms, until_ms, host=host, now_ms=now_ms)
    headers = {"Content-Disposition": 'inline; filename="on-call.ics"', "X-Robots-Tag": "noindex"}
    return Response(body, media_type="text/calendar", headers=headers)


def calendar(rotation: Rotation, roster: Roster, from_ms: int, to_ms: int, *, host: str, now_ms: int) -> bytes:
    """The calendar's bytes. An event's UID is its shift's start: whoever takes it over changes the same event."""
    name = flat(rotation.name)
    found = Calendar.new(prodid="-//healther//on call//EN", name=f"{name}: on call", refresh_interval=_EVERY)
    turn = turn_at(rotation, from_ms)
    # From the start of a turn, and without what is cut off at the end: every event is whole, and the same tomorrow.
    begin_ms = from_ms if turn is None else handover(rotation, turn)
    for shift in shifts_of(rotation, roster, begin_ms, to_ms):
        if shift.on_call.user_id is None or shift.ends_at == to_ms:
            continue
        event = Event.new(
            uid=f"{rotation.id}-{shift.starts_at}@{host}",
            summary=f"{flat(roster.name_of(shift.on_call.user_id))} ({name})",
            start=to_utc(shift.starts_at),
            end=to_utc(shift.ends_at),
            stamp=to_utc(now_ms),
            # Nobody is busy because they are on call.
            transparency=TRANSP.TRANSPARENT,
        )
        found.add_component(event)
    body: bytes = found.to_ical()
    return body
