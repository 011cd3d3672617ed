"""Wire schemas of history."""

import datetime as dt
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from healther.core.clock import SECOND_MS, to_utc
from healther.core.wire import Millis
from healther.history.ledger import StateTimes
from healther.history.steps import Step
from healther.history.values import RollupValues
from healther.watchers.schemas import StateLabel

EventStatus = Literal["healthy", "degraded", "down", "unknown"]
SpanState = Literal["healthy", "degraded", "down", "unknown", "maintenance"]
ChangeState = StateLabel | Literal["maintenance"]

_PERCENT = (
    "Time healthy or degraded over time watched, floored to 3 decimals; null when nothing is known. Unknown and "
    "maintenance are not in it."
)


class EventPublic(BaseModel):
    """One check and what it said."""

    id: int
    watcher_id: UUID
    slot: datetime = Field(description="The time the check was planned for.")
    created_at: datetime = Field(description="When the check began.")
    status: EventStatus
    response_status: int | None = Field(examples=[200])
    response_time_ms: Millis | None = Field(description="Null when no answer came.", examples=[41.7])
    dns_ms: Millis | None
    connect_ms: Millis | None
    tls_ms: Millis | None
    first_byte_ms: Millis | None
    transfer_ms: Millis | None
    reason: str | None = Field(description="Why it was not healthy, one word of a closed list.", examples=["timeout"])
    message: str | None = Field(description="The same for people.")


class ChangePublic(BaseModel):
    """A confirmed change of state."""

    id: UUID
    from_state: ChangeState
    to_state: ChangeState
    at: datetime = Field(description="When it changed: the first check that showed it.")
    detected_at: datetime = Field(description="When it was confirmed.")
    reason: str | None
    message: str | None
    address: str | None = Field(
        description="Of a failure, the one that was dialled by the check that confirmed it.", examples=["192.0.2.7"]
    )
    certificate_sha256: str | None = Field(
        description="Of a failure, the fingerprint of the certificate that check saw, in hexadecimal."
    )
    http_version: str | None = Field(
        description="Of a failure, the version of HTTP it was answered in; null when no complete answer came.",
        examples=["1.1", "2"],
    )
    tls_version: str | None = Field(
        description="Of a failure, the version of TLS that was agreed on; null without TLS, or before it stood.",
        examples=["TLSv1.3"],
    )
    tls_cipher: str | None = Field(
        description="Of a failure, the cipher suite that was agreed on.", examples=["TLS_AES_256_GCM_SHA384"]
    )


class Times(BaseModel):
    """Seconds in each state, exact to the millisecond; the five add up to the window."""

    healthy_s: float
    degraded_s: float
    down_s: float
    unknown_s: float = Field(description="Nobody watched: before it was made, while paused, when healther was off.")
    maintenance_s: float
    uptime_percent: float | None = Field(description=_PERCENT, examples=[99.982])


class Amended(Times):
    """With what people have corrected; what was recorded stands beside it."""

    amended: bool = Field(description="Whether people have corrected the record of this time.")
    raw: Times | None = Field(description="What was recorded, where it was corrected.")


class UptimePublic(Amended):
    """What a window was made of."""

    from_: datetime = Field(serialization_alias="from")
    to: datetime = Field(description="As asked for, or now where that lies in the future.")

    @classmethod
    def of(cls, from_ms: int, to_ms: int, times: StateTimes, raw: StateTimes | None = None) -> Self:
        """From the ledger's figures."""
        return cls(from_=to_utc(from_ms), to=to_utc(to_ms), **seconds(times), **_raw_fields(times, raw))


class DayPublic(Amended):
    """What one day was made of; today so far."""

    date: dt.date
    state: SpanState = Field(description="The worst state of the day.")

    @classmethod
    def of(cls, day: dt.date, times: StateTimes, raw: StateTimes | None = None) -> Self:
        """From the ledger's figures."""
        return cls(**day_fields(day, times, raw))


class DailyPublic(BaseModel):
    """The last days of a watcher, oldest first, today included."""

    tz: str = Field(description="The time zone whose days these are.", examples=["UTC"])
    uptime_percent: float | None = Field(description=_PERCENT)
    amended: bool = Field(description="Whether people have corrected the record of these days.")
    raw_uptime_percent: float | None = Field(description="The same of what was recorded.")
    days: list[DayPublic]


class WatcherDailyPublic(DailyPublic):
    """The last days of one of a workspace's watchers."""

    watcher_id: UUID
    name: str


class LatencyPoint(BaseModel):
    """One step of a chart. Latency is of checks that found the service working (healthy or degraded)."""

    at: datetime = Field(description="The step's start.")
    checks: int = Field(description="Checks of every status.")
    measured: int = Field(description="Checks with a latency.")
    p50_ms: Millis | None = Field(description="Quantiles are within 1 %.")
    p95_ms: Millis | None
    p99_ms: Millis | None
    dns_ms: Millis | None = Field(description="Phases are means over the checks that had them.")
    connect_ms: Millis | None
    tls_ms: Millis | None
    first_byte_ms: Millis | None
    transfer_ms: Millis | None

    @classmethod
    def of(cls, at_ms: int, values: RollupValues) -> Self:
        """From a rollup."""
        p50, p95, p99 = values.sketch.quantiles((0.50, 0.95, 0.99))
        return cls(
            at=to_utc(at_ms),
            checks=values.checks,
            measured=values.sketch.count,
            p50_ms=p50,
            p95_ms=p95,
            p99_ms=p99,
            **{f"{phase}_ms": ms for phase, ms in values.phase_means().items()},
        )


class LatencyPublic(BaseModel):
    """Latency over time, one point a step, those without checks included."""

    from_: datetime = Field(serialization_alias="from", description="The start of the first step.")
    to: datetime = Field(description="The end of the last step.")
    step: Step
    points: list[LatencyPoint]


def seconds(times: StateTimes) -> dict[str, float | None]:
    """The fields of Times."""
    return {
        "healthy_s": times.healthy_ms / SECOND_MS,
        "degraded_s": times.degraded_ms / SECOND_MS,
        "down_s": times.down_ms / SECOND_MS,
        "unknown_s": times.unknown_ms / SECOND_MS,
        "maintenance_s": times.maintenance_ms / SECOND_MS,
        "uptime_percent": times.uptime_percent,
    }


def amended_fields(times: StateTimes, raw: StateTimes | None) -> dict[str, Any]:
    """The fields of Amended and Times; `raw` is what was recorded, or None where nothing was corrected."""
    return {**seconds(times), **_raw_fields(times, raw)}


def day_fields(day: dt.date, times: StateTimes, raw: StateTimes | None = None) -> dict[str, object]:
    """The fields of DayPublic."""
    return {"date": day, **_times_fields(times, None if raw == times else raw)}


@lru_cache(maxsize=1024)
def _times_fields(times: StateTimes, raw: StateTimes | None) -> dict[str, object]:
    """Shared by all days that are alike: in a page of thousands, nearly all were healthy throughout."""
    return {"state": times.worst.label, **seconds(times), **_raw_fields(times, raw)}


def _raw_fields(times: StateTimes, raw: StateTimes | None) -> dict[str, Any]:
    """The fields of Amended."""
    amended = raw is not None and raw != times
    return {"amended": amended, "raw": seconds(raw) if raw is not None and amended else None}
