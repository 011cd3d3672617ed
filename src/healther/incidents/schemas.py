"""Wire schemas of incidents: what goes in (unknown fields refused) and what comes out."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from healther.core.json_values import YesNo
from healther.core.markdown import Markdown
from healther.core.pagination import Page
from healther.core.text import Name, Patch, Wire, one_line
from healther.incidents.grounds import Grounds
from healther.incidents.models import EntryKind, Hold, Impact, Origin, Severity, Stage
from healther.incidents.titles import TitleFacts

MOST_COMPONENTS = 500
MOST_PAGES = 100

Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(one_line),
    Field(examples=["Payments fail"]),
]
PageIds = Annotated[
    list[UUID],
    Field(max_length=MOST_PAGES, description="The status pages of the workspace that tell of it."),
]


class ComponentImpact(Wire):
    """What an incident means for one watcher."""

    watcher_id: UUID
    impact: Impact = Field(examples=["degraded"])


class IncidentCreate(Wire):
    """An incident opened by hand."""

    title: Title
    severity: Severity = Field(default=Severity.MAJOR, examples=["major"])
    stage: Stage = Field(default=Stage.INVESTIGATING, description="Of the first update; `resolved` is refused.")
    body: Markdown = Field(default="", description="The first update; empty = none yet.")
    components: list[ComponentImpact] = Field(
        default_factory=list, max_length=MOST_COMPONENTS, description="The watchers it is about, each once."
    )
    page_ids: PageIds = Field(default_factory=list)
    started_at: AwareDatetime | None = Field(
        default=None, description="Left out: now. Not in the future.", examples=["2026-01-31T12:00:00Z"]
    )


class IncidentUpdate(Patch):
    """What is absent stays."""

    title: Title | None = None
    severity: Severity | None = None
    components: list[ComponentImpact] | None = Field(
        default=None,
        max_length=MOST_COMPONENTS,
        description="The impact on these; one that was not part of it joins. The others stay as they are.",
    )
    root_cause: Markdown | None = Field(default=None, description="For the workspace alone; no page shows it.")
    post_mortem: Markdown | None = Field(default=None, description="Shown on its pages once it is published.")
    post_mortem_published: YesNo | None = None
    page_ids: PageIds | None = Field(default=None, description="Replaces the pages that tell of it.")


class UpdateCreate(Wire):
    """A word on how things stand."""

    body: Markdown = Field(min_length=1)
    stage: Stage | None = Field(
        default=None,
        description="How far people are; `resolved` resolves the incident. Null = a note that no page shows.",
        examples=["identified"],
    )
    page_ids: PageIds | None = Field(default=None, description="Replaces the pages that tell of the incident first.")


class UpdateEdit(Wire):
    """Other words for an update or a note."""

    body: Markdown = Field(min_length=1)


class Closing(Wire):
    """What is said on resolving or reopening."""

    body: Markdown = Field(default="", description="Shown like an update; may be empty.")


class MarkdownText(Wire):
    """A text to see before it is said."""

    body: Markdown


class MarkdownShown(BaseModel):
    """The text as it will be shown."""

    html: str = Field(description="Sanitised.", examples=["<p>The payment provider is <strong>down</strong>.</p>"])


class UpdateTemplateBody(Wire):
    """Words prepared for an update."""

    name: Name = Field(examples=["Provider is down"])
    stage: Stage = Field(examples=["identified"])
    body: Markdown = Field(min_length=1)


class UpdateTemplatePublic(BaseModel):
    """Words prepared for an update."""

    id: UUID
    name: str
    stage: Stage
    body: str
    body_html: str
    created_at: datetime


class IncidentPublic(BaseModel):
    """Something is or was wrong."""

    id: UUID
    title: str = Field(description="As a person typed it; one of healther's own in English.")
    title_facts: TitleFacts | None = Field(
        description="What a title of healther's own says, to be spelled in any language; null = a person's words."
    )
    origin: Origin = Field(description="`automatic`: it follows the state of its watchers; `manual`: people do it all.")
    severity: Severity
    impact: Impact = Field(
        description="The worst it means now for those that are part of it; once it is over, the worst it was."
    )
    stage: Stage
    started_at: datetime = Field(description="The first check that failed.")
    detected_at: datetime = Field(description="When that was confirmed.")
    resolved_at: datetime | None = Field(description="Null while it is open.")
    unwatched_s: float = Field(
        description="For so long of it, once it is over, nobody checked: it is not known to have been wrong then."
    )
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    cause_kind: str | None = Field(description="What its watchers have in common, where that is why they are one.")
    cause: str | None
    merged_into_id: UUID | None = Field(description="The incident it went up into; everything else is told there.")
    hold: Hold | None = Field(description="Why nobody is told of it for now.")
    hold_detail: str | None = Field(description="By what, in English.")
    hold_because: Grounds | None = Field(description="The same to be spelled in any language; null on older incidents.")
    members: int = Field(description="How many watchers it is or was about.")
    members_open: int = Field(description="How many of them still are part of it.")
    version: int


class IncidentMemberPublic(BaseModel):
    """A watcher an incident is about."""

    watcher_id: UUID
    name: str
    impact: Impact = Field(description="What it means for this one now, or meant when it left.")
    automatic: bool = Field(description="healther moves it with the watcher's state.")
    reason: str | None = Field(description="One word of a closed list.", examples=["timeout"])
    message: str | None
    joined_at: datetime
    left_at: datetime | None
    unwatched: bool = Field(description="It left because it was paused: nobody knows when it was well again.")


class IncidentEntryPublic(BaseModel):
    """One line of the timeline."""

    id: UUID
    at: datetime
    kind: EntryKind
    watcher_id: UUID | None
    actor: str | None = Field(description="Who did it; null = healther.")
    stage: Stage | None
    body: str
    body_html: str = Field(description="The body as sanitised HTML.")
    facts: dict[str, Any] = Field(description="What the line is made of, by kind.")
    edited_at: datetime | None


class IncidentPagePublic(BaseModel):
    """A status page that tells of the incident."""

    id: UUID
    title: str
    slug: str


class IncidentDetail(IncidentPublic):
    """An incident with everything that belongs to it; long lists go on under `/members` and `/timeline`."""

    root_cause: str
    root_cause_html: str
    post_mortem: str
    post_mortem_html: str
    post_mortem_published_at: datetime | None
    pages: list[IncidentPagePublic]
    watchers: Page[IncidentMemberPublic]
    timeline: Page[IncidentEntryPublic] = Field(description="Newest first.")
