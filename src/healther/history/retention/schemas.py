"""Retention on the wire."""

from datetime import datetime

from pydantic import BaseModel, Field

from healther.core.clock import to_utc
from healther.core.json_values import Whole
from healther.core.text import Patch
from healther.history.retention.models import Retention

_MOST_DAYS = 36_500


class RetentionUpdate(Patch):
    """Other times to keep things for. What is shorter is forgotten within the hour, and nothing brings it back."""

    keep_events_days: Whole | None = Field(
        default=None, ge=1, le=3650, description="Single checks, and latency in steps under an hour.", examples=[30]
    )
    keep_hourly_days: Whole | None = Field(
        default=None, ge=7, le=_MOST_DAYS, description="Latency by the hour; null = for ever.", examples=[365]
    )
    keep_daily_days: Whole | None = Field(
        default=None,
        ge=400,
        le=_MOST_DAYS,
        description="Uptime and latency by the day, and the ledger they are made from; null = for ever.",
        examples=[None],
    )
    keep_deliveries_days: Whole | None = Field(
        default=None, ge=7, le=3650, description="Messages that were sent or given up.", examples=[90]
    )

    @classmethod
    def nullable(cls) -> frozenset[str]:
        return frozenset({"keep_hourly_days", "keep_daily_days"})


class RetentionPublic(BaseModel):
    """How many days a workspace keeps things for (null = for ever), and from when on it still has them."""

    keep_events_days: int = Field(examples=[30])
    keep_hourly_days: int | None = Field(examples=[365])
    keep_daily_days: int | None = Field(examples=[None])
    keep_deliveries_days: int = Field(examples=[90])
    events_from: datetime | None = Field(description="Older ones were forgotten; null = none yet.")
    hourly_from: datetime | None
    daily_from: datetime | None
    deliveries_from: datetime | None

    @classmethod
    def of(cls, row: Retention) -> "RetentionPublic":
        """The row as people see it."""
        return cls(
            keep_events_days=row.keep_events_days,
            keep_hourly_days=row.keep_hourly_days,
            keep_daily_days=row.keep_daily_days,
            keep_deliveries_days=row.keep_deliveries_days,
            events_from=_moment(row.events_from),
            hourly_from=_moment(row.hourly_from),
            daily_from=_moment(row.daily_from),
            deliveries_from=_moment(row.deliveries_from),
        )


def _moment(at_ms: int) -> datetime | None:
    return to_utc(at_ms) if at_ms else None
