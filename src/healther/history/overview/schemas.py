"""The overview on the wire. Its bytes are written by hand (overview/write.py); a test holds them to this."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from healther.core.wire import Millis
from healther.history.overview.past import DAYS, HOURS
from healther.watchers.schemas import WatcherMaintenance

OverviewState = Literal["pending", "healthy", "degraded", "down", "unknown", "maintenance", "paused"]


class OverviewWatcher(BaseModel):
    """One watcher's line."""

    id: UUID
    name: str
    kind: str = Field(examples=["http"])
    url: str
    tags: list[str]
    state: OverviewState
    since: datetime = Field(description="Since when it has been in this state.")
    maintenance: WatcherMaintenance | None = Field(description="The maintenance window it is in, beside its state.")
    flapping_since: datetime | None = Field(
        description="Since when it has changed too often to be believed; null = it does not flap."
    )
    last_checked_at: datetime | None
    last_response_time_ms: Millis | None
    last_reason: str | None = Field(description="Why the last check was not healthy.", examples=["timeout"])
    last_message: str | None
    next_check_at: datetime | None = Field(description="Null while it is paused or being checked.")
    interval_s: float = Field(description="Seconds from check to check.", examples=[60])
    uptime_90d_percent: float | None = Field(
        description="Over the 90 days shown, floored to 3 decimals; null when nothing is known.", examples=[99.982]
    )
    uptime_24h_percent: float | None = Field(description="Over the last 24 hours, to the millisecond.", examples=[100])
    latency_24h: Annotated[list[Millis | None], Field(min_length=HOURS, max_length=HOURS)] = Field(
        description="The median latency of each of the last 24 hours (UTC), oldest first, the present one last."
    )
    days: str = Field(
        min_length=DAYS,
        max_length=DAYS,
        pattern="^[hdxum-]*$",
        description="The last 90 days (UTC), oldest first, a letter each, the day's worst: `h` healthy, `d` degraded, "
        "`x` down, `m` maintenance, `u` unknown (nobody watched), `-` before the watcher was made.",
        examples=["-" * 60 + "h" * 27 + "xhh"],
    )
    amended: bool = Field(description="Whether people have corrected the record of these 90 days; figures say so too.")
    certificate_not_after: datetime | None
    region_served: bool = Field(description="Whether a worker of its region was at work in the last minutes.")
    created_at: datetime


class OverviewPublic(BaseModel):
    """Every watcher of a workspace, by name."""

    as_of: datetime
    counts: dict[OverviewState, int] = Field(description="How many watchers are in each state.")
    watchers: list[OverviewWatcher]
