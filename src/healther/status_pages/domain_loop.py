"""Asks DNS for the records of domains, now and then: the rows are the schedule, each is claimed by one process."""

import asyncio

import structlog
from sqlmodel import col, func, select, update

from healther.core.clock import MINUTE_MS, now_ms
from healther.core.db import Database
from healther.net.resolver import Resolver
from healther.status_pages import claims
from healther.status_pages.models import PageDomain, StatusPage

AT_ONCE = 20
_LEASE_MS = MINUTE_MS

log = structlog.get_logger()


class DomainLooks:
    """Takes turns for one process."""

    def __init__(self, db: Database, resolver: Resolver, trusted: tuple[str, ...]) -> None:
        self._db = db
        self._resolver = resolver
        self._trusted = trusted

    async def turn(self, at_ms: int) -> bool:
        """Asks for what is due, at most AT_ONCE; returns whether there was something."""
        async with self._db.read() as session:
            due = (await session.exec(select(func.min(PageDomain.next_at)))).one()
        if due is None or due > at_ms:
            return False
        rows = await self._claim(at_ms)
        await asyncio.gather(*(self._look(row) for row in rows))
        return bool(rows)

    async def _claim(self, at_ms: int) -> list[PageDomain]:
        due = select(PageDomain.page_id).where(col(PageDomain.next_at) <= at_ms).order_by(col(PageDomain.next_at))
        async with self._db.write() as session:
            ids = (await session.exec(due.limit(AT_ONCE))).all()
            taken = await session.exec(
                update(PageDomain)
                .where(col(PageDomain.page_id).in_(ids), col(PageDomain.next_at) <= at_ms)
                .values(next_at=at_ms + _LEASE_MS)
                .returning(PageDomain)
                .execution_options(synchronize_session=False)
            )
            rows = list(taken.scalars())
            session.expunge_all()
        return rows

    async def _look(self, row: PageDomain) -> None:
        seen = await claims.look(self._resolver, row.page_id, row.domain, self._trusted)
        await settled(self._db, row, seen)


async def settled(db: Database, asked: PageDomain, seen: claims.Seen) -> None:
    """Writes what DNS said of a domain, unless another one was entered meanwhile."""
    async with db.write() as session:
        page = (await session.exec(select(StatusPage).where(StatusPage.id == asked.page_id).with_for_update())).first()
        row = await session.get(PageDomain, asked.page_id, with_for_update=True)
        if page is None or row is None or row.domain != asked.domain:
            return
        before = page.custom_domain
        await claims.settle(session, page, row, seen, now_ms())
        if page.custom_domain != before:
            log.info("a domain was proven" if page.custom_domain else "a domain is served no more", page=str(page.id))
