"""Tags of watchers: `Prod` and `prod` are one tag, shown as the workspace first wrote it."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from sqlalchemy import ColumnElement, delete, func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import to_utc
from healther.core.errors import NotFoundProblem
from healther.core.text import Wire, one_line
from healther.watchers.models import ServiceWatcher, WatcherTag

MOST_TAGS = 20


def fold_tag(name: str) -> str:
    """What makes two spellings the same tag."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def _addressable(value: str) -> str:
    if "/" in value or value in (".", ".."):
        raise ValueError("must not contain a slash nor be . or .. (a tag is a part of addresses)")
    return value


def _each_once(values: list[str]) -> list[str]:
    """The first spelling of each."""
    return list({fold_tag(value): value for value in reversed(values)}.values())[::-1]


Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    AfterValidator(one_line),
    AfterValidator(_addressable),
]
Tags = Annotated[
    list[Tag],
    Field(
        max_length=MOST_TAGS,
        description="Up to 20, each 1 to 40 characters; upper and lower case are the same tag.",
        examples=[["checkout", "production"]],
    ),
    AfterValidator(_each_once),
]


class TagPublic(BaseModel):
    """A tag of a workspace."""

    name: str = Field(examples=["production"])
    watchers: int = Field(description="How many watchers have it.")


class TagUpdate(Wire):
    """Another name for a tag; that of another tag makes them one."""

    name: Tag = Field(examples=["production"])


async def list_tags(session: AsyncSession, workspace_id: UUID) -> list[TagPublic]:
    """A workspace's tags, in the order of the alphabet."""
    query = (
        select(WatcherTag.folded, func.min(WatcherTag.name), func.count())
        .where(WatcherTag.workspace_id == workspace_id)
        .group_by(WatcherTag.folded)
        .order_by(WatcherTag.folded)
    )
    return [TagPublic(name=name, watchers=watchers) for _, name, watchers in (await session.exec(query)).all()]


async def tags_of(session: AsyncSession, watchers: ColumnElement[bool]) -> dict[UUID, list[str]]:
    """The tags of each watcher for which the condition on WatcherTag holds; those without any are missing."""
    query = select(WatcherTag.watcher_id, WatcherTag.name).where(watchers).order_by(WatcherTag.folded)
    found: dict[UUID, list[str]] = {}
    for watcher_id, name in (await session.exec(query)).all():
        found.setdefault(watcher_id, []).append(name)
    return found


async def tags_of_one(session: AsyncSession, watcher_id: UUID) -> list[str]:
    """The tags of a watcher."""
    return (await tags_of(session, col(WatcherTag.watcher_id) == watcher_id)).get(watcher_id, [])


async def spellings(session: AsyncSession, workspace_id: UUID, names: Iterable[str]) -> dict[str, str]:
    """Each tag by its folded name, as the workspace writes it already or, for a new one, as it was given."""
    wanted = {fold_tag(name): name for name in names}
    query = (
        select(WatcherTag.folded, func.min(WatcherTag.name))
        .where(WatcherTag.workspace_id == workspace_id, col(WatcherTag.folded).in_(wanted))
        .group_by(WatcherTag.folded)
    )
    return wanted | dict((await session.exec(query)).all())


async def set_tags(session: AsyncSession, watcher: ServiceWatcher, names: Sequence[str]) -> None:
    """Gives a watcher exactly these tags."""
    known = await spellings(session, watcher.workspace_id, names)
    await session.exec(delete(WatcherTag).where(col(WatcherTag.watcher_id) == watcher.id))
    for folded, name in known.items():
        session.add(WatcherTag(watcher_id=watcher.id, folded=folded, workspace_id=watcher.workspace_id, name=name))
    await session.flush()


async def rename_tag(session: AsyncSession, workspace_id: UUID, name: str, new_name: str, now_ms: int) -> TagPublic:
    """Renames a tag wherever it is; raises NotFoundProblem. Watchers that have both keep one."""
    old, new = fold_tag(name), fold_tag(new_name)
    await touch(session, await _holders(session, workspace_id, old), now_ms)
    mine = col(WatcherTag.workspace_id) == workspace_id
    if old != new:
        both = select(WatcherTag.watcher_id).where(mine, WatcherTag.folded == new)
        await session.exec(
            delete(WatcherTag).where(mine, col(WatcherTag.folded) == old, col(WatcherTag.watcher_id).in_(both))
        )
    await session.exec(
        update(WatcherTag).where(mine, col(WatcherTag.folded).in_([old, new])).values(folded=new, name=new_name)
    )
    count = select(func.count()).select_from(WatcherTag).where(mine, WatcherTag.folded == new)
    return TagPublic(name=new_name, watchers=(await session.exec(count)).one())


async def remove_tag(session: AsyncSession, workspace_id: UUID, name: str, now_ms: int) -> None:
    """Takes a tag off every watcher; raises NotFoundProblem."""
    folded = fold_tag(name)
    await touch(session, await _holders(session, workspace_id, folded), now_ms)
    await session.exec(
        delete(WatcherTag).where(col(WatcherTag.workspace_id) == workspace_id, col(WatcherTag.folded) == folded)
    )


async def touch(session: AsyncSession, watcher_ids: Sequence[UUID], now_ms: int) -> None:
    """Says that these watchers were changed, for those who follow them live."""
    await session.exec(
        update(ServiceWatcher).where(col(ServiceWatcher.id).in_(watcher_ids)).values(updated_at=to_utc(now_ms))
    )


async def _holders(session: AsyncSession, workspace_id: UUID, folded: str) -> list[UUID]:
    """The watchers that have the tag, locked in one order (PostgreSQL); raises NotFoundProblem when none has."""
    having = select(WatcherTag.watcher_id).where(WatcherTag.workspace_id == workspace_id, WatcherTag.folded == folded)
    query = select(ServiceWatcher.id).where(col(ServiceWatcher.id).in_(having)).order_by(col(ServiceWatcher.id))
    found = list((await session.exec(query.with_for_update(key_share=True))).all())
    if not found:
        raise NotFoundProblem("No watcher of this workspace has this tag.")
    return found
