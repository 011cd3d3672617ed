"""What one result changes: judged, entered in the ledger and counted. Pure: rows in, rows to write out.

1. time    - never runs backwards for a watcher, whatever the clock did (R12)
2. gap     - if a slot was missed since `known_until`, that time is unknown and every unconfirmed run is void (D2)
3. judge   - status of this check, belief after it, the change it confirms (monitoring/replay.py does the same)
4. ledger  - the switches of span that gap and change make, outside maintenance
5. count   - the event in the hour's bytes; a finished hour goes to the rollups
6. account - whole hours of ledger time that can no longer change go to the rollups
7. next    - when the watcher is due again: its next slot, or sooner to confirm a failure
"""

from dataclasses import dataclass, field
from uuid import UUID

from healther.core.clock import DAY_MS, HOUR_MS
from healther.core.ids import new_id
from healther.history import hour
from healther.history.ledger import GAP_GRACE_MS, Segment, account, gap_start, ledger_state
from healther.history.repaint import Since
from healther.incidents.moved import Moved
from healther.monitoring.hot_row import HotRow
from healther.monitoring.judge import Belief, Change, confirm_delay_ms, follow, is_confirming, status_of
from healther.monitoring.model import Result
from healther.monitoring.writes import SpanSwitch, Writes
from healther.probes.base import Reason
from healther.watchers.cadence import next_slot
from healther.watchers.states import State

MAX_MESSAGE_CHARS = 500
# Of one state that nobody interrupted: more is a row that a hand set back, and each hour is a row to write.
MOST_AT_ONCE_MS = 366 * DAY_MS
NOT_WATCHED = "healther was not checking"


@dataclass(slots=True)
class Settling:
    """The writes of one transaction so far, and the watchers whose ledger must be read back to account for it."""

    now_ms: int
    writes: Writes = field(default_factory=Writes)
    to_account: list[tuple[UUID, int, int]] = field(default_factory=list)
    """(watcher, from, until): the ledger in that stretch is more than one span."""
    changes: list[Moved] = field(default_factory=list)


def settle(row: HotRow, result: Result, into: Settling) -> State:
    """Enters one accepted result; returns the check's status."""
    plan, observation, watcher_id = result.plan, result.observation, result.claim.watcher_id
    at = max(result.started_at_ms, row.last_checked_at or 0, row.belief.since)
    before = row.belief
    # While a clock that was set back lives through the same time again, no time passes here and nothing is missed.
    grace_ms = min(GAP_GRACE_MS, plan.interval_ms - 1)
    gap = gap_start(before.state, row.known_until, at, grace_ms) if at == result.started_at_ms else None

    status, reason, message = status_of(observation, plan.degraded_after_ms, plan.certificate_days, at)
    message = _storable(message)
    belief, unwatched, change = follow(before, gap, status, at, plan.thresholds)
    switches = []
    if unwatched is not None:
        _add_change(into, result, unwatched, before.since, None, NOT_WATCHED)
        switches.append(SpanSwitch(watcher_id, unwatched.at, State.UNKNOWN))
    if change is not None:
        since = before.since if unwatched is None else unwatched.at
        _add_change(into, result, change, since, reason, message)
        if ledger_state(change.from_state) != ledger_state(change.to_state):
            switches.append(SpanSwitch(watcher_id, change.at, ledger_state(change.to_state)))
    if switches:
        _enter(row, switches, into)

    phases = observation.phases
    took_ms = observation.response_time_ms
    into.writes.events.append(
        (
            watcher_id, result.claim.slot, at, int(status), observation.response_status, took_ms, phases.dns_ms,
            phases.connect_ms, phases.tls_ms, phases.first_byte_ms, phases.transfer_ms,
            None if reason is None else str(reason), message,
        )
    )  # fmt: skip
    hour_start, counts = _count(row, result, status, at, into)
    accounted_until = _account(row, belief, at, bool(switches), into)

    due_at = next_slot(into.now_ms, plan.interval_ms, plan.phase_ms)
    if is_confirming(belief):
        due_at = min(due_at, into.now_ms + confirm_delay_ms(plan.interval_ms))
    quiet = (
        watcher_id, due_at, result.claim.slot, hour_start, counts, at, took_ms, observation.certificate_not_after_ms,
    )  # fmt: skip
    if belief is row.belief and status is State.HEALTHY and accounted_until == row.accounted_until:
        into.writes.quiet.append(quiet)
    else:
        into.writes.full.append(
            (
                *quiet, int(belief.state), belief.since, belief.impaired_run, belief.impaired_since, belief.down_run,
                belief.down_since, None if belief.last_known is None else int(belief.last_known), accounted_until,
                int(status), None if reason is None else str(reason), message,
            )
        )  # fmt: skip
    return status


