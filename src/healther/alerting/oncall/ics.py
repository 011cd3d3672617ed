"""A rotation as iCalendar (RFC 5545), by the library that writes it."""

from datetime import timedelta

from icalendar import TRANSP, Calendar, Event

from healther.alerting.models import Rotation
from healther.alerting.oncall.service import Roster
from healther.alerting.oncall.turns import handover, turn_at
from healther.alerting.oncall.view import shifts_of
from healther.core.clock import to_utc
from healther.core.text import flat

_EVERY = timedelta(hours=1)


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
