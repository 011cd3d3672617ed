"""Fills a database with watchers in bulk, spread over their interval as they would be by themselves."""

import asyncio
from uuid import UUID

from healther.accounts.models import Workspace
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.core.ids import new_id
from tests.support.watchers import add_watchers


def seed(database_url: str, urls: list[str], *, every_s: int, starts_in_s: int = 5) -> list[UUID]:
    """One watcher a URL, every `every_s` seconds, first due `starts_in_s` from now at the earliest."""
    return asyncio.run(_seed(database_url, urls, every_s, starts_in_s))


async def _seed(database_url: str, urls: list[str], every_s: int, starts_in_s: int) -> list[UUID]:
    db = Database(database_url)
    workspace_id = new_id()
    async with db.write() as session:
        session.add(Workspace(id=workspace_id, name="Bench", slug="bench"))
    ids = await add_watchers(db, workspace_id, urls, now_ms(), every_s=every_s, starts_in_s=starts_in_s)
    await db.close()
    return ids
