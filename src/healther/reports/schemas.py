"""Wire schemas of reports: what HTML, CSV and PDF are made from, too."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from healther.core.wire import Millis
from healther.history.schemas import Amended
from healther.incidents.models import Severity
from healther.status_pages.words import Language


class ReportTotal(Amended):
    """All services together: their times added up, so that each counts for as long as it was watched."""

    services: int
    outages: int


class ReportService(Amended):
    """What one service was in the month."""

    watcher_id: UUID
    name: str = Field(description="As the status page calls it; else as the workspace does.")
    section: str = Field(description="The section of the status page; else empty.", examples=["Shop"])
    days: str = Field(
        description="A letter a day, its worst state: x down, d degraded, h healthy, m maintenance, u unknown.",
        examples=["hhhhhxhhhhhhhhhhhhhhhhhhhhhhhhh"],
    )
    outages: int = Field(description="Stretches of down, as corrected.")
    longest_outage_s: float = Field(description="What of it lies in the month; 0 = none.")
    incidents: int = Field(description="Of how many of the incidents it was part in the month.")
    checks: int = Field(description="Of the days of the month in UTC.")
    p50_ms: Millis | None = Field(description="Of checks that found it working; within 1 %. Days in UTC.")
    p95_ms: Millis | None


class ReportIncident(BaseModel):
    """An incident that touched the month."""

    id: UUID
    title: str
    severity: Severity
    started_at: datetime
    resolved_at: datetime | None = Field(description="Null while it is open.")
    services: list[str] = Field(description="The first of those of the report that it was about, by name.")
    services_total: int


class ReportPublic(BaseModel):
    """A month of a workspace, or of a status page."""

    month: str = Field(examples=["2026-03"])
    tz: str = Field(description="Whose calendar it is.", examples=["Europe/Berlin"])
    from_: datetime = Field(serialization_alias="from")
    to: datetime = Field(description="The end of the month there, or now while it is under way.")
    seconds: float = Field(description="From `from` to `to`: what the five states of each service add up to.")
    complete: bool = Field(description="Whether the month is over.")
    title: str = Field(description="What the workspace, or the status page, is called.")
    status_page_id: UUID | None = Field(description="Null = the whole workspace.")
    language: Language
    made_at: datetime
    rules: list[str] = Field(description="How it was counted, in words.")
    total: ReportTotal
    services: list[ReportService] = Field(description="In the order of the page; of a workspace by name.")
    incidents: list[ReportIncident] = Field(description="By their beginning; 200 at most.")
    incidents_total: int
