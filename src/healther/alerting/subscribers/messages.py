"""What subscribers are told, as facts: the same for everybody. How each of them leaves is put in when it is sent."""

from collections.abc import Sequence
from uuid import UUID

from healther.channels.base import Message, MessageKind
from healther.channels.words import shortened
from healther.core.ids import new_id
from healther.core.text import leads_nowhere
from healther.incidents.models import EntryKind, IncidentEntry, Stage
from healther.status_pages.models import PageAccess, StatusPage
from healther.status_pages.render import address_of
from healther.status_pages.snapshot import Announced, Story
from healther.status_pages.source import Source
from healther.status_pages.subscribers.links import SubscriptionLinks
from healther.status_pages.subscribers.words import subscriber_words

_MOST_TITLE_CHARS = 40


def ask_message(
    subscriber_id: UUID,
    page: StatusPage,
    keys: Sequence[str] | None,
    language: str,
    links: SubscriptionLinks,
    origin: str,
    now_ms: int,
) -> Message:
    """Whether the address is theirs; the link in it confirms.

    It goes to people who may have asked for nothing, in the operator's name: what the page is called must lead nowhere.
    """
    words = subscriber_words(language)
    harmless = leads_nowhere(page.title)
    title = shortened(page.title, _MOST_TITLE_CHARS)
    name = words.quoted.replace("{name}", title) if harmless else f"{origin}/status/{page.slug}"
    return Message(
        id=new_id(),
        kind=MessageKind.CONFIRM,
        thread=f"subscription-{subscriber_id}",
        first=True,
        workspace=title if harmless else words.some_page,
        title=words.ask_subject.format(page=name),
        body=words.ask_body.format(page=name),
        at=now_ms,
        link=links.confirm(subscriber_id, keys),
        language=language,
        time_zone=page.time_zone,
    )


def update_message(said: IncidentEntry, story: Story, source: Source, origin: str, now_ms: int) -> Message:
    """What was said of an incident, in the words of the page."""
    look = source.look
    if look.access is not PageAccess.PUBLIC:
        return _closed_message(
            said.id, MessageKind.UPDATE, f"{source.ref.page_id}-{said.incident_id}", source, origin, now_ms
        )
    stage = Stage.INVESTIGATING if said.kind == EntryKind.REOPENED else Stage(said.stage or Stage.INVESTIGATING)
    concerns = " · ".join(look.words.concerning(story.names, story.back, over=stage is Stage.RESOLVED))
    return Message(
        id=said.id,
        kind=MessageKind.UPDATE,
        thread=f"{source.ref.page_id}-{said.incident_id}",
        first=False,
        workspace=look.title,
        title=f"{look.words.stages[stage]}: {story.title}",
        body=said.body.strip(),
        concerns=concerns,
        at=now_ms,
        started_at=story.started_ms,
        ended_at=story.resolved_ms if stage is Stage.RESOLVED else None,
        link=f"{address_of(look, origin)}#i-{story.anchor}",
        language=look.words.language,
        time_zone=look.zone.key,
    )


def maintenance_message(window_id: UUID, told: Announced, source: Source, origin: str, now_ms: int) -> Message:
    """Maintenance that is announced."""
    look = source.look
    if look.access is not PageAccess.PUBLIC:
        thread = f"{source.ref.page_id}-{window_id}-{told.started_ms}"
        return _closed_message(new_id(), MessageKind.MAINTENANCE, thread, source, origin, now_ms)
    concerns = look.words.affects.format(names=", ".join(told.names)) if told.names else ""
    return Message(
        id=new_id(),
        kind=MessageKind.MAINTENANCE,
        thread=f"{source.ref.page_id}-{window_id}-{told.started_ms}",
        first=True,
        workspace=look.title,
        title=told.title,
        body=told.description.strip(),
        concerns=concerns,
        at=now_ms,
        started_at=told.started_ms,
        ended_at=told.ended_ms,
        link=address_of(look, origin),
        language=look.words.language,
        time_zone=look.zone.key,
    )


def _closed_message(id_: UUID, kind: MessageKind, thread: str, source: Source, origin: str, now_ms: int) -> Message:
    """That there is news on a page behind a password, and nothing of it: whoever subscribed may not know it."""
    look = source.look
    return Message(
        id=id_,
        kind=kind,
        thread=thread,
        first=False,
        workspace=look.title,
        title=subscriber_words(look.words.language).closed_subject.format(page=look.title),
        at=now_ms,
        link=address_of(look, origin),
        language=look.words.language,
        time_zone=look.zone.key,
    )
