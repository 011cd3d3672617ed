"""A workspace whose watchers are checked by the test, through the real record path, and planned by turns of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import case, update
from sqlmodel import col, select

from healther.accounts.models import Membership, Role, User, Workspace
from healther.alerting.messages import Links
from healther.alerting.models import AlertPolicy, Channel, Delivery, DeliveryState
from healther.alerting.plan import Planner
from healther.core.clock import DAY_MS, HOUR_MS, to_utc
from healther.core.db import Database
from healther.core.ids import new_id
from healther.history.models import Span
from healther.incidents.links import AcknowledgeLinks
from healther.incidents.models import EntryKind, Incident, IncidentEntry
from healther.monitoring.claim import store_for
from healther.monitoring.judge import Thresholds
from healther.monitoring.model import Claim, Plan, Result
from healther.monitoring.record import record
from healther.probes.base import Observation, Phases, ProbeContext, Reason
from healther.watchers.cadence import phase_ms
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State

START_MS = 1_800_000_000_000
INTERVAL_MS = 60_000
CHANGES = ["down", "degraded", "recovered", "certificate", "flapping"]
LINKS = Links(
    "https://healther.example.org", AcknowledgeLinks("a-secret-only-for-tests-0123456789-abcdef", "https://h")
)
# 22:00 to 07:00 in Berlin, and a moment in the middle of it.
NIGHT = [{"starts": "22:00", "ends": "07:00", "time_zone": "Europe/Berlin"}]
MIDNIGHT_MS = START_MS - START_MS % (24 * HOUR_MS) + 23 * HOUR_MS
SEVEN_MS = MIDNIGHT_MS + 7 * HOUR_MS
FAILURES = {State.DOWN: Reason.CONNECT_REFUSED, State.UNKNOWN: Reason.NO_NETWORK}


class NeverRun:
    async def run(self, context: ProbeContext) -> Observation:
        raise AssertionError("results come from the test")


def seen(state: State, address: str | None = None, certificate: str | None = None) -> Observation:
    """A check that says this; degraded by being slow."""
    facts: dict[str, Any] = {"address": address, "certificate_sha256": certificate}
    if state in FAILURES:
        return Observation(Phases(1.0), reason=FAILURES[state], message="nothing listens", **facts)
    return Observation(Phases(1.0), 2_000.0 if state is State.DEGRADED else 10.0, 200, **facts)


def result(claim: Claim, at_ms: int, observation: Observation, thresholds: Thresholds) -> Result:
    plan = Plan(
        version=1, probe=NeverRun(), thresholds=thresholds, interval_ms=INTERVAL_MS,
        phase_ms=phase_ms(claim.watcher_id, INTERVAL_MS), timeout_ms=10_000, degraded_after_ms=1_000,
        certificate_days=14, target="t",
    )  # fmt: skip
    return Result(claim, plan, at_ms, observation)


@dataclass
class World:
    """One workspace `acme` with an owner."""

    db: Database
    planner: Planner
    owner: User
    workspace_id: UUID
    now: int = START_MS
    channels: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    async def build(cls, db: Database, slug: str = "acme", email: str = "ada@example.org") -> "World":
        async with db.write() as session:
            workspace = Workspace(name=slug.capitalize(), slug=slug)
            owner = User(email=email, full_name="Ada", hashed_password="x")
            session.add_all([workspace, owner])
            await session.flush()
            session.add(Membership(workspace_id=workspace.id, user_id=owner.id, role=Role.OWNER))
        return cls(db, Planner(db, LINKS, asks_first=False), owner, workspace.id)

    async def channel(self, name: str = "mail", **columns: object) -> UUID:
        channel = Channel(
            id=new_id(), workspace_id=self.workspace_id, name=name, kind="email",
            options={"to": [f"{name.replace(' ', '-')}@example.org"]} | columns.pop("options", {}),
            **columns,
        )  # fmt: skip
        async with self.db.write() as session:
            session.add(channel)
        self.channels[name] = channel.id
        return channel.id

    async def policy(self, *steps: tuple[int, str | UUID], **columns: object) -> UUID:
        """A policy; a step is (after_s, name of a channel or id of a person)."""
        fields: dict[str, Any] = {"name": "Policy", "changes": CHANGES, **columns}
        listed: list[dict[str, Any]] = []
        for after, place in steps:
            if isinstance(place, UUID):
                listed.append({"after_s": after, "user_ids": [str(place)]})
            else:
                channel_id = self.channels.get(place) or await self.channel(place)
                listed.append({"after_s": after, "channel_ids": [str(channel_id)]})
        policy = AlertPolicy(workspace_id=self.workspace_id, steps=listed, **fields)
        async with self.db.write() as session:
            session.add(policy)
        return policy.id

    async def watchers(self, *names: str, url: str = "http://{name}.example.org/") -> list[UUID]:
        """Watchers that were healthy at their first check, a minute before START_MS."""
        created = START_MS - DAY_MS
        made = []
        async with self.db.write() as session:
            for name in names:
                watcher = ServiceWatcher(
                    id=new_id(), workspace_id=self.workspace_id, name=name, url=url.format(name=name),
                    created_at=to_utc(created), updated_at=to_utc(created),
                )  # fmt: skip
                session.add(watcher)
                made.append(watcher.id)
            await session.flush()
            for watcher_id in made:
                hot = WatcherState(
                    watcher_id=watcher_id, region="default", interval_ms=INTERVAL_MS, timeout_ms=10_000,
                    phase_ms=phase_ms(watcher_id, INTERVAL_MS), due_at=START_MS + DAY_MS, since=created,
                    accounted_until=created,
                )  # fmt: skip
                session.add(hot)
                session.add(Span(watcher_id=watcher_id, started_at=created, state=State.UNKNOWN))
        await self.check(made, State.HEALTHY, at=START_MS - 60_000)
        await self.planner.turn(START_MS - 40_000)
        return made

    async def check(
        self,
        watcher_ids: Sequence[UUID],
        state: State,
        *,
        at: int | None = None,
        address: str | None = None,
        failure_threshold: int = 1,
        missed: bool = False,
        **facts: Any,  # noqa: ANN401 - of an observation
    ) -> None:
        """One check of each, recorded in one transaction; a single one is enough to believe it.

        `missed`: nobody has checked since the one before was due. `facts`: what else the checks saw.
        """
        at = self.now if at is None else at
        mine = col(WatcherState.watcher_id).in_(watcher_ids)
        async with self.db.write_connection() as connection:
            due = case((mine, at), else_=at + DAY_MS)
            # `known_until` of the check before: no slot was missed, whatever time the test lets pass.
            values = {
                "due_at": due,
                "lease_slot": None,
                "known_until": case((mine & (not missed), at), else_=WatcherState.known_until),
            }
            await connection.execute(update(WatcherState).where(col(WatcherState.due_at).is_not(None)).values(values))
            claims = await store_for(self.db).claim(connection, "default", at, len(watcher_ids))
        assert {claim.watcher_id for claim in claims} == set(watcher_ids)
        thresholds = Thresholds(failure_threshold, 1)
        observation = replace(seen(state, address), **facts)
        results = [result(claim, at, observation, thresholds) for claim in claims]
        recorded = await record(self.db, store_for(self.db), results, at)
        assert recorded.refused == 0

    async def turn(self, after_ms: int = 2_000, *, watched: bool = True) -> int | None:
        """Lets time pass and takes one turn; unless `watched`, nobody has checked anything meanwhile."""
        self.now += after_ms
        if watched:
            async with self.db.write_connection() as connection:
                await connection.execute(update(WatcherState).values(known_until=self.now + INTERVAL_MS))
        wait_ms = await self.planner.turn(self.now)
        assert self.planner.failing == 0, "a turn failed by a fault, see the log"
        return wait_ms

    async def sent(self) -> None:
        """Whatever is queued has arrived."""
        arrived = update(Delivery).where(col(Delivery.state) == DeliveryState.QUEUED)
        async with self.db.write() as session:
            await session.exec(arrived.values(state=DeliveryState.SENT))

    async def deliveries(self, channel: str | None = None) -> list[Delivery]:
        """What was queued, oldest first."""
        query = select(Delivery).where(Delivery.workspace_id == self.workspace_id).order_by(col(Delivery.id))
        if channel is not None:
            query = query.where(Delivery.channel_id == self.channels[channel])
        async with self.db.read() as session:
            return list((await session.exec(query)).all())

    async def kinds(self, channel: str | None = None) -> list[str]:
        """What they tell."""
        return [each.kind for each in await self.deliveries(channel)]

    async def incidents(self, *, merged: bool = False) -> list[Incident]:
        """The workspace's incidents, oldest first."""
        query = select(Incident).order_by(col(Incident.id))
        if not merged:
            query = query.where(col(Incident.merged_into_id).is_(None))
        async with self.db.read() as session:
            return list((await session.exec(query)).all())

    async def entries(self, *kinds: EntryKind) -> list[IncidentEntry]:
        """Lines of all timelines, of these kinds, oldest first."""
        query = select(IncidentEntry).order_by(col(IncidentEntry.at), col(IncidentEntry.id))
        if kinds:
            query = query.where(col(IncidentEntry.kind).in_(kinds))
        async with self.db.read() as session:
            return list((await session.exec(query)).all())


async def acknowledge(db: Database, at: int | None) -> None:
    """Somebody takes every incident on, or nobody is at it any more."""
    async with db.write() as session:
        await session.exec(update(Incident).values(acknowledged_at=at))
