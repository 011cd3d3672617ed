"""A workspace's overview, put together: what is over from the pasts, the present from the hot rows and the ledger."""

import asyncio
from collections.abc import Sequence
from copy import copy
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS, HOUR_MS
from healther.history.hour import median_bucket
from healther.history.ledger import (
    Segment,
    StateTimes,
    add_times,
    gap_start,
    ledger_state,
    time_per_state,
    time_per_window,
    uptime_percent,
)
from healther.history.overview import rows
from healther.history.overview.amended import amended_days
from healther.history.overview.past import DAYS, HOURS, Key, Past, Pasts, letter, median_json
from healther.history.overview.rows import Row
from healther.history.overview.write import Lines, Shown
from healther.watchers.regions import SERVED_MS, served_since
from healther.watchers.states import State

_STATES = tuple(State)
# So many watchers at a time, then the loop may do something else: checks beside this are timed on it.
_AT_ONCE = 100


async def overview(session: AsyncSession, workspace_id: UUID, pasts: Pasts, now_ms: int) -> tuple[bytes, bytes]:
    """(the watchers, the whole OverviewPublic) as JSON."""
    found = await rows.hot_rows(session, workspace_id)
    tagged = await rows.tags(session, workspace_id)
    day_ago = now_ms - DAY_MS
    moved = [row for row in found if max(row.since, row.ledger_moved_at or 0) > min(row.accounted_until, day_ago)]
    inside = any(row.in_maintenance for row in found)
    windows = await rows.maintenance(session, workspace_id) if inside else {}
    ledgers = await rows.ledgers(session, workspace_id, moved, day_ago, now_ms)
    known = await _known_pasts(session, workspace_id, found, pasts, now_ms)
    amended = await amended_days(session, workspace_id, now_ms)
    lines = Lines(await served_since(session, now_ms - SERVED_MS))
    for number, row in enumerate(found):
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)
        segments = ledgers.get(row.key)
        shown = _shown(row, known[row.key], segments, tagged.get(row.key, ()), now_ms, day_ago)
        if row.key in windows:
            shown = shown._replace(maintenance=windows[row.key])
        if row.key in amended:
            shown = _with_corrections(shown, *amended[row.key])
        lines.add(shown)
    return lines.to_json(now_ms)


async def _known_pasts(
    session: AsyncSession, workspace_id: UUID, found: Sequence[Row], pasts: Pasts, now_ms: int
) -> dict[Key, Past]:
    """The past of each watcher, read as far as it is new: usually nothing, once an hour the hour that ended."""
    today, this_hour = now_ms - now_ms % DAY_MS, now_ms - now_ms % HOUR_MS
    before = pasts.of(workspace_id)
    known: dict[Key, Past] = {}
    moved: list[Key] = []
    first_day = first_hour = now_ms
    for row in found:
        past = before.get(row.key)
        if past is not None and (past.ledger_moved_at != row.ledger_moved_at or past.is_ahead(today, this_hour)):
            past = None
        if past is not None and (past.accounted_until, past.hour) == (row.accounted_until, row.hour):
            past.move_to(today)
            known[row.key] = past
            continue
        first_day = min(first_day, row.created_at if past is None else past.accounted_until)
        first_hour = min(first_hour, row.created_at if past is None or past.hour is None else past.hour)
        moved.append(row.key)
        # A copy: whoever reads another snapshot beside this one goes on with the old one.
        past = Past(str(rows.uuid_of(row.key)), 0, None, row.ledger_moved_at, today) if past is None else copy(past)
        past.days, past.medians = list(past.days), dict(past.medians)
        past.accounted_until, past.hour = row.accounted_until, row.hour
        past.move_to(today)
        known[row.key] = past
    if moved:
        since = max(first_day - first_day % DAY_MS, today - (DAYS - 1) * DAY_MS)
        days = await rows.days(session, workspace_id, moved, since)
        since_hour = max(first_hour - first_hour % HOUR_MS, this_hour - (HOURS - 1) * HOUR_MS)
        medians = await rows.medians(session, workspace_id, moved, since_hour)
        for number, key in enumerate(moved):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if key in days:
                known[key].add_days(days[key], since)
            known[key].medians |= medians.get(key, {})
            known[key].this_hour = 0
    pasts.keep(workspace_id, known)
    return known