def _enter(row: HotRow, switches: list[SpanSwitch], into: Settling) -> None:
    """The switches, one after the other, but where the ledger says maintenance: that is monitoring/maintenance_turn."""
    if row.ledger_moved_at is not None and switches[0].at < row.ledger_moved_at:
        into.writes.repaints[row.watcher_id] = [Since(switch.at, switch.state) for switch in switches]
    elif not row.in_maintenance:
        into.writes.add_switches(switches)


def _storable(message: str | None) -> str | None:
    """Bounded, and without what a target may have put in that no database stores (NUL, lone surrogates)."""
    if message is None or (message.isprintable() and len(message) <= MAX_MESSAGE_CHARS):
        return message
    return "".join(char if char.isprintable() else " " for char in message[:MAX_MESSAGE_CHARS])


def _add_change(
    into: Settling, result: Result, change: Change, since: int, reason: Reason | None, message: str | None
) -> None:
    word = None if reason is None else str(reason)
    into.changes.append(
        Moved(result.claim.watcher_id, change.from_state, change.to_state, change.at, word, message, since)
    )
    seen = result.observation
    # A change without a reason (a recovery, a gap) is no failure.
    facts = (
        (None,) * 5
        if reason is None
        else (seen.address, seen.certificate_sha256, seen.http_version, seen.tls_version, seen.tls_cipher)
    )
    into.writes.state_changes.append(
        (
            new_id(), result.claim.watcher_id, result.claim.slot, int(change.from_state), int(change.to_state),
            None if change.last_known is None else int(change.last_known), change.at, into.now_ms, word,
            message, *facts,
        )
    )  # fmt: skip


def _count(row: HotRow, result: Result, status: State, at: int, into: Settling) -> tuple[int, bytes]:
    """The hour's bytes with this check in them; a finished (or overlong) hour is handed to the rollups."""
    started, counts = row.hour, row.hour_counts
    this_hour = at - at % HOUR_MS
    if started is not None and (started != this_hour or len(counts or b"") > hour.FULL_BYTES):
        into.writes.rollups.append((result.claim.watcher_id, started, hour.fold(counts)))
        counts = None
    observation = result.observation
    return this_hour, hour.append(counts, status, observation.response_time_ms, observation.phases)


def _account(row: HotRow, belief: Belief, at: int, switched: bool, into: Settling) -> int:
    """Until when the ledger's time is in the rollups after this check: whole hours no pending run can still change."""
    pending = [since for since in (belief.impaired_since, belief.down_since) if since is not None]
    settled = min([at, *pending])
    until = settled - settled % HOUR_MS
    if until <= row.accounted_until:
        return row.accounted_until
    moved_at = row.ledger_moved_at
    if switched or belief.since > row.accounted_until or (moved_at is not None and moved_at > row.accounted_until):
        into.to_account.append((row.watcher_id, row.accounted_until, until))
    else:
        state = State.MAINTENANCE if row.in_maintenance else ledger_state(belief.state)
        only = Segment(state, max(row.accounted_until, until - MOST_AT_ONCE_MS), until)
        into.writes.rollups += [
            (row.watcher_id, hour_start, values) for hour_start, values in account([only], only.start, until)
        ]
    return until
