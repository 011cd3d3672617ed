"""Everything one page shows at one moment, as plain values: what is not in here cannot be rendered, so cannot leak."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from healther.history.ledger import StateTimes, add_times
from healther.incidents.models import Stage
from healther.status_pages.models import PageAccess
from healther.status_pages.words import Words
from healther.watchers.states import State

LATENCY_HOURS = 24


class Ref(NamedTuple):
    """Which page: one of its own, or (`page_id` None) the default page of a public workspace."""

    workspace_id: UUID
    page_id: UUID | None


class FooterLink(NamedTuple):
    """A link below the page; its URL was checked when it was saved."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Look:
    """How a page looks and who may see it."""

    slug: str
    title: str
    words: Words
    """Of a page that follows its readers, for those of whom nothing is known."""
    zone: ZoneInfo
    follows_reader: bool = False
    """Whether it speaks the language of whoever reads it."""
    description: str = ""
    accent: str | None = None
    custom_domain: str | None = None
    access: PageAccess = PageAccess.PUBLIC
    noindex: bool = False
    show_bars: bool = True
    show_uptime: bool = True
    show_latency: bool = False
    subscribers: bool = False
    """Whether people may subscribe to it."""
    footer_links: tuple[FooterLink, ...] = ()
    logo: bytes | None = field(default=None, repr=False)

    @property
    def hidden(self) -> bool:
        """Whether search engines are told to stay away."""
        return self.noindex or self.access is not PageAccess.PUBLIC


class Latency(NamedTuple):
    """The last 24 hours of response times in milliseconds."""

    medians: tuple[float | None, ...]
    """One an hour, oldest first; None where nothing was measured."""
    median: float | None


@dataclass(frozen=True, slots=True)
class Component:
    """One service under its public name. `lasting_key` is a key, too, that stays when the name changes."""

    key: str
    lasting_key: str
    name: str
    state: State
    since_ms: int
    bars: list[StateTimes]
    """One a day, oldest first; today's up to now."""
    day_ms: StateTimes
    """The last 24 hours."""
    latency: Latency | None
    in_maintenance: bool = False
    """Whatever its state is."""
    raw_bars: list[StateTimes] | None = None
    """What was recorded, where people have corrected it."""

    @property
    def raw_uptime(self) -> float | None:
        """The uptime of all the days as it was recorded."""
        return None if self.raw_bars is None else add_times(self.raw_bars).uptime_percent

    def uptime(self, days: int) -> float | None:
        """Uptime over the last `days` days of the page's calendar, today included; 1 is the last 24 hours.

        In percent, floored to three decimals; None when nothing is known.
        """
        return (self.day_ms if days == 1 else add_times(self.bars[-days:])).uptime_percent


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (empty = none) and what stands under it."""

    name: str
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A stretch of trouble or maintenance; `ended_ms` None = still going on."""

    component: str
    state: State
    started_ms: int
    ended_ms: int | None
    reason: str | None


class StoryUpdate(NamedTuple):
    """What was said of an incident; `html` is sanitised."""

    anchor: str
    at_ms: int
    stage: Stage
    html: str
    edited_ms: int | None


class Back(NamedTuple):
    """One of the page's components that is no longer part of an incident, and for how long it was."""

    key: str
    name: str
    lasted_ms: int


@dataclass(frozen=True, slots=True)
class Story:
    """An incident as a page tells it; `impact` HEALTHY = none. `resolved_ms` None = it is open."""

    anchor: str
    title: str
    impact: State
    stage: Stage
    started_ms: int
    resolved_ms: int | None
    keys: tuple[str, ...]
    names: tuple[str, ...]
    """Of the page's components that it concerns: of an open one those that still are part of it."""
    back: tuple[Back, ...]
    """Those for which it is over."""
    flapping: bool = False
    """It comes and goes too fast to be said of one moment: `impact` is DEGRADED meanwhile."""
    updates: tuple[StoryUpdate, ...] = ()
    """Newest first."""
    updates_left_out: int = 0
    """How many older ones there are besides."""
    post_mortem: str = ""
    """Sanitised HTML; empty = none, or not published."""
    post_mortem_left_out: bool = False
    """Whether one was published for which the page has no room."""


@dataclass(frozen=True, slots=True)
class Announced:
    """Maintenance under way, or to come; `ended_ms` None = until somebody ends it."""

    anchor: str
    title: str
    description: str
    started_ms: int
    ended_ms: int | None
    running: bool
    announced_ms: int
    keys: tuple[str, ...]
    names: tuple[str, ...]
    """Of the page's components that it concerns."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A page at `at_ms`."""

    look: Look
    at_ms: int
    state: State
    dates: list[date]
    sections: tuple[Section, ...]
    events: tuple[Event, ...]
    stories: tuple[Story, ...] = ()
    announced: tuple[Announced, ...] = ()
    """By their beginning."""
    checks_late: bool = False
    """Whether checks of what it shows are overdue: what it says may be older than it looks (R6)."""

    def in_words(self, words: Words) -> "Snapshot":
        """The same in these words. Titles of stories stay as they are: pages that follow their readers have none."""
        return replace(self, look=replace(self.look, words=words))

    @property
    def open_stories(self) -> list[Story]:
        """The incidents that are not over, the latest first."""
        return [story for story in self.stories if story.resolved_ms is None]

    @property
    def past_stories(self) -> list[Story]:
        """Those that were resolved lately, the latest first."""
        return [story for story in self.stories if story.resolved_ms is not None]

    @property
    def components(self) -> list[Component]:
        """All of them, in the order of the page."""
        return [component for section in self.sections for component in section.components]

    @property
    def summary(self) -> str:
        """Everything together, in a sentence."""
        return self.look.words.summary(self.state, [component.state for component in self.components])
