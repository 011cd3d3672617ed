"""Wire schemas of watchers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from healther.core.json_values import Whole
from healther.core.text import Name, Patch, Wire, without_nul
from healther.core.wire import Millis
from healther.watchers.cadence import MAX_TIMEOUT_MS, MIN_TIMEOUT_MS, CadenceUnit
from healther.watchers.parents import DependsOn
from healther.watchers.tags import Tags

StateLabel = Literal["pending", "healthy", "degraded", "down", "unknown", "paused"]

Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2048),
    AfterValidator(without_nul),
    Field(description="What is asked.", examples=["https://example.com/health"]),
]
ExpectedStatus = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(without_nul),
    Field(description="Status codes that count as success.", examples=["200", "2xx", "200-299,404"]),
]
ExpectedBody = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000),
    AfterValidator(without_nul),
    Field(description="Text the body must contain, or a pattern between slashes.", examples=["ok", "/up|ok/i"]),
]
EveryValue = Annotated[
    Whole,
    Field(ge=1, le=100_000_000, description="How often, in `every_unit`: from 10 seconds to 52 weeks.", examples=[1]),
]
ProbeOptions = Annotated[
    dict[str, Any],
    Field(
        description="The kind's further options (GET /probe-kinds). Secrets come back as ********; sending the mask "
        "keeps what is stored. Null is the default. An update changes what it names and keeps the rest, secrets too.",
        examples=[{"method": "GET", "headers": {"X-Api-Key": "secret"}}],
    ),
]
Region = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9-]{1,40}$"),
    Field(description="Whose workers check it; one that has some."),
]
Threshold = Annotated[Whole, Field(ge=1, le=10)]
DegradedAfter = Annotated[Whole, Field(ge=1, le=60_000, description="Slower than this is degraded; null = never.")]
CertificateDays = Annotated[Whole, Field(ge=0, le=365, description="A certificate this close to its end is degraded.")]
Timeout = Annotated[Whole, Field(ge=MIN_TIMEOUT_MS, le=MAX_TIMEOUT_MS, description="Total time for one check.")]


class WatcherProbe(Wire):
    """What one check asks and expects."""

    kind: str = Field(default="http", max_length=40, examples=["http"])
    url: Url
    expected_status: ExpectedStatus = "200-299"
    expected_body: ExpectedBody | None = None
    options: ProbeOptions = Field(default_factory=dict)
    degraded_after_ms: DegradedAfter | None = None
    certificate_days: CertificateDays = 14
    timeout_ms: Timeout = 10_000


class WatcherCreate(WatcherProbe):
    """A new watcher; its first check starts at once."""

    name: Name = Field(examples=["Shop"])
    every_value: EveryValue = 1
    every_unit: CadenceUnit = CadenceUnit.MINUTES
    region: Region | None = Field(default=None, description="Left out: the region of this installation.")
    failure_threshold: Threshold = Field(default=2, description="So many failed checks in a row make it down.")
    recovery_threshold: Threshold = Field(default=1, description="So many good checks in a row make it healthy.")
    tags: Tags = Field(default_factory=list)
    depends_on: DependsOn = Field(default_factory=list)


class WatcherUpdate(Patch):
    """Changes of a watcher; what is left out stays."""

    name: Name | None = None
    url: Url | None = None
    expected_status: ExpectedStatus | None = None
    expected_body: ExpectedBody | None = None
    options: ProbeOptions | None = None
    every_value: EveryValue | None = None
    every_unit: CadenceUnit | None = None
    region: Region | None = None
    failure_threshold: Threshold | None = None
    recovery_threshold: Threshold | None = None
    degraded_after_ms: DegradedAfter | None = None
    certificate_days: CertificateDays | None = None
    timeout_ms: Timeout | None = None
    tags: Tags | None = Field(default=None, description="Replaces all of them.")
    depends_on: DependsOn | None = None

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """No expected body and no limit of slowness are choices."""
        return frozenset({"expected_body", "degraded_after_ms"})


class WatcherMaintenance(BaseModel):
    """The window a watcher is in now; of several, the one that lasts longest."""

    window_id: UUID
    title: str = Field(examples=["Network upgrade"])
    since: datetime
    until: datetime | None = Field(description="Null = until somebody ends it.")


class WatcherPublic(BaseModel):
    """A watcher and how it is right now."""

    id: UUID
    workspace_id: UUID
    name: str
    kind: str
    url: str
    expected_status: str
    expected_body: str | None
    options: dict[str, Any] = Field(description="Secrets are masked.")
    every_value: int
    every_unit: CadenceUnit
    region: str
    region_served: bool = Field(description="Whether a worker of its region was at work in the last minutes.")
    failure_threshold: int
    recovery_threshold: int
    degraded_after_ms: int | None
    certificate_days: int
    timeout_ms: int
    tags: list[str] = Field(examples=[["checkout", "production"]])
    depends_on: list[UUID] = Field(description="While one of these is down nobody is told of this one.")
    version: int
    created_at: datetime
    updated_at: datetime
    paused_at: datetime | None
    state: StateLabel
    since: datetime = Field(description="Since when it has been in this state.")
    maintenance: WatcherMaintenance | None = Field(
        description="The maintenance window it is in; what is believed of it stands beside that, in `state`."
    )
    flapping_since: datetime | None = Field(
        description="Since when it has changed too often to be believed; null = it does not flap."
    )
    settles_at: datetime | None = Field(
        description="When a flapping one counts as settled if it changes no more; null while nobody can see it."
    )
    last_checked_at: datetime | None
    last_response_time_ms: Millis | None
    last_reason: str | None = Field(description="Why the last check was not healthy.")
    last_message: str | None
    next_check_at: datetime | None = Field(description="Null while it is paused or being checked.")
    certificate_not_after: datetime | None
    missed_slots: int = Field(description="Checks skipped because healther was late or not running.")


class WatcherSort(StrEnum):
    """Orders of a list; a leading minus turns them round."""

    NAME = "name"
    NAME_DOWN = "-name"
    CREATED = "created_at"
    CREATED_DOWN = "-created_at"


class ProbeKindPublic(BaseModel):
    """A kind of check and the form of its options."""

    kind: str
    description: str
    json_schema: dict[str, Any] = Field(description="JSON Schema of its fields; writeOnly ones are never shown.")
