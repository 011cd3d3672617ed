"""Messages about incidents, as facts: what, since when, why, how long, and where to read more."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlunsplit
from uuid import UUID

from healther.accounts.models import User, Workspace
from healther.alerting.planner.situation import Case, Part
from healther.alerting.words import AlertWords, put
from healther.alerting.words_de import words_of
from healther.channels.base import Affected, Message, MessageKind
from healther.core.clock import SECOND_MS
from healther.core.ids import new_id
from healther.core.settings import Settings
from healther.core.urls import parts_of_url
from healther.incidents.links import AcknowledgeLinks
from healther.incidents.models import CauseKind, Impact
from healther.incidents.titles import facts_of, title_in, where
from healther.watchers.states import State

MOST_LISTED = 20
_OVER = frozenset({MessageKind.RECOVERED, MessageKind.SETTLED, MessageKind.UNWATCHED})
_STATES = {Impact.DOWN: State.DOWN.label, Impact.DEGRADED: State.DEGRADED.label, Impact.NONE: State.HEALTHY.label}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the links of messages lead."""

    public_url: str
    acknowledge: AcknowledgeLinks

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of this installation; raises SettingsError without a SECRET_KEY."""
        public_url = settings.public_url.rstrip("/")
        keys = settings.require_secret_key(), settings.old_secret_keys
        return cls(public_url, AcknowledgeLinks(keys[0], public_url, keys[1]))

    def incident(self, workspace: Workspace, incident_id: UUID) -> str:
        """The incident's page in the app."""
        return f"{self.public_url}/w/{workspace.slug}/incidents/{incident_id}"

    def workspace(self, workspace: Workspace) -> str:
        """The workspace's overview in the app."""
        return f"{self.public_url}/w/{workspace.slug}"


@dataclass(frozen=True, slots=True)
class Reader:
    """In whose words and clock a message is written."""

    language: str = "en"
    time_zone: str = "UTC"

    @classmethod
    def of(cls, user: User | None) -> Self:
        """What they chose in their profile."""
        return cls() if user is None else cls(user.language or "en", user.time_zone or "UTC")

    @property
    def words(self) -> AlertWords:
        """What alerts say in their language."""
        return words_of(self.language)


def incident_message(
    case: Case,
    kind: MessageKind,
    workspace: Workspace,
    links: Links,
    reader: Reader,
    *,
    first: bool,
    body: str,
    note: str | None,
    now_ms: int,
    unnamed: Collection[Part] = (),
    back: Sequence[Part] = (),
    deleted: Sequence[str] = (),
) -> Message:
    """What one place is told of an incident, but for `unnamed`; its id is new, and is the delivery's.

    `back`: those whose recovery it tells, while those that are wrong go on being so. `deleted`: what those were called
    that it was told of, and that nobody watches any more.
    """
    incident, message_id, over = case.incident, new_id(), kind in _OVER
    # What flaps is told of in a healthy moment, too.
    wrong = case.staying if kind is MessageKind.FLAPPING else case.impaired
    parts = [part for part in (case.parts if over else wrong) if part not in unnamed]
    # How long each took is left unsaid where nobody watched for part of it: of which part of each, nobody knows.
    paused = {left.watcher_id for left in case.departed}
    unsure = {part.watcher_id for part in case.parts if case.unwatched_ms or part.watcher_id in paused}
    listed = [*_affected(back, unsure, over=True), *_affected(parts, unsure, over=over)]
    return Message(
        id=message_id,
        kind=kind,
        thread=str(incident.id),
        first=first,
        workspace=workspace.name,
        title=_title(case, parts, reader.words, kind, returned=bool(back), deleted=len(deleted)),
        body="\n".join(each for each in (body, _unwatched(parts, deleted, reader.words) if over else "") if each),
        severity=str(incident.severity),
        affected=tuple(listed[:MOST_LISTED]),
        affected_count=len(back) + len(parts),
        at=now_ms,
        started_at=incident.started_at,
        ended_at=incident.resolved_at if over else None,
        unwatched_ms=case.unwatched_ms if over else 0,
        link=links.incident(workspace, incident.id),
        acknowledge_link=None
        if over or incident.acknowledged_at is not None
        else links.acknowledge.make(incident.id, message_id, now_ms),
        note=note,
        language=reader.language,
        time_zone=reader.time_zone,
    )


