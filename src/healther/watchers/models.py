"""Tables of watchers: the configuration people edit, and the hot row the pipeline keeps beside it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    false,
)
from sqlmodel import Field, SQLModel

from healther.accounts.models import utc_now
from healther.core.columns import Id, UtcMillis
from healther.core.ids import new_id
from healther.watchers.states import State, StateColumn


class ServiceWatcher(SQLModel, table=True):
    """What is watched, how, and when it counts as down.

    `options` is the kind's further configuration without secrets; `sealed_options` the secret part, encrypted.
    """

    __tablename__ = "servicewatcher"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    name: str = Field(sa_column=Column(String(100), nullable=False))
    kind: str = Field(default="http", sa_column=Column(String(40), nullable=False))
    url: str = Field(sa_column=Column(Text, nullable=False))
    expected_status: str = Field(default="200-299", sa_column=Column(String(200), nullable=False))
    expected_body: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    every_value: int = Field(default=1)
    every_unit: str = Field(default="minutes", sa_column=Column(String(10), nullable=False))
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sealed_options: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    region: str = Field(default="default", sa_column=Column(String(40), nullable=False))
    failure_threshold: int = Field(default=2)
    recovery_threshold: int = Field(default=1)
    degraded_after_ms: int | None = Field(default=None)
    certificate_days: int = Field(default=14)
    timeout_ms: int = Field(default=10_000)
    paused_at: datetime | None = Field(default=None, sa_column=Column(UtcMillis, nullable=True))
    version: int = Field(default=1)
    created_at: datetime = Field(default_factory=utc_now, sa_column=Column(UtcMillis, nullable=False))
    updated_at: datetime = Field(default_factory=utc_now, sa_column=Column(UtcMillis, nullable=False))


class WatcherTag(SQLModel, table=True):
    """A tag of a watcher. `folded` is what makes two spellings one tag; `name` is the workspace's first spelling."""

    __tablename__ = "watchertag"
    __table_args__ = (
        Index("ix_watchertag_workspace_id_folded", "workspace_id", "folded"),
        {"sqlite_with_rowid": False},
    )

    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    folded: str = Field(sa_column=Column(String(160), primary_key=True))
    workspace_id: UUID = Field(sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False))
    name: str = Field(sa_column=Column(String(40), nullable=False))


class WatcherState(SQLModel, table=True):
    """The hot row of a watcher: its schedule, its lease, what is believed, and the hour being counted.

    Written by the pipeline in bulk (monitoring/store_*.py), read by everyone. All times are milliseconds since the
    epoch. `in_maintenance`: the ledger says so whatever is believed; `ledger_moved_at` is when that last began or
    ended. `due_at` is when a scheduler may claim the watcher: its next slot or, while a check is under way, the end
    of that check's lease; null = paused. `fence` counts claims: a result with an older fence is refused.
    """

    __tablename__ = "watcherstate"
    __table_args__ = (Index("ix_watcherstate_region_due_at", "region", "due_at"),)

    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    region: str = Field(sa_column=Column(String(40), nullable=False))
    version: int = Field(default=1)
    interval_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    phase_ms: int = Field(sa_column=Column(BigInteger, nullable=False))
    timeout_ms: int = Field(sa_column=Column(Integer, nullable=False))

    due_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    fence: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    lease_slot: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    last_slot: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    missed_slots: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))

    state: State = Field(default=State.PENDING, sa_column=Column(StateColumn, nullable=False))
    since: int = Field(sa_column=Column(BigInteger, nullable=False))
    impaired_run: int = Field(default=0)
    impaired_since: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    down_run: int = Field(default=0)
    down_since: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    last_known: State | None = Field(default=None, sa_column=Column(StateColumn, nullable=True))

    known_until: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    accounted_until: int = Field(sa_column=Column(BigInteger, nullable=False))
    hour: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    hour_counts: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))

    in_maintenance: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    ledger_moved_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))

    last_checked_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    last_status: State | None = Field(default=None, sa_column=Column(StateColumn, nullable=True))
    last_response_time_ms: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    last_reason: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))
    last_message: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    certificate_not_after: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class WatcherParent(SQLModel, table=True):
    """`watcher_id` depends on `parent_id`: while the parent is down nobody is told of the child."""

    __tablename__ = "watcherparent"

    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    parent_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True, index=True)
    )


class ServedRegion(SQLModel, table=True):
    """A region, and when one of the processes that check it last said so, in milliseconds since the epoch."""

    __tablename__ = "servedregion"

    region: str = Field(sa_column=Column(String(40), primary_key=True))
    seen_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class Flapping(SQLModel, table=True):
    """A watcher that changes its state too often to be believed, in epoch ms: its incident stays open until it settles.

    `settles_at`: when that is, if it changes no more; null while healther cannot see it, and nobody knows.
    """

    __tablename__ = "flapping"

    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), primary_key=True)
    )
    since: int = Field(sa_column=Column(BigInteger, nullable=False))
    settles_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
