"""Wire schemas of maintenance windows."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from healther.core.clock import DAY_MS, MINUTE_MS, SECOND_MS
from healther.core.json_values import Whole, YesNo
from healther.core.text import Name, Patch, Wire, plain_text, without_nul
from healther.watchers.tags import Tags

MOST_CHOSEN = 500
MOST_PAGES = 100
_DAY_S = DAY_MS // SECOND_MS
_MINUTE_S = MINUTE_MS // SECOND_MS

StartsAt = Annotated[
    AwareDatetime, Field(description="When it first begins, with a time zone.", examples=["2026-12-06T02:00:00Z"])
]
DurationS = Annotated[
    Whole,
    Field(
        ge=_MINUTE_S,
        le=366 * _DAY_S,
        description="How many seconds it lasts, up to 366 days, 7 with a rule. Null = until somebody ends it.",
        examples=[3600],
    ),
]
Rule = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300),
    AfterValidator(without_nul),
    Field(
        description="When it comes again: a rule of RFC 5545, read on the wall clock of `time_zone`; null = once.",
        examples=["FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=1TU"],
    ),
]
Zone = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(without_nul),
    Field(description="Whose wall clock a rule is read on.", examples=["Europe/Berlin"]),
]
Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    AfterValidator(plain_text),
    Field(description="What is done, as plain text; shown where it is announced.", examples=["We replace a switch."]),
]
Watchers = Annotated[list[UUID], Field(max_length=MOST_CHOSEN, description="Watchers it covers by name, each once.")]
Announce = Annotated[
    Whole,
    Field(ge=0, le=90 * _DAY_S, description="So many seconds ahead its pages announce it; null = from now on."),
]
PageIds = Annotated[list[UUID], Field(max_length=MOST_PAGES, description="The status pages that announce it.")]


class MaintenanceStatus(StrEnum):
    """Where a window stands."""

    UPCOMING = "upcoming"
    RUNNING = "running"
    OVER = "over"


class MaintenanceWhen(Wire):
    """When a window is."""

    starts_at: StartsAt
    duration_s: DurationS | None = 3600
    rrule: Rule | None = None
    time_zone: Zone = "UTC"


class MaintenanceCreate(MaintenanceWhen):
    """A new window. It covers all watchers, or those with one of the tags and those chosen."""

    title: Name = Field(examples=["Network upgrade"])
    description: Description = ""
    all_watchers: YesNo = False
    tags: Tags = Field(default_factory=list)
    watcher_ids: Watchers = Field(default_factory=list)
    announce_before_s: Announce | None = None
    page_ids: PageIds = Field(default_factory=list)


class MaintenanceUpdate(Patch):
    """What is absent stays. What a window has covered so far stays too: to change that, amend the record."""

    title: Name | None = None
    description: Description | None = None
    starts_at: StartsAt | None = None
    duration_s: DurationS | None = None
    rrule: Rule | None = None
    time_zone: Zone | None = None
    all_watchers: YesNo | None = None
    tags: Tags | None = None
    watcher_ids: Watchers | None = None
    announce_before_s: Announce | None = None
    page_ids: PageIds | None = None

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """Open-ended, once, and announced at once are choices."""
        return frozenset({"duration_s", "rrule", "announce_before_s"})


class OccurrencePublic(BaseModel):
    """One time a window is."""

    starts_at: datetime
    ends_at: datetime | None = Field(description="Null = until somebody ends it.")


class MaintenancePreview(BaseModel):
    """When a window will be, the occurrence that is running included."""

    rrule: str | None = Field(description="The rule as it will be stored.")
    occurrences: list[OccurrencePublic]


class MaintenancePublic(BaseModel):
    """A maintenance window."""

    id: UUID
    title: str
    description: str
    starts_at: datetime
    duration_s: int | None
    rrule: str | None
    time_zone: str
    all_watchers: bool
    tags: list[str]
    watcher_ids: list[UUID]
    announce_before_s: int | None
    page_ids: list[UUID]
    status: MaintenanceStatus
    running: OccurrencePublic | None = Field(description="What is going on now.")
    next: OccurrencePublic | None = Field(description="What comes next, behind what is going on.")
    ended_at: datetime | None = Field(description="When somebody ended it.")
    version: int
    created_at: datetime
