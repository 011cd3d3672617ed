"""Tables of incidents. Times are milliseconds since the epoch."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, String, Text, text
from sqlmodel import Field, SQLModel

from healther.core.clock import now_ms
from healther.core.columns import Id
from healther.core.ids import new_id

# What subscribers were not told yet; the index on it is asked every second.
UNTOLD = "planned_at IS NULL AND kind IN ('update', 'resolved', 'reopened')"


class Origin(StrEnum):
    """Who opened an incident."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Impact(StrEnum):
    """What an incident means for a component."""

    NONE = "none"
    DEGRADED = "degraded"
    DOWN = "down"


class Severity(StrEnum):
    """How bad a person (or the rule for automatic ones) says it is."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Stage(StrEnum):
    """The words in which an incident is told to the public."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class Hold(StrEnum):
    """Why nobody is told of an open incident for now."""

    MAINTENANCE = "maintenance"
    PARENT = "parent"
    FLAPPING = "flapping"
    NETWORK = "network"


class CauseKind(StrEnum):
    """What the members of a group have in common; the first that holds for most of them is named."""

    HOST = "host"
    ADDRESS = "address"
    CERTIFICATE = "certificate"
    ZONE = "zone"
    REGION = "region"


class EntryKind(StrEnum):
    """What an entry of the timeline tells."""

    OPENED = "opened"
    DETECTED = "detected"
    CONFIRMED = "confirmed"
    JOINED = "joined"
    WORSENED = "worsened"
    IMPROVED = "improved"
    RECOVERED = "recovered"
    LEFT = "left"
    UNKNOWN = "unknown"
    MERGED = "merged"
    HELD = "held"
    RELEASED = "released"
    FLAPPING = "flapping"
    SETTLED = "settled"
    RULE = "rule"
    NOTIFIED = "notified"
    NOT_NOTIFIED = "not_notified"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    UPDATE = "update"
    NOTE = "note"
    EDITED = "edited"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    AMENDED = "amended"
    POST_MORTEM = "post_mortem"


class Incident(SQLModel, table=True):
    """Something is wrong with one or more watchers, from `started_at` until `resolved_at`.

    An automatic one opens with the state change that impairs a watcher, in the same transaction. `merged_into_id`:
    it went up into another one that has the same cause (`cause_kind`, `cause`). `hold`: nobody is told for now.
    `planned_at`: alerting has decided who hears of it. `title_given`: a person chose the title; the others are made
    from what watchers are called inside, which no public page shows: of `title_facts`, with the English beside them, as
    `hold_detail` is of `hold_because`. `impact` is the worst it has been.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_workspace_id_started_at", "workspace_id", "started_at"),
        Index(
            "ix_incident_open",
            "workspace_id",
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index(
            "ix_incident_unplanned",
            "workspace_id",
            sqlite_where=text("planned_at IS NULL"),
            postgresql_where=text("planned_at IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False))
    title: str = Field(sa_column=Column(String(200), nullable=False))
    title_given: bool = Field(default=False)
    title_facts: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    origin: Origin = Field(default=Origin.AUTOMATIC, sa_column=Column(String(10), nullable=False))
    severity: Severity = Field(default=Severity.MAJOR, sa_column=Column(String(10), nullable=False))
    impact: Impact = Field(default=Impact.DOWN, sa_column=Column(String(10), nullable=False))
    stage: Stage = Field(default=Stage.INVESTIGATING, sa_column=Column(String(15), nullable=False))
    started_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    detected_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    resolved_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    acknowledged_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    acknowledged_by: str | None = Field(default=None, sa_column=Column(String(200), nullable=True))
    cause_kind: str | None = Field(default=None, sa_column=Column(String(20), nullable=True))
    cause: str | None = Field(default=None, sa_column=Column(String(300), nullable=True))
    merged_into_id: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True, index=True))
    hold: Hold | None = Field(default=None, sa_column=Column(String(15), nullable=True))
    hold_detail: str | None = Field(default=None, sa_column=Column(String(300), nullable=True))
    hold_because: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    root_cause: str = Field(default="", sa_column=Column(Text, nullable=False))
    post_mortem: str = Field(default="", sa_column=Column(Text, nullable=False))
    post_mortem_published_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    planned_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    created_by: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    version: int = Field(default=1)


class IncidentMember(SQLModel, table=True):
    """A watcher an incident is about. `left_at`: it recovered, was paused, or its state is no longer this one's.

    At most one open automatic incident per watcher: the partial unique index is the rule. `impact` is what it is now;
    `automatic`: healther moves it with the watcher's state, the others only people do. `merged_at`: it came from an
    incident of its own; whoever was told of this one before has not heard of it. `seen_left_at`, `return_told_at`: when
    planning saw that it had left one that goes on, and when that was told.
    """

    __tablename__ = "incidentmember"
    __table_args__ = (
        Index(
            "uq_incidentmember_open",
            "watcher_id",
            unique=True,
            sqlite_where=text("left_at IS NULL AND automatic"),
            postgresql_where=text("left_at IS NULL AND automatic"),
        ),
        Index("ix_incidentmember_watcher_id_joined_at", "watcher_id", "joined_at"),
    )

    incident_id: UUID = Field(sa_column=Column(Id, ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True))
    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    automatic: bool = Field(default=True, sa_column=Column(Boolean, nullable=False))
    impact: Impact = Field(default=Impact.DOWN, sa_column=Column(String(10), nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    message: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    joined_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    merged_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    left_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    seen_left_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    return_told_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class IncidentEntry(SQLModel, table=True):
    """One line of an incident's timeline. `body` is Markdown for updates; `facts` what the line is made of.

    An update is told to subscribers of the pages it was published on: `planned_at` null = nobody has yet.
    """

    __tablename__ = "incidententry"
    __table_args__ = (
        Index("ix_incidententry_incident_id_at", "incident_id", "at"),
        Index(
            "ix_incidententry_untold",
            "at",
            sqlite_where=text(UNTOLD),
            postgresql_where=text(UNTOLD),
        ),
    )

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    incident_id: UUID = Field(sa_column=Column(Id, ForeignKey("incident.id", ondelete="CASCADE"), nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: EntryKind = Field(sa_column=Column(String(20), nullable=False))
    watcher_id: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    actor_id: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    actor: str | None = Field(default=None, sa_column=Column(String(200), nullable=True))
    stage: Stage | None = Field(default=None, sa_column=Column(String(15), nullable=True))
    body: str = Field(default="", sa_column=Column(Text, nullable=False))
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    planned_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    edited_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class UpdateTemplate(SQLModel, table=True):
    """Words prepared for an update, so that nobody has to find them at three in the morning."""

    __tablename__ = "updatetemplate"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    name: str = Field(sa_column=Column(String(100), nullable=False))
    stage: Stage = Field(sa_column=Column(String(15), nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))
    created_at: int = Field(default_factory=now_ms, sa_column=Column(BigInteger, nullable=False))
