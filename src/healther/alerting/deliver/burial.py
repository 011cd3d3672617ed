"""What follows when messages are given up: another channel of the policy hears of it, the timeline and owners are told.

A channel that is of no use any more takes what is still queued for it along; what only made sense after a message that
is given up, or while its incident lasted, is taken back.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting import outbox
from healther.alerting.deliver.instead import pass_on
from healther.alerting.deliver.outcome import Outcome, Result
from healther.alerting.deliver.story import Place, load_story, name_of
from healther.alerting.messages import Links
from healther.alerting.models import Delivery, DeliveryState
from healther.alerting.notices import Notice, tell_owners
from healther.alerting.words import AlertWords, put
from healther.channels.base import MessageKind
from healther.core.clock import CLOCK_STEP_MS, HOUR_MS
from healther.incidents.grounds import Because, Grounds
from healther.incidents.models import EntryKind
from healther.incidents.timeline import entry

Grave = tuple[Delivery, Outcome]
OVERTAKEN = Grounds(because=Because.OVERTAKEN)


async def bury(
    session: AsyncSession, dead: Sequence[Grave], switched_off: Collection[UUID], links: Links, now_ms: int
) -> None:
    """Does all of it for these, which are marked dead already; runs in the transaction that marked them.

    `switched_off`: the channels that are of no use any more since now. Of others the owners hear once an hour.
    """
    graves = sorted([*dead, *await _left_behind(session, dead, now_ms)], key=lambda grave: grave[0].id)
    stories: defaultdict[tuple[UUID, Place], list[Grave]] = defaultdict(list)
    for delivery, outcome in graves:
        if delivery.incident_id is not None:
            stories[delivery.incident_id, Place.of(delivery)].append((delivery, outcome))
    for (incident_id, place), given_up in stories.items():
        await _end(session, incident_id, place, given_up, now_ms)
    told: set[UUID] = set()
    for delivery, outcome in dead:
        if delivery.channel_id is not None and delivery.channel_id not in told and delivery.kind != MessageKind.NOTICE:
            told.add(delivery.channel_id)
            if delivery.channel_id in switched_off or not await _were_told(session, delivery, now_ms):
                await _tell_owners(session, delivery, outcome, links, now_ms)
    await session.flush()


async def _left_behind(session: AsyncSession, dead: Sequence[Grave], now_ms: int) -> list[Grave]:
    """What else was queued for channels that are switched off now: it is given up with them."""
    ended = {each.channel_id: outcome for each, outcome in dead if outcome.ends_channel and each.channel_id}
    if not ended:
        return []
    query = (
        select(Delivery)
        .where(
            col(Delivery.channel_id).in_(ended),
            Delivery.state == DeliveryState.QUEUED,
            col(Delivery.id).not_in([each.id for each, _ in dead]),
        )
        .order_by(col(Delivery.id))
    )
    left: list[Grave] = []
    for delivery in (await session.exec(query.with_for_update())).all():
        if delivery.channel_id is None:
            continue
        outcome = Outcome(Result.DEAD, f"the channel was switched off: {ended[delivery.channel_id].answer}")
        delivery.state, delivery.ended_at, delivery.answer = DeliveryState.DEAD, now_ms, outcome.answer
        delivery.fence += 1
        session.add(delivery)
        left.append((delivery, outcome))
    await session.flush()
    return left


async def _end(session: AsyncSession, incident_id: UUID, place: Place, given_up: Sequence[Grave], now_ms: int) -> None:
    """What one place is not told of one incident any more, and who is told instead."""
    name = await name_of(session, place)
    story = await load_story(session, incident_id, place, [delivery for delivery, _ in given_up])
    overtaken = {each.id: each for each in story.overtaken()}
    gone = await outbox.cancel(session, list(overtaken), OVERTAKEN.english, now_ms) if overtaken else []
    answer = given_up[0][1].answer
    other = await pass_on(session, story, name, answer, now_ms)
    unheard = [
        *((each, {"why": outcome.answer}) for each, outcome in given_up),
        *((overtaken[each], OVERTAKEN.facts) for each in gone),
    ]
    for delivery, why in unheard:
        facts = {"to": name, "message": delivery.kind, "delivery": str(delivery.id), **why}
        if other is not None:
            facts["instead"] = other
        session.add(entry(incident_id, EntryKind.NOT_NOTIFIED, now_ms, facts=facts))


async def _were_told(session: AsyncSession, delivery: Delivery, now_ms: int) -> bool:
    """Whether the owners were told of this channel in the last hour."""
    latest = select(Delivery.body).where(
        Delivery.workspace_id == delivery.workspace_id,
        col(Delivery.created_at).between(now_ms - HOUR_MS + 1, now_ms + CLOCK_STEP_MS),
        Delivery.kind == MessageKind.NOTICE,
    )
    return any(body.get("thread") == _thread(delivery) for body in (await session.exec(latest)).all())


def _thread(delivery: Delivery) -> str:
    return f"channel-{delivery.channel_id}"


async def _tell_owners(session: AsyncSession, delivery: Delivery, outcome: Outcome, links: Links, now_ms: int) -> None:
    """To every owner: this did not get through, that is why."""
    place = await name_of(session, Place.of(delivery))
    body = f"{delivery.body['title']}: {outcome.answer}" if delivery.readable else outcome.answer

    def say(words: AlertWords) -> Notice:
        return Notice(put(words.channel_off if outcome.ends_channel else words.channel_missed, name=place), body)

    await tell_owners(session, delivery.workspace_id, say, _thread(delivery), links, now_ms)
