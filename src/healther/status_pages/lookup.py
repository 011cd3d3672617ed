"""Which page a name belongs to: names that nobody knows yet are looked up together, one query at a time."""

import asyncio

from healther.accounts.slugs import MAX_LENGTH, PATTERN
from healther.core.db import Database
from healther.core.errors import UnavailableProblem
from healther.status_pages.domains import is_domain
from healther.status_pages.snapshot import Ref
from healther.status_pages.source import find_refs

MOST_WAITING = 500


def is_name(name: str) -> bool:
    """Whether a page may be called so, by its slug or its domain: of all else nobody is asked."""
    return is_domain(name) or (len(name) <= MAX_LENGTH and PATTERN.fullmatch(name) is not None)


class Lookup:
    """However many unknown names are asked for, the database is asked about them one batch after the other."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: dict[str, asyncio.Future[Ref | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def find(self, name: str) -> Ref | None:
        """The published page of a slug or (with a dot in it) a domain.

        Raises UnavailableProblem when too many wait already, and what the database raises.
        """
        future = self._waiting.get(name)
        if future is None:
            if len(self._waiting) >= MOST_WAITING:
                raise UnavailableProblem("Too many pages are being looked for; try again in a moment.")
            future = self._waiting[name] = asyncio.get_running_loop().create_future()
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._run())
        return await asyncio.shield(future)

    async def close(self) -> None:
        """Waits until nobody is being looked up any more."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, {}
            try:
                found = await self._ask(batch)
            except Exception as error:
                # To whoever waits; one that went away meanwhile must not leave it unread.
                for future in batch.values():
                    future.set_exception(error)
                    future.exception()
                continue
            for name, future in batch.items():
                future.set_result(found.get(name))

    async def _ask(self, names: dict[str, asyncio.Future[Ref | None]]) -> dict[str, Ref]:
        slugs = [name for name in names if "." not in name]
        domains = [name for name in names if "." in name]
        async with self._db.read() as session:
            return await find_refs(session, slugs, domains)
