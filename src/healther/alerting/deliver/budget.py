"""The mails of a workspace by the operator's server, in an hour: what is over waits, and its owners hear so once.

A stranger who may sign up must not send what they like to whom they like in the operator's name.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Workspace
from healther.alerting.messages import Links
from healther.alerting.models import Delivery, MailBudget
from healther.alerting.notices import Notice, tell_owners
from healther.alerting.words import AlertWords, put
from healther.core.clock import CLOCK_STEP_MS, HOUR_MS, SECOND_MS, to_utc
from healther.core.errors import ThrottledProblem


async def admit(
    session: AsyncSession, mails: Mapping[UUID, int], claimed: Sequence[Delivery], most: int, links: Links, now_ms: int
) -> set[UUID]:
    """Counts the mails of claimed deliveries; puts those that are over back, to wait; returns which may leave.

    One whose turn comes while there is room leaves whole, so that a channel with more addresses than `most` is heard.
    """
    by_workspace: defaultdict[UUID, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        by_workspace[delivery.workspace_id].append(delivery)
    leaving: set[UUID] = set()
    # They stay until the commit; what was claimed for one that was deleted since went with it.
    query = select(Workspace.id).where(col(Workspace.id).in_(by_workspace)).order_by(col(Workspace.id))
    for workspace_id in (await session.exec(query.with_for_update(read=True, key_share=True))).all():
        budget = await _window(session, workspace_id, now_ms)
        over: list[Delivery] = []
        for delivery in by_workspace[workspace_id]:
            # What tells of the limit does not wait for it.
            if delivery.body.get("thread") == _thread(workspace_id):
                leaving.add(delivery.id)
            elif budget.mails < most:
                budget.mails += mails[delivery.id]
                leaving.add(delivery.id)
            else:
                over.append(delivery)
        if over:
            await _hold(session, over, budget, most, links, now_ms)
        session.add(budget)
    await session.flush()
    return leaving


async def take(session: AsyncSession, workspace_id: UUID, mails: int, most: int, now_ms: int) -> None:
    """Counts mails that leave at once; raises ThrottledProblem when this hour has no more."""
    budget = await _window(session, workspace_id, now_ms)
    if budget.mails >= most:
        wait_s = -(-(budget.window_ends_at - now_ms) // SECOND_MS)
        raise ThrottledProblem(
            f"This workspace has sent the {most} mails it may send in an hour; try again in {wait_s} seconds.",
            retry_after_s=wait_s,
        )
    budget.mails += mails
    session.add(budget)
    await session.flush()


async def give_back(session: AsyncSession, unsent: Mapping[UUID, int]) -> None:
    """Mails that were counted, by workspace, and that no server took."""
    for workspace_id, mails in sorted(unsent.items()):
        left = case((col(MailBudget.mails) > mails, col(MailBudget.mails) - mails), else_=0)
        await session.exec(update(MailBudget).where(col(MailBudget.workspace_id) == workspace_id).values(mails=left))


async def _window(session: AsyncSession, workspace_id: UUID, now_ms: int) -> MailBudget:
    """This hour's count, locked; the hour begins with its first mail."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    new = insert(MailBudget).values(workspace_id=workspace_id, window_ends_at=now_ms + HOUR_MS, mails=0)
    await session.exec(new.on_conflict_do_nothing(index_elements=["workspace_id"]))
    query = select(MailBudget).where(MailBudget.workspace_id == workspace_id).with_for_update()
    budget = (await session.exec(query)).one()
    # None ends later than in an hour: the clock has been set back since (R12).
    if budget.window_ends_at <= now_ms or budget.window_ends_at > now_ms + HOUR_MS + CLOCK_STEP_MS:
        budget.window_ends_at, budget.mails, budget.told_at = now_ms + HOUR_MS, 0, None
    return budget


async def _hold(
    session: AsyncSession, over: Sequence[Delivery], budget: MailBudget, most: int, links: Links, now_ms: int
) -> None:
    until = f"{to_utc(budget.window_ends_at):%H:%M} UTC"
    answer = f"waits until {until}: this workspace has sent the {most} mails it may send in an hour"
    await session.exec(
        update(Delivery)
        .where(col(Delivery.id).in_([each.id for each in over]))
        .values(lease_until=None, fence=col(Delivery.fence) + 1, next_at=budget.window_ends_at, answer=answer)
        .execution_options(synchronize_session=False)
    )
    if budget.told_at is None:
        budget.told_at = now_ms

        def say(words: AlertWords) -> Notice:
            return Notice(put(words.budget_title, until=until), put(words.budget_body, most=most))

        await tell_owners(session, budget.workspace_id, say, _thread(budget.workspace_id), links, now_ms)


def _thread(workspace_id: UUID) -> str:
    return f"mails-{workspace_id}"
