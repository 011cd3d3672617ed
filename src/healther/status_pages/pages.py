"""The pages this process serves: in memory, compared with the database once a second while somebody looks.

A hit costs no query, no rendering and no await. Nobody looks: nothing is asked. The database is away: what is in
memory is served, marked stale. Memory is bounded, and so is what unknown names can make the database do.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import replace
from uuid import UUID

import structlog

from healther.core.clock import now_ms
from healther.core.db import TRANSIENT_ERRORS, Database, first_line
from healther.observability.metrics import PAGE_BUILDS
from healther.status_pages.answer import Answer
from healther.status_pages.changes import fingerprints
from healther.status_pages.entry import Entry
from healther.status_pages.lookup import Lookup, is_name
from healther.status_pages.read import read_snapshot
from healther.status_pages.resources import Shot
from healther.status_pages.snapshot import Ref
from healther.status_pages.source import load_source
from healther.status_pages.wishes import Wish

log = structlog.get_logger()

CHECK_EVERY_S = 1.0
"""How often pages in use are compared with the database."""
WAIT_AFTER_S = 1.5
"""An answer that was not compared for so long waits for it: nobody looked, so it may have been taken back meanwhile.

A younger one is sent while that happens, so that a page in use never waits.
"""
PATIENCE_S = 2.0
"""So long such an answer waits for the database."""
STALE_AFTER_S = 10.0
"""A page that could not be compared for so long says so."""
READ_EVERY_S = 60.0
"""A page in use is read anew so often even if nothing changed: figures move with time."""
READ_DAYS_EVERY_S = 3600.0
"""Days that are over are read again so often."""
MISSING_S = 2.0
MISSING_DOMAIN_S = 30.0
MOST_MISSING = 4096
MOST_PAGES = 1000
MOST_BYTES = 128 * 1024 * 1024
BUILDS_AT_ONCE = 4


class StatusPages:
    """All of it for one process; belongs to the event loop it is made on."""

    def __init__(self, db: Database, public_url: str, region: str, *, mails: bool = False) -> None:
        self._db = db
        self._region = region
        self._mails = mails
        self._origin = public_url.rstrip("/")
        self._lookup = Lookup(db)
        self._entries: OrderedDict[Ref, Entry] = OrderedDict()
        self._names: dict[str, Ref] = {}
        self._hot: dict[str, Entry] = {}
        """By path: the pages whose answers may be sent as they are."""
        self._missing: dict[str, float] = {}
        self._building: dict[Ref, asyncio.Task[Entry | None]] = {}
        self._outdated: set[asyncio.Task[Entry | None]] = set()
        self._renewing: dict[Ref, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(BUILDS_AT_ONCE)
        self._check_task: asyncio.Task[None] | None = None
        self._checked_at = 0.0

    def hit(self, path: str, wish: Wish) -> Answer | None:
        """What can be sent for this path at once; None = ask `find`, which may have to wait."""
        entry = self._hot.get(path)
        if entry is None:
            return None
        entry.used = True
        now = time.monotonic()
        age = now - entry.tried_at
        if age > CHECK_EVERY_S:
            if age > WAIT_AFTER_S:
                return None
            self._check(now)
        return entry.at_hand(path, wish)

    async def find(self, name: str) -> Entry | None:
        """The published page of a slug or a domain, as true as can be had; None = there is none.

        Raises what the database raises when the page is not in memory, and UnavailableProblem.
        """
        ref = self._names.get(name)
        entry = self._entries.get(ref) if ref else None
        if ref and entry:
            await self._freshen(entry)
            entry = self._entries.get(ref)
            if entry and self._names.get(name) == ref:
                return entry
        if not is_name(name) or self._missing.get(name, 0.0) > time.monotonic():
            return None
        ref = await self._lookup.find(name)
        entry = await self._built(ref) if ref else None
        if entry is None or name not in entry.names:
            self._remember_missing(name)
            return None
        return entry

    async def answer(self, entry: Entry, path: str, wish: Wish) -> Answer | None:
        """What answers `path` of this page; None = it has no such thing."""
        answer = await entry.answer(path, wish)
        if answer is not None and not entry.locked and self._entries.get(entry.source.ref) is entry:
            self._hot[path] = entry
        return answer

    def forget(self, workspace_id: UUID) -> None:
        """Somebody wrote what decides who may see these pages: the next request reads them anew."""
        for ref in [*self._entries, *self._building]:
            if ref.workspace_id == workspace_id:
                self._drop(ref)
                # What is being read may be from before the write: whoever waits already gets it, nobody later does.
                if task := self._building.pop(ref, None):
                    self._outdated.add(task)
                    task.add_done_callback(self._outdated.discard)

    async def close(self) -> None:
        """Lets what is under way end."""
        if self._check_task:
            await asyncio.wait({self._check_task})
        tasks = [*self._building.values(), *self._outdated, *self._renewing.values()]
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._lookup.close()

    async def _freshen(self, entry: Entry) -> None:
        entry.used = True
        now, known_at = time.monotonic(), entry.tried_at
        if now - known_at <= WAIT_AFTER_S:
            if now - known_at > CHECK_EVERY_S:
                self._check(now)
            return
        until = now + PATIENCE_S
        ref = entry.source.ref
        # The comparison under way may have begun without this page: then the next one has it.
        while entry.tried_at == known_at and self._entries.get(ref) is entry:
            now = time.monotonic()
            done, _ = await asyncio.wait({self._renewing.get(ref) or self._begun(now)}, timeout=max(0.0, until - now))
            if not done:
                await self._tried_in_vain([entry])

    def _check(self, now: float) -> None:
        """Begins comparing, unless that was done just now."""
        if now - self._checked_at >= CHECK_EVERY_S:
            self._begun(now)

    def _begun(self, now: float) -> asyncio.Task[None]:
        """The comparison under way, or a new one: never two at a time."""
        if self._check_task is None or self._check_task.done():
            self._checked_at = now
            self._check_task = asyncio.create_task(self._compare())
        return self._check_task

    async def _compare(self) -> None:
        used = [entry for entry in self._entries.values() if entry.used]
        for entry in used:
            entry.used = False
        try:
            async with self._db.read() as session:
                found = await fingerprints(
                    session, {entry.source.ref.workspace_id for entry in used}, self._region, now_ms()
                )
            now = time.monotonic()
            changed = []
            for entry in used:
                ref = entry.source.ref
                if self._entries.get(ref) is not entry:
                    continue
                self._entries.move_to_end(ref)
                alike = found.get(ref.workspace_id) == entry.fingerprint
                if alike and not entry.shot.stale and now - entry.built_at < READ_EVERY_S:
                    entry.tried_at = entry.true_at = now
                    continue
                changed.append(entry)
                if now - entry.tried_at <= WAIT_AFTER_S:
                    # In use: sent until it is read anew. After a pause everybody waits for that.
                    entry.tried_at = now
            for entry in changed:
                self._renew(entry)
        except Exception as error:
            await self._failed(error, used)

    def _renew(self, entry: Entry) -> None:
        """Begins to read a page anew. Who waits for this one waits for that; no other page does."""
        ref = entry.source.ref
        if ref not in self._renewing:
            task = self._renewing[ref] = asyncio.create_task(self._renewed(entry))
            task.add_done_callback(lambda _: self._renewing.pop(ref, None))

    async def _renewed(self, entry: Entry) -> None:
        try:
            await self._built(entry.source.ref)
        except Exception as error:
            await self._failed(error, [entry])

    async def _failed(self, error: Exception, entries: list[Entry]) -> None:
        known = isinstance(error, TRANSIENT_ERRORS)
        log.error("status_pages_not_compared", error=first_line(error), exc_info=None if known else error)
        await self._tried_in_vain(entries)

    async def _tried_in_vain(self, entries: list[Entry]) -> None:
        """Nothing is known of these pages: they go on being served, and say so after a while."""
        now = time.monotonic()
        for entry in entries:
            entry.tried_at = now
            if entry.shot.stale or now - entry.true_at < STALE_AFTER_S:
                continue
            if self._entries.get(entry.source.ref) is entry:
                marked = Entry(entry.source, entry.shot._replace(stale=True), entry.fingerprint, entry.days, now)
                marked.days_at = entry.days_at
                marked.true_at = entry.true_at
                await marked.render_like(entry)
                if self._entries.get(entry.source.ref) is entry:
                    self._keep(marked)

    async def _built(self, ref: Ref) -> Entry | None:
        """The page read anew: once, however many wait for it."""
        task = self._building.get(ref)
        if task is None:
            task = self._building[ref] = asyncio.create_task(self._build(ref))
            task.add_done_callback(lambda done: self._built_by(ref, done))
        return await asyncio.shield(task)

    def _built_by(self, ref: Ref, task: asyncio.Task[Entry | None]) -> None:
        if self._building.get(ref) is task:
            del self._building[ref]

    async def _build(self, ref: Ref) -> Entry | None:
        async with self._slots:
            before, started = self._entries.get(ref), time.monotonic()
            known = before if before is not None and started - before.days_at < READ_DAYS_EVERY_S else None
            at_ms = now_ms()
            async with self._db.read() as session:
                source = await load_source(session, ref)
                if source is None:
                    self._drop(ref)
                    return None
                if not self._mails:
                    # Who subscribes by mail has to be asked by mail.
                    source = replace(source, look=replace(source.look, subscribers=False))
                snapshot, days = await read_snapshot(
                    session, source, self._region, at_ms, known.days if known else None
                )
                found = await fingerprints(session, {ref.workspace_id}, self._region, at_ms)
            shot = Shot(snapshot, stale=False, origin=self._origin)
            entry = Entry(source, shot, found.get(ref.workspace_id, ()), days, time.monotonic())
            if known is not None:
                entry.days_at = known.days_at
            await entry.render_like(before)
            if self._building.get(ref) is asyncio.current_task():
                self._keep(entry)
            PAGE_BUILDS.inc()
            return entry

    def _keep(self, entry: Entry) -> None:
        ref = entry.source.ref
        self._drop(ref)
        self._entries[ref] = entry
        for name in entry.names:
            self._names[name] = ref
            self._missing.pop(name, None)
        if not entry.locked:
            self._hot |= dict.fromkeys(entry.answers, entry)
        while len(self._entries) > 1 and (
            len(self._entries) > MOST_PAGES or sum(each.size for each in self._entries.values()) > MOST_BYTES
        ):
            self._drop(next(iter(self._entries)))

    def _drop(self, ref: Ref) -> None:
        entry = self._entries.pop(ref, None)
        if entry is None:
            return
        for name in entry.names:
            if self._names.get(name) == ref:
                del self._names[name]
        for path in entry.answers:
            if self._hot.get(path) is entry:
                del self._hot[path]

    def _remember_missing(self, name: str) -> None:
        while len(self._missing) >= MOST_MISSING:
            del self._missing[next(iter(self._missing))]
        self._missing[name] = time.monotonic() + (MISSING_DOMAIN_S if "." in name else MISSING_S)
