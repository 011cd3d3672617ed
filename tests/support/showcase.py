"""Gives the watchers of a workspace ninety believable days, for screenshots: `python -m tests.support.showcase URL`.

They look as if they watched `https://<name>.acme.example`; nothing may check them from then on.
"""

import asyncio
import math
import random
import sys
from itertools import pairwise

from sqlalchemy import delete, update
from sqlmodel import col, select

from healther.accounts.models import Workspace
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms, to_utc
from healther.core.db import Database
from healther.history.ledger import Segment
from healther.history.models import StateChange
from healther.incidents.models import EntryKind as Entry
from healther.incidents.models import Impact, Incident, IncidentEntry, IncidentMember, Stage
from healther.probes.base import Phases
from healther.watchers.models import ServedRegion, ServiceWatcher, WatcherState
from healther.watchers.states import State
from tests.support.history import Check, Past, add_change, write_past

DAYS = 90
EVERY_MS = 10 * MINUTE_MS
_TROUBLES = [State.DOWN, State.DEGRADED, State.DOWN, State.MAINTENANCE]
_WHY = ("status_mismatch", "expected status 200-299, got 502 Bad Gateway")


async def live_through(database_url: str) -> None:
    """Writes the past of every watcher, its incidents, and when it will be looked at."""
    db, now = Database(database_url), now_ms()
    async with db.read() as session:
        query = select(ServiceWatcher, WatcherState).where(WatcherState.watcher_id == ServiceWatcher.id)
        watched = list((await session.exec(query.order_by(col(ServiceWatcher.name)))).all())
    for number, (watcher, head) in enumerate(watched):
        dice = random.Random(number + 3)
        past = _past(dice, head, now)
        async with db.write() as session:
            await session.exec(
                delete(StateChange).where(
                    col(StateChange.watcher_id) == watcher.id, col(StateChange.to_state) == State.HEALTHY
                )
            )
        await write_past(db, watcher.id, past)
        for before, after in pairwise(past.segments):
            if after is not past.segments[-1] or after.state is State.HEALTHY:
                reason, message = _WHY if after.state is State.DOWN else (None, None)
                told = {"reason": reason, "message": message, "planned_at": after.start}
                await add_change(db, watcher.id, after.start, before.state, after.state, **told)
            if before.state is State.DOWN and before.end - before.start > 20 * MINUTE_MS:
                await _incident(db, watcher, before)
        slug = watcher.name.lower().replace(" ", "-")
        await _disguise(db, watcher, f"https://{slug}.acme.example/health", now + dice.randrange(2, 10) * MINUTE_MS)
    async with db.write() as session:
        await session.exec(update(Workspace).values(created_at=to_utc(now - DAYS * DAY_MS)))
        await session.exec(update(ServedRegion).values(seen_at=now + DAY_MS))
    await db.close()


def _past(dice: random.Random, head: WatcherState, now: int) -> Past:
    start = now - DAYS * DAY_MS
    edges: list[tuple[int, State]] = [(start, State.HEALTHY)]
    for state in dice.sample(_TROUBLES, dice.randrange(1, len(_TROUBLES))):
        at = start + dice.randrange(DAY_MS, (DAYS - 2) * DAY_MS)
        edges += [(at, state), (at + dice.randrange(9, 130) * MINUTE_MS, State.HEALTHY)]
    edges.sort()
    if head.state is not State.HEALTHY:
        edges.append((head.since, head.state))
    ends = [at for at, _ in edges[1:]] + [now]
    segments = [Segment(state, at, end) for (at, state), end in zip(edges, ends, strict=True) if end > at]
    usual_ms, checks, each = dice.uniform(45, 210), [], iter(segments)
    segment = next(each)
    for at in range(start, now - MINUTE_MS, EVERY_MS):
        while at >= segment.end:
            segment = next(each)
        checks.append(_check(dice, at, segment.state, usual_ms))
    return Past(segments, checks, now, accounted_until=now // HOUR_MS * HOUR_MS, known_until=now + DAY_MS)


def _check(dice: random.Random, at: int, state: State, usual_ms: float) -> Check:
    """Busier by day than by night, and seldom much slower."""
    if state is State.DOWN:
        return Check(at, state, None, Phases(dns_ms=dice.uniform(1, 4)), reason=_WHY[0], message=_WHY[1])
    busy = 1 + 0.22 * math.sin((at % DAY_MS) / DAY_MS * math.tau - 2)
    slow = 4.0 if state is State.DEGRADED else dice.choice([1.0] * 40 + [1.8])
    took = usual_ms * busy * slow * dice.lognormvariate(0, 0.09)
    shares = [share * dice.lognormvariate(0, 0.1) for share in (0.05, 0.12, 0.2, 0.5, 0.13)]
    phases = Phases(*(round(took * share / sum(shares), 3) for share in shares))
    return Check(at, State.HEALTHY if state is State.MAINTENANCE else state, round(took, 2), phases)


async def _incident(db: Database, watcher: ServiceWatcher, outage: Segment) -> None:
    """As healther writes of an outage that is over."""
    async with db.write() as session:
        incident = Incident(
            workspace_id=watcher.workspace_id, title=f"{watcher.name} is down", stage=Stage.RESOLVED,
            started_at=outage.start, detected_at=outage.start + EVERY_MS, resolved_at=outage.end,
            acknowledged_at=outage.start + EVERY_MS + 4 * MINUTE_MS, acknowledged_by="Grace Hopper",
            planned_at=outage.start + EVERY_MS,
        )  # fmt: skip
        session.add(incident)
        await session.flush()
        session.add(
            IncidentMember(
                incident_id=incident.id, watcher_id=watcher.id, impact=Impact.DOWN, reason=_WHY[0], message=_WHY[1],
                joined_at=outage.start, left_at=outage.end,
            )
        )  # fmt: skip
        times = {Entry.OPENED: outage.start + EVERY_MS, Entry.RECOVERED: outage.end, Entry.RESOLVED: outage.end}
        session.add_all(
            IncidentEntry(incident_id=incident.id, at=at, kind=kind, watcher_id=watcher.id, planned_at=at)
            for kind, at in times.items()
        )


async def _disguise(db: Database, watcher: ServiceWatcher, url: str, due_at: int) -> None:
    async with db.write() as session:
        made_at = to_utc(now_ms() - DAYS * DAY_MS)
        mine = col(ServiceWatcher.id) == watcher.id
        await session.exec(update(ServiceWatcher).where(mine).values(url=url, created_at=made_at))
        if watcher.paused_at is None:
            its = col(WatcherState.watcher_id) == watcher.id
            await session.exec(update(WatcherState).where(its).values(due_at=due_at))


if __name__ == "__main__":
    asyncio.run(live_through(sys.argv[1]))
