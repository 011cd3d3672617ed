"""What everybody may see. A field is public only by being written down here; a test holds the list (S8)."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

PublicState = Literal["pending", "healthy", "degraded", "down", "unknown", "maintenance", "paused"]
DayState = Literal["healthy", "degraded", "down", "unknown", "maintenance"]
EventState = Literal["degraded", "down", "maintenance"]


class PublicDay(BaseModel):
    """One daily bar, UTC."""

    date: dt.date
    state: DayState = Field(description="The worst state of the day.")
    uptime_percent: float | None = Field(description="Floored to 3 decimals; null when nothing is known.")
    degraded_s: float
    down_s: float
    maintenance_s: float


class PublicWatcher(BaseModel):
    """One service on the page."""

    name: str
    state: PublicState
    since: dt.datetime
    uptime_percent: float | None = Field(description="Over the days shown.")
    days: list[PublicDay] = Field(description="90 days, oldest first, today included.")


class PublicEvent(BaseModel):
    """A stretch of trouble or maintenance."""

    watcher: str = Field(description="The service's name.")
    status: EventState
    started_at: dt.datetime
    ended_at: dt.datetime | None = Field(description="Null while it goes on.")
    duration_s: float | None = Field(description="Null while it goes on.")
    reason: str | None = Field(description="One word of a closed list.", examples=["timeout"])


class PublicPage(BaseModel):
    """A workspace's public face."""

    name: str
    state: PublicState = Field(description="Of everything together: the worst that is.")
    watchers: list[PublicWatcher]
    recent_events: list[PublicEvent] = Field(description="Of the last 14 days, newest first, 50 at most.")
