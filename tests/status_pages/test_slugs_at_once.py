"""A slug is one tenant's, whoever takes it at the same moment, as a workspace or as a page."""

from itertools import permutations

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.accounts.service import workspaces
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.status_pages import manage
from healther.status_pages.models import StatusPage
from tests.support.alerting import World
from tests.support.at_once import Work, second_refused

SLUG = "wanted"


class Takers:
    """The four ways to a slug, each of a tenant of its own."""

    def __init__(self, worlds: list[World], page: StatusPage) -> None:
        self._maker, self._renamer, self._page_maker, _ = worlds
        self._page = page

    async def make_workspace(self, session: AsyncSession) -> None:
        owner = self._maker.owner
        await workspaces.create_workspace(
            session, owner, name="Wanted", slug=SLUG, is_public=False, now_ms=now_ms()
        )  # fmt: skip

    async def rename_workspace(self, session: AsyncSession) -> None:
        workspace = await workspaces.lock_workspace(session, self._renamer.workspace_id)
        await workspaces.update_workspace(session, workspace, slug=SLUG)

    async def make_page(self, session: AsyncSession) -> None:
        await make_page(session, self._page_maker, SLUG)

    async def rename_page(self, session: AsyncSession) -> None:
        page = await manage.load_page(session, self._page.workspace_id, self._page.id, for_update=True)
        await manage.update_page(session, page, fields={"slug": SLUG}, sections=None, now_ms=now_ms())


async def make_page(session: AsyncSession, world: World, slug: str) -> StatusPage:
    return await manage.create_page(
        session, world.workspace_id, fields={"title": "Page", "slug": slug}, sections=[], password_hash=None,
        now_ms=now_ms(),
    )  # fmt: skip


WAYS = ("make_workspace", "rename_workspace", "make_page", "rename_page")


@pytest.mark.parametrize(("first", "second"), list(permutations(WAYS, 2)))
async def test_of_two_who_take_a_slug_at_once_one_gets_it(db: Database, first: str, second: str) -> None:
    worlds = [await World.build(db, each, f"{each}@example.org") for each in ("ada", "bob", "eve", "ida")]
    async with db.write() as session:
        page = await make_page(session, worlds[3], "page")
    takers = Takers(worlds, page)
    works: list[Work] = [getattr(takers, each) for each in (first, second)]
    assert await second_refused(db, *works)
    async with db.read() as session:
        owners = [*(await session.exec(select(Workspace.id).where(Workspace.slug == SLUG))).all()]
        owners += (await session.exec(select(StatusPage.workspace_id).where(StatusPage.slug == SLUG))).all()
    assert len(owners) == 1
