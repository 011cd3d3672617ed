"""The incidents a page tells: what is public of them, in three queries however many there are.

Nothing else of an incident leaves its workspace: neither root cause nor notes, neither who acknowledged it nor what
healther called it by itself, which is made from the names of watchers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import col
from sqlmodel import select as select_model
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import DAY_MS
from healther.core.markdown import to_html
from healther.incidents.models import EntryKind, Hold, Impact, Incident, IncidentEntry, IncidentMember, Stage
from healther.incidents.service.updates import PUBLIC_KINDS
from healther.status_pages.models import StatusPageIncident
from healther.status_pages.service import EVENT_DAYS, overall
from healther.status_pages.snapshot import Back, Ref, Story, StoryUpdate
from healther.status_pages.source import ShownWatcher
from healther.status_pages.words import Words
from healther.watchers.states import State

# Stories are headed by an h3.
_TITLE = 3
MOST_INCIDENTS = 50
MOST_UPDATES = 20
"""Of one incident, the newest."""
MOST_CHARACTERS = 200_000
"""What is said of all of them, as HTML: a page is made anew for everybody who looks, and has to arrive."""
IMPACT_STATES = {Impact.DOWN: State.DOWN, Impact.DEGRADED: State.DEGRADED}


class _Update(NamedTuple):
    anchor: str
    at_ms: int
    stage: Stage
    body: str
    edited_ms: int | None


class Said(NamedTuple):
    """What people wrote of one incident, in Markdown."""

    updates: Sequence[_Update]
    """The newest, newest first."""
    all_updates: int
    post_mortem: str


class Told(NamedTuple):
    """A page's incidents, the latest first, and what the open ones mean for its watchers."""

    stories: tuple[Story, ...]
    """Without what was said: `told_in_full` puts it in."""
    said: Sequence[Said]
    """Of each of them."""
    impacts: Mapping[UUID, tuple[State, int]]
    """By watcher: the worst state they give it, and since when."""

    def raised(self, watcher_id: UUID, state: State, since_ms: int) -> tuple[State, int]:
        """What a watcher is shown in, and since when: the worse of its own state and what people say."""
        said = self.impacts.get(watcher_id)
        if said is None or overall((state, said[0])) is state:
            return state, since_ms
        return said


NOTHING = Told((), (), {})


async def told_of(
    session: AsyncSession, ref: Ref, shown: Mapping[UUID, ShownWatcher], words: Words, now_ms: int
) -> Told:
    """What the page tells: everything open, and what was resolved in the last 14 days."""
    if ref.page_id is None:
        return NOTHING
    ended = col(Incident.resolved_at)
    query = (
        select_model(Incident)
        .join(StatusPageIncident, col(StatusPageIncident.incident_id) == Incident.id)
        .where(
            StatusPageIncident.page_id == ref.page_id,
            col(Incident.merged_into_id).is_(None),
            or_(ended.is_(None), ended >= now_ms - EVENT_DAYS * DAY_MS),
        )
        .order_by(ended.is_not(None), col(Incident.started_at).desc(), col(Incident.id))
        .limit(MOST_INCIDENTS)
    )
    incidents = (await session.exec(query)).all()
    if not incidents:
        return NOTHING
    members = await _members(session, incidents)
    updates = await _updates(session, incidents)
    stories = tuple(_story(each, members[each.id], shown, words) for each in incidents)
    return Told(
        stories,
        [updates[each.id]._replace(post_mortem=_published(each)) for each in incidents],
        _impacts(incidents, members),
    )


def told_in_full(told: Told) -> tuple[Story, ...]:
    """The stories with what was said, the latest first, until a page has enough. Slow: for a thread."""
    room = MOST_CHARACTERS
    stories = []
    for story, said in zip(told.stories, told.said, strict=True):
        updates: list[StoryUpdate] = []
        for update in said.updates:
            html, room = _fitting(update.body, room)
            if html is None:
                break
            updates.append(StoryUpdate(update.anchor, update.at_ms, update.stage, html, update.edited_ms))
        post_mortem, room = _fitting(said.post_mortem, room)
        stories.append(
            replace(
                story,
                updates=tuple(updates),
                updates_left_out=said.all_updates - len(updates),
                post_mortem=post_mortem or "",
                post_mortem_left_out=post_mortem is None,
            )
        )
    return tuple(stories)


def _fitting(text: str, room: int) -> tuple[str | None, int]:
    """The HTML and what room it leaves; None = there is no room for it. What becomes nothing has taken its time."""
    if len(text) > room:
        return None, room
    html = to_html(text, below=_TITLE)
    taken = max(len(text), len(html))
    return (html, room - taken) if taken <= room else (None, room)


_Members = defaultdict[UUID, list[IncidentMember]]


async def _members(session: AsyncSession, incidents: Sequence[Incident]) -> _Members:
    found: _Members = defaultdict(list)
    query = select_model(IncidentMember).where(col(IncidentMember.incident_id).in_([each.id for each in incidents]))
    for member in (await session.exec(query)).all():
        found[member.incident_id].append(member)
    return found


