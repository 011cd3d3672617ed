"""Tables of maintenance. Times are milliseconds since the epoch."""

from uuid import UUID

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, String, Text
from sqlmodel import Field, SQLModel

from healther.core.clock import now_ms
from healther.core.columns import Id
from healther.core.ids import new_id


class MaintenanceWindow(SQLModel, table=True):
    """When watchers are expected to fail: once, by an RFC 5545 rule in a time zone, or until somebody ends it.

    `duration_ms` null = open-ended, until `ended_at`. It covers the whole workspace, or the watchers that carry one
    of `tags` (folded names) and those of MaintenanceWatcher.

    `next_turn_at` is when the ledger must be looked at because of it: its next beginning or end, or an edit; null =
    never again. `running_since` and `running_until` are the occurrence that the ledger was told of. `deleted_at`: it is
    gone as soon as the ledger knows.
    """

    __tablename__ = "maintenancewindow"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    title: str = Field(sa_column=Column(String(100), nullable=False))
    description: str = Field(default="", sa_column=Column(Text, nullable=False))
    starts_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    duration_ms: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    rrule: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    time_zone: str = Field(default="UTC", sa_column=Column(String(64), nullable=False))
    all_watchers: bool = Field(default=False)
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    announce_before_ms: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    ended_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    next_turn_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    running_since: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    running_until: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    deleted_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    created_by: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    version: int = Field(default=1)
    created_at: int = Field(default_factory=now_ms, sa_column=Column(BigInteger, nullable=False))


class MaintenanceWatcher(SQLModel, table=True):
    """A watcher chosen by name for a window."""

    __tablename__ = "maintenancewatcher"

    window_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("maintenancewindow.id", ondelete="CASCADE"), primary_key=True)
    )
    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True, index=True)
    )


class MaintenanceCover(SQLModel, table=True):
    """A watcher that is in maintenance now, since when, and by which window: what the ledger was told."""

    __tablename__ = "maintenancecover"

    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    window_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("maintenancewindow.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    since: int = Field(sa_column=Column(BigInteger, nullable=False))
    until: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
