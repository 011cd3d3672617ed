"""Tells subscribers what is new: marked as told and queued in one transaction, so once, whoever takes the turn."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import and_, col, delete, exists, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting.subscribers.messages import ask_message, maintenance_message, update_message
from healther.alerting.subscribers.queue import News, queue_for_all, queue_questions
from healther.core.clock import DAY_MS, HOUR_MS, SECOND_MS, has_passed
from healther.core.columns import constant
from healther.core.db import Database
from healther.core.isolation import Isolation
from healther.incidents.models import UNTOLD, IncidentEntry
from healther.maintenance.covers import unfinished
from healther.maintenance.models import MaintenanceWindow
from healther.observability.metrics import PARTS_FAILED
from healther.status_pages.announced import announced_on, announced_times
from healther.status_pages.models import StatusPage, StatusPageIncident, StatusPageMaintenance, Subscriber
from healther.status_pages.snapshot import Ref
from healther.status_pages.source import ShownWatcher, Source, load_source
from healther.status_pages.subscribers.links import SubscriptionLinks
from healther.status_pages.told import anchor_of as story_anchor
from healther.status_pages.told import told_of

LOOK_AT_WINDOWS_MS = 10 * SECOND_MS
FORGET_EVERY_MS, UNCONFIRMED_FOR_MS = HOUR_MS, 7 * DAY_MS
_AT_ONCE = 500

_Item = TypeVar("_Item")
_Work = Mapping[Hashable, Sequence[_Item]]
_Do = Callable[[AsyncSession, Sequence[_Item], int], Awaitable[None]]

_UNTOLD, _UNASKED = 1, 2


def _question() -> sa.CompoundSelect[Any]:
    """One statement, made once: it is asked every second, and mostly finds nothing."""
    most = sa.bindparam("most", type_=sa.Integer)
    untold: sa.Select[int, UUID, UUID] = sa.select(
        constant(_UNTOLD).label("which"),
        col(IncidentEntry.incident_id).label("part"),
        col(IncidentEntry.id).label("item"),
    )
    unasked: sa.Select[int, UUID, UUID] = sa.select(
        constant(_UNASKED).label("which"), col(Subscriber.id).label("part"), col(Subscriber.id).label("item")
    )
    parts = (untold.where(sa.text(UNTOLD)).limit(most), unasked.where(sa.text("asked_at IS NULL")).limit(most))
    return sa.union_all(*(sa.select(part.subquery()) for part in parts))


_WAITING = _question()


class _Shown(NamedTuple):
    page: StatusPage
    source: Source
    watchers: dict[UUID, ShownWatcher]


class FanOut:
    """Takes turns for one process; `origin` is where pages without a domain of their own are."""

    def __init__(self, db: Database, links: SubscriptionLinks, origin: str) -> None:
        self._db = db
        self._links = links
        self._origin = origin
        self._windows_at = self._forgot_at = 0
        self._alone = Isolation[Hashable]("tell subscribers", PARTS_FAILED.labels("tell subscribers").inc)

    async def turn(self, now_ms: int) -> bool:
        """Queues what there is to tell; returns whether there was something."""
        untold, asking = await self._waiting(now_ms)
        announced: _Work[tuple[UUID, UUID, int]] = {}
        if has_passed(LOOK_AT_WINDOWS_MS, self._windows_at, now_ms):
            self._windows_at = now_ms
            async with self._db.read() as session:
                announced = self._ready(await self._unannounced(session, now_ms), now_ms)
        await self._take(self._ask, asking, now_ms)
        await self._take(self._tell, untold, now_ms)
        await self._take(self._announce, announced, now_ms)
        if has_passed(FORGET_EVERY_MS, self._forgot_at, now_ms):
            self._forgot_at = now_ms
            await self._forget(now_ms)
        return bool(untold or asking or announced)

    async def _waiting(self, now_ms: int) -> tuple[_Work[UUID], _Work[UUID]]:
        """The news nobody was told of, by incident, and the subscribers nobody has asked."""
        async with self._db.look() as connection:
            most = _AT_ONCE + len(self._alone.put_off(now_ms))
            found = (await connection.execute(_WAITING, {"most": most})).all()
        untold, unasked = ([(row[1], row[2]) for row in found if row[0] == which] for which in (_UNTOLD, _UNASKED))
        return self._ready(untold, now_ms), self._ready(unasked, now_ms)

    def _ready(self, found: Iterable[tuple[Hashable, _Item]], now_ms: int) -> _Work[_Item]:
        """What may be tried now, by the part it belongs to: an incident, a subscriber, a window on a page."""
        work: defaultdict[Hashable, list[_Item]] = defaultdict(list)
        for part, item in found:
            if self._alone.not_before(part, now_ms) <= now_ms:
                work[part].append(item)
        return work

    async def _take(self, do: _Do[_Item], work: _Work[_Item], now_ms: int) -> None:
        """All parts in one transaction; where that fails each in one of its own, so that one costs nobody else."""

        async def write(items: Sequence[_Item]) -> None:
            async with self._db.write() as session:
                await do(session, items, now_ms)

        await self._alone.together(work, write, now_ms)

    async def _ask(self, session: AsyncSession, ids: Iterable[UUID], now_ms: int) -> None:
        """Asks each of these whether the address is theirs."""
        taken = await session.exec(
            update(Subscriber)
            .where(col(Subscriber.id).in_(ids), col(Subscriber.asked_at).is_(None))
            .values(asked_at=now_ms)
            .returning(
                col(Subscriber.id), col(Subscriber.page_id), col(Subscriber.language), col(Subscriber.component_keys)
            )
            .execution_options(synchronize_session=False)
        )
        asked = taken.all()
        pages = await _pages(session, {row.page_id for row in asked})
        questions = []
        for row in asked:
            page = pages[row.page_id]
            message = ask_message(row.id, page, row.component_keys, row.language, self._links, self._origin, now_ms)
            questions.append((row.id, page.workspace_id, message))
        await queue_questions(session, questions, now_ms)

    async def _tell(self, session: AsyncSession, ids: Iterable[UUID], now_ms: int) -> None:
        """Queues updates for the subscribers of the pages that tell their incidents."""
        taken = await session.exec(
            update(IncidentEntry)
            .where(col(IncidentEntry.id).in_(ids), col(IncidentEntry.planned_at).is_(None))
            .values(planned_at=now_ms)
            .returning(IncidentEntry)
            .execution_options(synchronize_session=False)
        )
        entries = sorted(taken.scalars().all(), key=lambda each: (each.at, each.id))
        telling: defaultdict[UUID, list[IncidentEntry]] = defaultdict(list)
        published = select(StatusPageIncident.page_id, StatusPageIncident.incident_id).where(
            col(StatusPageIncident.incident_id).in_({each.incident_id for each in entries}), _heard(StatusPageIncident)
        )
        for page_id, incident_id in (await session.exec(published)).all() if entries else ():
            telling[page_id] += [each for each in entries if each.incident_id == incident_id]
        for page_id, news in telling.items():
            shown = await _shown(session, page_id)
            if shown is None:
                continue
            told = await told_of(session, shown.source.ref, shown.watchers, shown.source.look.words, now_ms)
            stories = {story.anchor: story for story in told.stories}
            for each in sorted(news, key=lambda entry: (entry.at, entry.id)):
                story = stories.get(story_anchor(each.incident_id))
                if story is not None:
                    message = update_message(each, story, shown.source, self._origin, now_ms)
                    one = News(shown.page.workspace_id, page_id, message, story.keys, each.incident_id)
                    await queue_for_all(session, one, now_ms)

    async def _unannounced(self, session: AsyncSession, now_ms: int) -> list[tuple[Hashable, tuple[UUID, UUID, int]]]:
        """Page, window and beginning of what is to be announced now, by page and window."""
        query = (
            select(StatusPageMaintenance, MaintenanceWindow)
            .join(MaintenanceWindow, col(MaintenanceWindow.id) == StatusPageMaintenance.window_id)
            .where(unfinished(), col(MaintenanceWindow.deleted_at).is_(None), _heard(StatusPageMaintenance))
        )
        found: list[tuple[Hashable, tuple[UUID, UUID, int]]] = []
        for link, window in (await session.exec(query)).all():
            part, reading = (link.page_id, link.window_id), ("times", link.window_id)
            if self._alone.not_before(reading, now_ms) > now_ms:
                continue
            with self._alone.attempt(reading, now_ms):
                starts = [each.start for each in announced_times(window, now_ms)]
                news = sorted(start for start in starts if start > (link.announced_for or 0))
                found += [(part, (*part, start)) for start in news]
        return found

    async def _announce(self, session: AsyncSession, windows: Iterable[tuple[UUID, UUID, int]], now_ms: int) -> None:
        """Queues what is announced for the first time."""
        for page_id, window_id, start in windows:
            taken = await session.exec(
                update(StatusPageMaintenance)
                .where(
                    col(StatusPageMaintenance.page_id) == page_id,
                    col(StatusPageMaintenance.window_id) == window_id,
                    or_(
                        col(StatusPageMaintenance.announced_for).is_(None),
                        col(StatusPageMaintenance.announced_for) < start,
                    ),
                )
                .values(announced_for=start)
                .returning(col(StatusPageMaintenance.page_id))
                .execution_options(synchronize_session=False)
            )
            shown = await _shown(session, page_id) if taken.first() is not None else None
            if shown is None:
                continue
            for each in await announced_on(session, shown.source.ref, shown.watchers, now_ms, only=window_id):
                if each.started_ms == start:
                    message = maintenance_message(window_id, each, shown.source, self._origin, now_ms)
                    await queue_for_all(session, News(shown.page.workspace_id, page_id, message, each.keys), now_ms)

    async def _forget(self, now_ms: int) -> None:
        """Deletes addresses that nobody confirmed within a week."""
        old = and_(col(Subscriber.confirmed_at).is_(None), col(Subscriber.created_at) < now_ms - UNCONFIRMED_FOR_MS)
        async with self._db.write() as session:
            await session.exec(delete(Subscriber).where(old))


def _heard(table: type[StatusPageIncident] | type[StatusPageMaintenance]) -> sa.ColumnElement[bool]:
    """Whether the page is published, and somebody has subscribed to it."""
    page = select(StatusPage.id).where(
        StatusPage.id == table.page_id, col(StatusPage.is_published), col(StatusPage.subscribers)
    )
    people = select(Subscriber.id).where(Subscriber.page_id == table.page_id, col(Subscriber.confirmed_at).is_not(None))
    return and_(exists(page), exists(people))


async def _pages(session: AsyncSession, ids: set[UUID]) -> dict[UUID, StatusPage]:
    rows = (await session.exec(select(StatusPage).where(col(StatusPage.id).in_(ids)))).all() if ids else ()
    return {page.id: page for page in rows}


async def _shown(session: AsyncSession, page_id: UUID) -> _Shown | None:
    page = await session.get(StatusPage, page_id)
    source = None if page is None else await load_source(session, Ref(page.workspace_id, page.id))
    if page is None or source is None:
        return None
    watchers = {each.watcher_id: each for _, section in source.sections for each in section}
    return _Shown(page, source, watchers)
