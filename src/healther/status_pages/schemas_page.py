"""`/status/{slug}.json`: what a page shows, for machines. A field is public only by being written down here (S8)."""

import datetime as dt

from pydantic import BaseModel, Field

from healther.incidents.models import Impact, Stage
from healther.status_pages.schemas import EventState, PublicDay, PublicState


class PublicComponent(BaseModel):
    """One service on the page."""

    key: str = Field(description="What its badges are called: `/badge/{slug}/{key}.svg`.", examples=["shop"])
    name: str = Field(examples=["Shop"])
    state: PublicState
    since: dt.datetime = Field(description="Since when it has been in this state.")
    in_maintenance: bool = Field(description="Whether it is in maintenance, whatever its state is.")
    uptime_percent: float | None = Field(
        description="Over 90 days, floored to 3 decimals; null when nothing is known or the page does not show it.",
        examples=[99.953],
    )
    watched_s: float | None = Field(
        description="How long `uptime_percent` is about: what was watched of these 90 days, maintenance apart; "
        "null when the page does not show the uptime.",
        examples=[7_689_600],
    )
    amended: bool = Field(description="Whether people have corrected the record of these 90 days.")
    raw_uptime_percent: float | None = Field(description="What was recorded, where it was corrected.")
    latency_ms: float | None = Field(
        description="Median response time of 24 hours; null when nothing is known or the page does not show it.",
        examples=[123.4],
    )
    days: list[PublicDay] | None = Field(
        description="90 days of the page's time zone, oldest first; null when the page does not show them."
    )


class PublicSection(BaseModel):
    """A heading and what stands under it."""

    name: str = Field(description="Empty = no heading.", examples=["Checkout"])
    components: list[PublicComponent]


class PublicTrouble(BaseModel):
    """A stretch of trouble or maintenance."""

    component: str = Field(description="The service's name.", examples=["Shop"])
    status: EventState
    started_at: dt.datetime
    ended_at: dt.datetime | None = Field(description="Null while it goes on.")
    duration_s: float | None = Field(description="Null while it goes on.")
    reason: str | None = Field(description="One word of a closed list.", examples=["timeout"])


class PublicMaintenance(BaseModel):
    """Maintenance under way, or to come."""

    key: str = Field(description="The same for as long as the window exists.")
    title: str = Field(examples=["Network upgrade"])
    description: str = Field(description="Plain text; may be empty.")
    starts_at: dt.datetime
    ends_at: dt.datetime | None = Field(description="Null = until further notice.")
    running: bool
    components: list[str] = Field(description="The keys of the services it concerns.", examples=[["shop"]])


class PublicIncidentUpdate(BaseModel):
    """What was said of an incident."""

    key: str = Field(description="The same for as long as the update exists.")
    at: dt.datetime
    stage: Stage
    body_html: str = Field(description="Sanitised HTML; may be empty.", examples=["<p>We found the cause.</p>"])
    edited_at: dt.datetime | None


class PublicReturn(BaseModel):
    """A service for which an incident is over."""

    component: str = Field(description="Its key.", examples=["shop"])
    duration_s: float = Field(description="For how long it was part of it.")


class PublicIncident(BaseModel):
    """An incident as its page tells it."""

    key: str = Field(description="The same for as long as the incident exists.")
    title: str = Field(examples=["Payments fail"])
    impact: Impact = Field(description="The worst on the services of this page; `degraded` while it is `flapping`.")
    flapping: bool = Field(description="It comes and goes too often for one moment to say how it is.")
    stage: Stage
    started_at: dt.datetime
    resolved_at: dt.datetime | None = Field(description="Null while it is open.")
    components: list[str] = Field(
        description="The keys of the services it concerns; while it is open, those that still are part of it.",
        examples=[["shop"]],
    )
    back: list[PublicReturn] = Field(description="The services for which it is over.")
    updates: list[PublicIncidentUpdate] = Field(
        description="Newest first, 20 at most, and fewer once a page has told 200,000 characters of its incidents."
    )
    updates_left_out: int = Field(description="How many older ones there are besides.")
    post_mortem_html: str = Field(description="What happened, as sanitised HTML; empty until it is published.")
    post_mortem_left_out: bool = Field(description="Whether one was published for which the page has no room.")


class PublicStatusPage(BaseModel):
    """A status page."""

    title: str = Field(examples=["Acme"])
    description: str
    state: PublicState = Field(description="Of everything together: the worst that is.")
    summary: str = Field(
        description="The same in a sentence, in the page's language.", examples=["All services are up"]
    )
    as_of: dt.datetime = Field(description="When it was so.")
    stale: bool = Field(
        description="True while healther shows the last it knew: it cannot reach its records, or checks are late."
    )
    checks_late: bool = Field(description="Whether a check is overdue by more than a minute.")
    time_zone: str = Field(description="The zone its days are counted in.", examples=["Europe/Berlin"])
    language: str = Field(examples=["en"])
    sections: list[PublicSection]
    events: list[PublicTrouble] = Field(description="Of the last 14 days, newest first, 50 at most.")
    maintenance: list[PublicMaintenance] = Field(description="Under way and announced, by its beginning.")
    incidents: list[PublicIncident] = Field(
        description="Those that are open, then those resolved in the last 14 days; the latest first, 50 at most."
    )


class PublicBadge(BaseModel):
    """A badge as shields.io reads it from an endpoint."""

    schemaVersion: int = Field(default=1, examples=[1])  # noqa: N815 - their spelling
    label: str = Field(examples=["Shop"])
    message: str = Field(examples=["Operational"])
    color: str = Field(examples=["#1c9a4b"])
    isError: bool = Field(default=False, description="True while the service is down.")  # noqa: N815