def _shown(
    row: Row, past: Past, segments: Sequence[Segment] | None, tags: Sequence[str], now_ms: int, day_ago: int
) -> Shown:
    """A line of the overview; `segments` None = the state is older than all that is asked for."""
    state = _STATES[row.state]
    since = row.since
    gap = gap_start(state, row.known_until, now_ms)
    ledger = State.MAINTENANCE if row.in_maintenance else state
    ledger_gap = None if row.in_maintenance else gap
    if segments is None and ledger_gap is None and past.today <= past.accounted_until <= now_ms:
        today = _today(past, ledger, now_ms)
    else:
        if segments is None:
            segments = _one_state(ledger, ledger_gap, min(row.accounted_until, day_ago), now_ms)
        today = _from_ledger(past, segments, now_ms)
    if gap is not None:
        state, since = State.UNKNOWN, max(gap, since)
    uptime_24h = _CONSTANT[ledger] if segments is None else time_per_state(segments, day_ago, now_ms).uptime_percent
    letters = today.letters
    days_before = DAYS - 1 - (past.today // DAY_MS - row.created_at // DAY_MS)
    if days_before > 0:
        days_before = min(DAYS - 1, days_before)
        letters = "-" * days_before + letters[days_before:]
    latencies = _latencies(row, past, now_ms)
    return Shown(row, past, tags, state, since, today.uptime, uptime_24h, latencies, letters)


def _with_corrections(shown: Shown, days: Sequence[StateTimes], day: StateTimes) -> Shown:
    """The figures of a watcher whose record people have corrected."""
    all_days = add_times(days)
    letters = "".join(
        before if before == "-" else letter(each.healthy_ms, each.degraded_ms, each.down_ms, each.maintenance_ms)
        for before, each in zip(shown.days, days, strict=True)
    )
    return shown._replace(days=letters, uptime_90d=all_days.uptime_percent, uptime_24h=day.uptime_percent, amended=True)


class _Days(NamedTuple):
    """The 90 days with the present in them."""

    letters: str
    uptime: float | None


# The uptime of a day of one state.
_CONSTANT = {state: {State.HEALTHY: 100.0, State.DEGRADED: 100.0, State.DOWN: 0.0}.get(state) for state in State}


def _today(past: Past, state: State, now_ms: int) -> _Days:
    """What nearly every watcher needs: the rollups reach into today, and one state goes on since."""
    healthy, degraded, down = past.sums
    counted_healthy, counted_degraded, counted_down, maintenance = past.days[-1]
    tail = now_ms - past.accounted_until
    if state is State.HEALTHY:
        healthy += tail
        counted_healthy += tail
    elif state is State.DEGRADED:
        degraded += tail
        counted_degraded += tail
    elif state is State.DOWN:
        down += tail
        counted_down += tail
    elif state is State.MAINTENANCE:
        maintenance += tail
    last = letter(counted_healthy, counted_degraded, counted_down, maintenance)
    return _Days(past.letters[:-1] + last, uptime_percent(healthy, degraded, down))


def _from_ledger(past: Past, segments: Sequence[Segment], now_ms: int) -> _Days:
    """From the end of the rollups on, however long ago that is, as the ledger says."""
    healthy, degraded, down = past.sums
    open_day = min(past.accounted_until, past.today) // DAY_MS
    first = max(0, DAYS - 1 - (past.today // DAY_MS - open_day))
    edges = [past.today - (DAYS - 1 - index) * DAY_MS for index in range(first, DAYS)]
    edges.append(max(now_ms, past.accounted_until))
    tail = time_per_window(segments, [max(edge, past.accounted_until) for edge in edges])
    last = ""
    for counted, seen in zip(past.days[first:], tail, strict=True):
        healthy, degraded, down = healthy + seen.healthy_ms, degraded + seen.degraded_ms, down + seen.down_ms
        last += letter(
            counted[0] + seen.healthy_ms,
            counted[1] + seen.degraded_ms,
            counted[2] + seen.down_ms,
            counted[3] + seen.maintenance_ms,
        )
    return _Days(past.letters[:first] + last, uptime_percent(healthy, degraded, down))


def _one_state(state: State, gap: int | None, begin: int, now_ms: int) -> list[Segment]:
    """The ledger from `begin` on of a watcher whose state is older than that."""
    if gap is None:
        return [Segment(ledger_state(state), begin, now_ms)]
    seen_until = max(gap, begin)
    return [Segment(state, begin, seen_until), Segment(State.UNKNOWN, seen_until, now_ms)]


def _latencies(row: Row, past: Past, now_ms: int) -> str:
    this_hour = now_ms - now_ms % HOUR_MS
    if past.counts != row.hour_counts:
        past.counts, past.counted_median = row.hour_counts, median_bucket(row.hour_counts)
    median = past.counted_median
    if row.hour is not None and row.hour != this_hour and median is not None:
        # An hour that is over and not in the rollups yet: the watcher's next check will put it there.
        if past.medians.get(row.hour) != median:
            past.medians[row.hour] = median
            past.this_hour = 0
        median = None
    return past.at_hour(this_hour) + median_json(median)
