"""The streams of one process, fed by looking at the database once a second, and only while somebody listens."""

import asyncio
import time
from collections.abc import Collection
from uuid import UUID

import orjson
import structlog

from healther.accounts.service.standing import Standing, standing_of
from healther.accounts.tokens import Claims
from healther.core.clock import SECOND_MS, now_ms
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.core.errors import ThrottledProblem, UnavailableProblem
from healther.history.overview.rows import uuid_of
from healther.history.service.events import MAX_LATENESS_MS
from healther.monitoring.live import read
from healther.monitoring.live.diff import News, Snapshot, compare, overdue_ms
from healther.monitoring.live.room import REMEMBERED_MS, Room
from healther.monitoring.live.stream import Stream
from healther.observability.metrics import LIVE_STREAMS
from healther.watchers.regions import OVERDUE_LIMIT_S

log = structlog.get_logger()

TURN_S = 1.0
RECHECK_S = 3.0
_IDLE_S = 60.0
MOST_PER_USER = 20
MOST_STREAMS = 2_000


class LiveHub:
    """Takes listeners in and tells them what happens, from `start` to `close`."""

    def __init__(self, db: Database, own_region: str) -> None:
        self._db = db
        self._own_region = own_region
        self._rooms: dict[UUID, Room] = {}
        self._listening: set[Stream] = set()
        self._arrived = asyncio.Event()
        self._stopping = False
        self._checked_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts looking."""
        self._task = asyncio.create_task(self._run(), name="live")

    def stop(self) -> None:
        """Ends every stream, now and from now on: a server that is asked to end waits for open answers."""
        self._stopping = True
        for stream in list(self._listening):
            stream.end("shutdown")

    async def close(self) -> None:
        """Stops for good."""
        self.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def join(self, workspace_id: UUID, claims: Claims, last_id: str | None) -> Stream:
        """A stream of what happens in a workspace; raises ThrottledProblem or UnavailableProblem past the limits."""
        if len(self._listening) >= MOST_STREAMS:
            raise UnavailableProblem("Too many live streams are open here; try again in a while.", retry_after_s=30)
        if sum(each.claims.user_id == claims.user_id for each in self._listening) >= MOST_PER_USER:
            raise ThrottledProblem(f"You have {MOST_PER_USER} live streams open already; close some.", retry_after_s=30)
        stream = Stream(workspace_id, claims, last_id)
        self._listening.add(stream)
        LIVE_STREAMS.set(len(self._listening))
        if self._stopping:
            stream.end("shutdown")
            return stream
        self._forget_rooms()
        self._rooms.setdefault(workspace_id, Room()).arriving.append(stream)
        self._arrived.set()
        return stream

    def leave(self, stream: Stream) -> None:
        """The listener is gone."""
        self._listening.discard(stream)
        LIVE_STREAMS.set(len(self._listening))
        room = self._rooms.get(stream.workspace_id)
        if room is not None:
            room.streams.discard(stream)

    async def _run(self) -> None:
        while True:
            began = time.monotonic()
            self._arrived.clear()
            self._forget_rooms()
            if self._listening:
                await self._turn()
                await self._wait(began + TURN_S - time.monotonic())
            else:
                await self._wait(_IDLE_S)

    async def _wait(self, seconds: float) -> None:
        """Until the next turn, or somebody arrives."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._arrived.wait()
        except TimeoutError:
            return

    async def _turn(self) -> None:
        try:
            await self._look()
            await self._check_standing()
        except TRANSIENT_ERRORS as error:
            log.warning("cannot look for live streams, trying again", error=first_line(error))
            for room in self._rooms.values():
                room.say_stale(None)
            await asyncio.sleep(TURN_S)
        except Exception:
            log.exception("live streams failed and were ended")
            self._rooms.clear()
            for stream in list(self._listening):
                stream.end("error")
            await asyncio.sleep(TURN_S)

    async def _look(self) -> None:
        """One look at all workspaces that are listened to: what is new is told, and those who arrived are let in."""
        rooms = {each: room for each, room in self._rooms.items() if room.is_listened_to}
        if not rooms:
            return
        async with self._db.read_connection() as connection:
            # Inside the transaction: what is seen is at least as new.
            now = now_ms()
            snapshots = await read.glance(connection, rooms, self._own_region, now)
            news = {
                each: compare(room.snapshot, snapshots[each])
                for each, room in rooms.items()
                if room.snapshot is not None
            }
            checked = {key: slot for each in news.values() for key, slot in each.checked.items()}
            floor = now - REMEMBERED_MS - MAX_LATENESS_MS
            told = await read.recorded(connection, checked, floor, now) if checked else {}
        for workspace_id, room in rooms.items():
            self._tell(room, news.get(workspace_id) or News(), told, now)
            self._see(room, snapshots[workspace_id], now)

    @staticmethod
    def _tell(room: Room, news: News, told: dict[UUID, list[read.Told]], now: int) -> None:
        for key, change in news.edits:
            room.tell("watcher", orjson.dumps({"id": uuid_of(key), "change": change}), now)
        messages = [each for key in news.checked for each in told.get(uuid_of(key), ())]
        for _, event, data in sorted(messages, key=lambda each: each[:2]):
            room.tell(event, data, now)

    @staticmethod
    def _see(room: Room, snapshot: Snapshot, now: int) -> None:
        room.snapshot, room.seen_at = snapshot, now
        room.forget(now)
        late_ms = overdue_ms(snapshot, now)
        if late_ms > OVERDUE_LIMIT_S * SECOND_MS:
            room.say_stale(late_ms)
        else:
            room.say_fresh()
        room.let_in()

    async def _check_standing(self) -> None:
        """Ends the streams of those whose token is over, and now and then of those who may no longer listen (S10)."""
        now = now_ms()
        for stream in list(self._listening):
            if stream.claims.expires_at_s * SECOND_MS <= now:
                stream.end("token_expired")
        if time.monotonic() - self._checked_at < RECHECK_S:
            return
        self._checked_at = time.monotonic()
        listening = [stream for stream in self._listening if not stream.ended]
        async with self._db.read() as session:
            standing = await standing_of(session, {stream.claims for stream in listening}, now)
        for stream in listening:
            _end_without_standing(stream, standing)

    def _forget_rooms(self) -> None:
        """Rooms nobody came back to in time."""
        oldest = now_ms() - REMEMBERED_MS
        empty: Collection[UUID] = [
            each for each, room in self._rooms.items() if not room.is_listened_to and room.seen_at < oldest
        ]
        for workspace_id in empty:
            del self._rooms[workspace_id]


def _end_without_standing(stream: Stream, standing: dict[Claims, Standing]) -> None:
    found = standing.get(stream.claims)
    if found is None:
        stream.end("signed_out")
    elif stream.workspace_id not in found:
        stream.end("no_access")