def notice_message(
    title: str, body: str, thread: str, workspace: Workspace, links: Links, reader: Reader, now_ms: int
) -> Message:
    """Something the operator or an owner should know that is about no incident."""
    return Message(
        id=new_id(),
        kind=MessageKind.NOTICE,
        thread=thread,
        first=True,
        workspace=workspace.name,
        title=title,
        body=body,
        at=now_ms,
        link=links.workspace(workspace),
        language=reader.language,
        time_zone=reader.time_zone,
    )


def test_message(workspace: Workspace, links: Links, reader: Reader, now_ms: int) -> Message:
    """What *Send test* sends."""
    message_id = new_id()
    return Message(
        id=message_id,
        kind=MessageKind.TEST,
        thread=f"test-{message_id}",
        first=True,
        workspace=workspace.name,
        title=reader.words.test_title,
        body=reader.words.test_body,
        at=now_ms,
        link=links.workspace(workspace),
        language=reader.language,
        time_zone=reader.time_zone,
    )


def _title(
    case: Case, parts: Sequence[Part], words: AlertWords, kind: MessageKind, *, returned: bool, deleted: int
) -> str:
    if returned:
        return returned_of(case, case.parts, words, deleted)
    over, back = kind in _OVER, sum(part.known for part in parts)
    if over and 0 < back < len(parts) + deleted:
        return returned_of(case, parts, words, deleted)
    by_state = not over and kind is not MessageKind.FLAPPING
    return subject_of(case, parts, words, by_state=by_state, deleted=deleted)


def _unwatched(parts: Sequence[Part], deleted: Sequence[str], words: AlertWords) -> str:
    """Who of those that it was about is not watched any more, where the kind of message does not say so of all."""
    paused = [part.name for part in parts if part.state is State.PAUSED] if any(part.known for part in parts) else []
    names = [*paused, *(deleted if len(parts) + len(deleted) > 1 else ())]
    return put(words.no_longer_watched, names=words.named(names)) if names else ""


def subject_of(
    case: Case, parts: Sequence[Part], words: AlertWords, *, by_state: bool = False, deleted: int = 0
) -> str:
    """What a message is about, without what happened to it: the kind of message says that.

    `by_state`: of those that are not as bad as the kind says how many they are: `4 services on 10.0.0.7, 1 degraded`.
    `deleted`: so many more it was about.
    """
    incident, count = case.incident, len(parts) + deleted
    if incident.title_given:
        return incident.title
    down = [part for part in parts if part.impact is Impact.DOWN]
    if by_state and 0 < len(down) < len(parts):
        return put(words.degraded_too, who=subject_of(case, down, words), count=len(parts) - len(down))
    if incident.cause_kind is not None and count > 1:
        return where(CauseKind(incident.cause_kind), incident.cause, count, words.language)
    if not parts:
        # They were deleted: a title of ours still knows what it was about.
        facts = facts_of(incident)
        return (None if facts is None else facts.name) or title_in(words.language, incident)
    return parts[0].name if count == 1 else put(words.and_more, who=parts[0].name, count=count - 1)


def returned_of(case: Case, parts: Sequence[Part], words: AlertWords, deleted: int) -> str:
    """What a message is about that tells who is back: `3 of 5 services on 10.0.0.7`; so many more were `deleted`."""
    incident, back, count = case.incident, sum(part.recovered for part in parts), len(parts) + deleted
    if incident.title_given or incident.cause_kind is None:
        # In quotes, or without what happened: the kind of message says that, and says otherwise.
        title = f"“{incident.title}”" if incident.title_given else subject_of(case, parts, words, deleted=deleted)
        return put(words.of_count, back=back, count=count, title=title)
    who = where(CauseKind(incident.cause_kind), incident.cause, count, words.language)
    return put(words.of_all, back=back, who=who)


def _affected(parts: Iterable[Part], unsure: Collection[UUID], *, over: bool) -> Iterator[Affected]:
    """The worst first; for how long something was wrong is not said of those of which that is `unsure`."""
    for part in sorted(parts, key=lambda part: (part.impact is not Impact.DOWN, part.name)):
        yield Affected(
            name=part.name,
            target=plain_target(part.url),
            state=part.state.label if over else _STATES[part.impact],
            reason=None if over else part.message or part.reason,
            lasted_s=None
            if part.left_at is None or not part.known or part.watcher_id in unsure
            else max(0, part.left_at - part.joined_at) / SECOND_MS,
        )


def plain_target(url: str) -> str:
    """What is asked, without what may be secret in it."""
    parts = parts_of_url(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
