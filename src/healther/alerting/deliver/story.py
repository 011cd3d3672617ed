"""What one place was told of one incident, and what is to be done when part of it is given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import User
from healther.alerting.models import AlertRun, Channel, Delivery, DeliveryState
from healther.alerting.planner.told import OPENING
from healther.alerting.words import with_what_was_seen
from healther.alerting.words_de import words_of
from healther.channels.base import Message, MessageKind
from healther.incidents.models import Incident

CLOSING = frozenset({MessageKind.RECOVERED, MessageKind.SETTLED, MessageKind.UNWATCHED})
_BETTER = CLOSING | {MessageKind.PARTLY_RECOVERED}
# They say again what another message has said: whoever has not heard it hears that one.
AGAIN = frozenset({MessageKind.REMINDER, MessageKind.ESCALATION})


class Place(NamedTuple):
    """Where messages go: a channel, or a person by mail."""

    channel_id: UUID | None
    user_id: UUID | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """The place of a delivery."""
        return cls(delivery.channel_id, delivery.user_id)


class Sent(NamedTuple):
    """A message that has arrived: of a long incident there are tens of thousands, so what they said is not read."""

    id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Story:
    """The messages about an incident to a place, oldest first: given up now, still queued, and sent.

    `over`: it is resolved, and alerting has told its end to whoever was to hear it.
    """

    incident: Incident
    place: Place
    dead: Sequence[Delivery]
    queued: Sequence[Delivery]
    sent: Sequence[Sent]
    over: bool

    @property
    def heard(self) -> bool:
        """Whether the place knows that something is (or was) wrong."""
        return any(each.kind in OPENING for each in self.sent)

    def overtaken(self) -> list[Delivery]:
        """What is queued and must not leave any more.

        A beginning whose end has been decided on is of no use a day late; an end is of none where no beginning was.
        """
        late = [each for each in self.queued if self.over and each.kind in OPENING]
        begins = self.heard or any(each.kind in OPENING and each not in late for each in self.queued)
        ends = [] if begins else [each for each in self.queued if each.kind in _BETTER]
        return late + ends

    def to_pass_on(self) -> Message | None:
        """The one message that somebody else gets instead; None where nobody is to.

        While it lasts, the newest that says what is wrong. Once it is over, its end, for a reader who has not heard of
        its beginning; the end of what the place had heard of is nobody else's, and what cannot be read is nobody's.
        """
        openings = [each for each in self.dead if each.kind in OPENING and each.readable]
        if not self.over:
            newest = max(openings, key=lambda each: (each.kind not in AGAIN, each.id), default=None)
            return None if newest is None else Message.model_validate(newest.body)
        ends = [each for each in (*self.dead, *self.queued) if each.kind in CLOSING and each.readable]
        if self.heard or not ends:
            return None
        end = Message.model_validate(ends[-1].body)
        begun = next((Message.model_validate(each.body) for each in openings), None)
        return end if begun is None else said_first(seen_in(begun), end)

    def why_not_again(self, delivery: Delivery) -> str | None:
        """Why one that was given up may not be sent after all, if so: it would come too late to be true."""
        if any(each.id > delivery.id for each in self.sent):
            return "A later message about this incident has arrived there: this one would come after it."
        if self.over and delivery.kind in OPENING:
            return "The incident is over, and its end has been told: this message would say that it is not."
        if delivery.kind in CLOSING and not delivery.body.get("first") and not self.heard:
            return "Nothing that said that it had begun has arrived there: nobody would know what is over."
        return None


async def load_story(session: AsyncSession, incident_id: UUID, place: Place, dead: Sequence[Delivery]) -> Story:
    """Reads the rest of what `dead` was part of."""
    incident = await session.get_one(Incident, incident_id)
    running = select(AlertRun.policy_id).where(AlertRun.incident_id == incident_id, col(AlertRun.ended_at).is_(None))
    over = incident.resolved_at is not None and (await session.exec(running.limit(1))).first() is None
    theirs = (
        Delivery.incident_id == incident_id,
        Delivery.channel_id == place.channel_id,
        Delivery.user_id == place.user_id,
    )
    waiting = select(Delivery).where(*theirs, Delivery.state == DeliveryState.QUEUED)
    queued = (await session.exec(waiting.order_by(col(Delivery.id)))).all()
    arrived = select(Delivery.id, Delivery.kind).where(*theirs, Delivery.state == DeliveryState.SENT)
    sent = [Sent(*row) for row in (await session.exec(arrived.order_by(col(Delivery.id)))).all()]
    return Story(incident, place, dead, queued, sent, over)


async def name_of(session: AsyncSession, place: Place) -> str:
    """What a place is called."""
    if place.channel_id is not None:
        channel = await session.get(Channel, place.channel_id)
        return "a deleted channel" if channel is None else channel.name
    user = None if place.user_id is None else await session.get(User, place.user_id)
    return "somebody who left" if user is None else user.full_name


def seen_in(begun: Message) -> str:
    """That nobody could be told while it lasted, and what this message would have said was seen."""
    words = words_of(begun.language)
    seen = next((each.reason for each in begun.affected if each.reason), None)
    return with_what_was_seen(words.over_untold_here, seen, words)


def said_first(said: str, end: Message) -> Message:
    """An end that says this before what it says."""
    return end.model_copy(update={"body": "\n\n".join(part for part in (said, end.body) if part)})