async def _updates(session: AsyncSession, incidents: Sequence[Incident]) -> Mapping[UUID, Said]:
    entry = IncidentEntry
    newest = (col(entry.at).desc(), col(entry.id).desc())
    numbered = (
        select(
            col(entry.id),
            func.row_number().over(partition_by=col(entry.incident_id), order_by=newest).label("number"),
            func.count().over(partition_by=col(entry.incident_id)).label("all_updates"),
        )
        .where(col(entry.incident_id).in_([each.id for each in incidents]), col(entry.kind).in_(PUBLIC_KINDS))
        .subquery()
    )
    query = (
        select(
            entry.id,
            entry.incident_id,
            entry.at,
            entry.kind,
            entry.stage,
            entry.body,
            entry.edited_at,
            numbered.c.all_updates,
        )  # type: ignore[call-overload]
        .join(numbered, numbered.c.id == col(entry.id))
        .where(numbered.c.number <= MOST_UPDATES)
        .order_by(*newest)
    )
    updates: defaultdict[UUID, list[_Update]] = defaultdict(list)
    counts: defaultdict[UUID, int] = defaultdict(int)
    connection = await session.connection()
    for row in await connection.execute(query):
        stage = Stage.INVESTIGATING if row.kind == EntryKind.REOPENED else Stage(row.stage)
        updates[row.incident_id].append(_Update(anchor_of(row.id), row.at, stage, row.body, row.edited_at))
        counts[row.incident_id] = row.all_updates
    return {each.id: Said(updates[each.id], counts[each.id], "") for each in incidents}


def _published(incident: Incident) -> str:
    return incident.post_mortem if incident.post_mortem_published_at is not None else ""


def _story(
    incident: Incident,
    members: Sequence[IncidentMember],
    shown: Mapping[UUID, ShownWatcher],
    words: Words,
) -> Story:
    components, impact, back = concerned(members, shown, over=incident.resolved_at is not None)
    names = [each.name for each in components or back]
    flaps = _flaps(incident) and bool(components)
    return Story(
        anchor=anchor_of(incident.id),
        title=public_title(incident, names, impact, words),
        impact=State.DEGRADED if flaps else State.HEALTHY if impact is State.UNKNOWN else impact,
        stage=Stage(incident.stage),
        started_ms=incident.started_at,
        resolved_ms=incident.resolved_at,
        keys=tuple(each.key for each in components),
        names=tuple(each.name for each in components),
        back=tuple(back),
        flapping=flaps,
    )


class Concerned(NamedTuple):
    """What of a page an incident is about, by name: of an open one those that still are part of it, which may be none.

    `impact`: the worst it means for those, or meant. `back`: those for which it is over, and how long it was not.
    """

    components: list[ShownWatcher]
    impact: State
    back: list[Back]


def concerned(members: Sequence[IncidentMember], shown: Mapping[UUID, ShownWatcher], *, over: bool) -> Concerned:
    """What of the page an incident is about; once it is over, everything it was about."""
    theirs = sorted(
        (member for member in members if member.watcher_id in shown), key=lambda each: shown[each.watcher_id].name
    )
    still = theirs if over else [member for member in theirs if member.left_at is None]
    back = [
        Back(shown[each.watcher_id].key, shown[each.watcher_id].name, max(0, each.left_at - each.joined_at))
        for each in theirs
        if each.left_at is not None
    ]
    impact = overall(IMPACT_STATES.get(Impact(member.impact), State.HEALTHY) for member in still)
    return Concerned([shown[each.watcher_id] for each in still], impact, back)


def public_title(incident: Incident, names: Sequence[str], impact: State, words: Words) -> str:
    """What a person called it; for what healther opened, in the names the page has for what is concerned."""
    if incident.title_given:
        return incident.title
    if len(names) != 1:
        return words.told_some.format(count=len(names) or 1)
    if _flaps(incident):
        return words.told_flapping.format(name=names[0])
    return (words.told_down if impact is State.DOWN else words.told_degraded).format(name=names[0])


def _flaps(incident: Incident) -> bool:
    """Whether what is wrong comes and goes too often for one moment to say how it is."""
    return incident.resolved_at is None and incident.hold == Hold.FLAPPING


def _impacts(incidents: Sequence[Incident], members: _Members) -> dict[UUID, tuple[State, int]]:
    found: dict[UUID, tuple[State, int]] = {}
    for incident in incidents:
        if incident.resolved_at is not None:
            continue
        for member in members[incident.id]:
            state = IMPACT_STATES.get(Impact(member.impact))
            if state is None or member.left_at is not None:
                continue
            before = found.get(member.watcher_id)
            if before is None or overall((state, before[0])) is not before[0]:
                found[member.watcher_id] = (state, member.joined_at)
    return found


def anchor_of(row_id: UUID) -> str:
    """A stable name that tells nothing: ids are for the workspace."""
    return blake2b(row_id.bytes, digest_size=8, person=b"told").hexdigest()
