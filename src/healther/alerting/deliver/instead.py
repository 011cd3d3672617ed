"""Who hears of it instead: another channel of the policies that were at work."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.alerting import outbox
from healther.alerting.deliver.story import CLOSING, Story
from healther.alerting.models import AlertPolicy, AlertRun, Channel, Delivery, DeliveryState
from healther.alerting.quiet import quiet_until
from healther.alerting.words import put
from healther.alerting.words_de import words_of
from healther.channels.base import MessageKind
from healther.core.ids import new_id


async def pass_on(session: AsyncSession, story: Story, name: str, answer: str, now_ms: int) -> str | None:
    """Queues what the place of a story was not told for another channel, after its quiet hours; returns its name.

    `name` and `answer`: what the place is called, and why it was not told.
    """
    message = story.to_pass_on()
    if message is None:
        return None
    had = await _had(session, story)
    other = await _other_channel(session, story, message.kind, had, now_ms)
    if other is None:
        return None
    changed = {
        "id": new_id(),
        "note": put(words_of(message.language).instead, name=name, answer=answer),
        "first": other.id not in had,
        # How long it has lasted is counted from here.
        "at": now_ms,
    }
    await outbox.queue(
        session,
        workspace_id=other.workspace_id,
        kind=message.kind,
        message=message.model_copy(update=changed),
        channel_id=other.id,
        incident_id=story.incident.id,
        not_before=quiet_until(other.quiet_hours, now_ms),
        now_ms=now_ms,
    )
    return other.name


async def _had(session: AsyncSession, story: Story) -> dict[UUID, set[str]]:
    """What each channel was told of the incident, or is to be."""
    query = select(Delivery.channel_id, Delivery.kind).where(
        Delivery.incident_id == story.incident.id,
        col(Delivery.channel_id).is_not(None),
        Delivery.state != DeliveryState.CANCELLED,
    )
    found: dict[UUID, set[str]] = {}
    for channel_id, kind in (await session.exec(query)).all():
        if channel_id is not None:
            found.setdefault(channel_id, set()).add(kind)
    return found


async def _other_channel(
    session: AsyncSession, story: Story, kind: MessageKind, had: dict[UUID, set[str]], now_ms: int
) -> Channel | None:
    """The first, in the order of the policies' steps, that works and has not heard this already.

    Who has heard anything of an incident hears of its end by itself.
    """
    wanted = [
        channel_id
        for channel_id in await _named(session, story)
        if channel_id not in had or (kind not in CLOSING and kind not in had[channel_id])
    ]
    query = select(Channel).where(
        col(Channel.id).in_(wanted),
        col(Channel.id) != story.place.channel_id,
        col(Channel.enabled),
        Channel.failures == 0,
        Channel.workspace_id == story.incident.workspace_id,
    )
    usable = {each.id: each for each in (await session.exec(query)).all()}
    for channel_id in wanted:
        channel = usable.get(channel_id)
        quiet = None if channel is None else quiet_until(channel.quiet_hours, now_ms)
        if channel is not None and not (quiet is not None and kind is MessageKind.REMINDER):
            return channel
    return None


async def _named(session: AsyncSession, story: Story) -> list[UUID]:
    """The channels of the policies at work on the incident; of those that name the place where none was set to work."""
    at_work = (
        select(AlertPolicy)
        .join(AlertRun, col(AlertRun.policy_id) == AlertPolicy.id)
        .where(AlertRun.incident_id == story.incident.id)
        .order_by(col(AlertRun.started_at), col(AlertPolicy.id))
    )
    policies = (await session.exec(at_work)).all()
    if not policies:
        ours = select(AlertPolicy).where(
            AlertPolicy.workspace_id == story.incident.workspace_id, col(AlertPolicy.enabled)
        )
        everyone = (await session.exec(ours.order_by(col(AlertPolicy.id)))).all()
        policies = [each for each in everyone if _names(each, story)]
    steps = [step for policy in policies for step in policy.steps]
    return list(dict.fromkeys(UUID(each) for step in steps for each in step.get("channel_ids", ())))


def _names(policy: AlertPolicy, story: Story) -> bool:
    place = story.place
    return any(
        str(place.channel_id) in step.get("channel_ids", ()) or str(place.user_id) in step.get("user_ids", ())
        for step in policy.steps
    )
