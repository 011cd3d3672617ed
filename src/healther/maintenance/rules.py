"""Recurrence rules (RFC 5545, 3.3.10) of maintenance windows: which are taken, and their times. Pure.

python-dateutil expands them on the wall clock; `occurrences` says what that is in milliseconds. It searches a rule that
never comes about up to the year 9999, which takes seconds: the parts that are taken, and with which others, are those
that do come about (`rule_parts`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from dateutil.rrule import rrule, rrulestr

from healther.maintenance.rule_parts import RuleError, check_parts

MAX_RULE_CHARS = 300
# Of these the step is a fixed time on the wall clock: their start can move along it without changing a date.
_STEPS = {"HOURLY": timedelta(hours=1), "DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}


def check_rule(rule: str, start: datetime, zone: tzinfo) -> str:
    """The rule as it is stored, in capitals; raises RuleError. `start` is the first time, on the zone's wall clock."""
    parts = _parts(rule)
    check_parts(parts)
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        first = next(wall_times(text, start, start, zone), None)
    except RuleError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise RuleError(f"is not a recurrence rule: {error}") from error
    if first is None:
        raise RuleError("ends before it has begun")
    return text


def wall_times(rule: str, start: datetime, after: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The rule's times at or behind `after`, on the wall clock of `zone`; `start` is where it begins."""
    parts = _parts(rule)
    step = _STEPS.get(parts["FREQ"])
    if step is not None and "COUNT" not in parts and after > start:
        # A later start with the same times behind `after`: years of an hourly rule cost nothing.
        step *= int(parts.get("INTERVAL", "1"))
        start += max(0, (after - start) // step - 1) * step
    if "UNTIL" in parts:
        parts["UNTIL"] = f"{_until(parts['UNTIL'], zone):%Y%m%dT%H%M%S}"
    made = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    assert isinstance(made, rrule)
    return made.xafter(after, inc=True)


def _parts(rule: str) -> dict[str, str]:
    text = rule.strip().upper().removeprefix("RRULE:")
    if not text or len(text) > MAX_RULE_CHARS or not text.isascii() or any(char.isspace() for char in text):
        raise RuleError(f"must be one rule of at most {MAX_RULE_CHARS} characters, such as FREQ=WEEKLY;BYDAY=SU")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise RuleError(f"{part or 'an empty part'} is not NAME=VALUE, or its name is there twice")
        parts[name] = value
    return parts


def _until(given: str, zone: tzinfo) -> datetime:
    """The last moment on the wall clock; a day counts to its end."""
    for form in ("%Y%m%d", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ"):
        try:
            found = datetime.strptime(given, form)  # noqa: DTZ007 - the wall clock's, or made aware below
        except ValueError:
            continue
        if form.endswith("Z"):
            return found.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
        return found.replace(hour=23, minute=59, second=59) if form == "%Y%m%d" else found
    raise RuleError("UNTIL must be a day such as 20271231, or a time such as 20271231T235959Z")
