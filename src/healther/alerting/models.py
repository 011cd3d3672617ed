"""Tables of alerting. Times are milliseconds since the epoch."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlmodel import Field, SQLModel

from healther.alerting.policies.stored import StoredSteps
from healther.core.clock import now_ms
from healther.core.columns import Id, JsonNames, JsonObject
from healther.core.ids import new_id


class DeliveryState(StrEnum):
    """Where a delivery stands. `dead` is given up and shown; `cancelled` was overtaken by events before it left."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Lane(StrEnum):
    """Which senders take a delivery: alerts never wait behind mail to subscribers."""

    ALERT = "alert"
    SUBSCRIBER = "subscriber"


class Channel(SQLModel, table=True):
    """Where a workspace's messages go. `options` without secrets; `sealed_options` the secret part, encrypted.

    `failures` in a row and `retry_at` hold back a channel that does not answer; `disabled_reason` one that never will.
    """

    __tablename__ = "channel"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    name: str = Field(sa_column=Column(String(100), nullable=False))
    kind: str = Field(sa_column=Column(String(40), nullable=False))
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sealed_options: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    enabled: bool = Field(default=True)
    quiet_hours: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    failures: int = Field(default=0)
    retry_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    last_sent_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    last_error: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    disabled_reason: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    version: int = Field(default=1)
    created_at: int = Field(default_factory=now_ms, sa_column=Column(BigInteger, nullable=False))


class AlertPolicy(SQLModel, table=True):
    """Who hears of which changes of which watchers, after how long, and who next (see alerting/schemas)."""

    __tablename__ = "alertpolicy"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    name: str = Field(sa_column=Column(String(100), nullable=False))
    enabled: bool = Field(default=True)
    is_default: bool = Field(default=False)
    all_watchers: bool = Field(default=True)
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    watcher_ids: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    changes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(StoredSteps, nullable=False))
    remind_every_s: int | None = Field(default=None)
    version: int = Field(default=1)
    created_at: int = Field(default_factory=now_ms, sa_column=Column(BigInteger, nullable=False))


class AlertRun(SQLModel, table=True):
    """One policy at work on one incident: what it told (`kind`), which step is next, and when.

    Acknowledged it stands still (`next_at` null), recovery ends it. `told_members`: how many watchers it has
    told of; those that join are told of at `follow_up_at`, earlier where they are as many, at once while it is null.
    `returns_at`: when those that are back while it goes on are told of.
    """

    __tablename__ = "alertrun"
    __table_args__ = (
        Index(
            "ix_alertrun_next_at",
            "next_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    incident_id: UUID = Field(sa_column=Column(Id, ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True))
    policy_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("alertpolicy.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    kind: str = Field(sa_column=Column(String(20), nullable=False))
    started_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    told_members: int = Field(default=0)
    follow_up_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    returns_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    next_step: int = Field(default=0)
    next_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    ended_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    end_reason: str | None = Field(default=None, sa_column=Column(String(40), nullable=True))


class Delivery(SQLModel, table=True):
    """One message on its way to one channel or subscriber; `id` is its stable name (Message-ID, Idempotency-Key).

    Queued ones are claimed by `next_at` under a lease (`lease_until`, `fence`). One with `after_id` waits until that
    one is no longer queued: "recovered" never overtakes "down". `body` is the message as facts (channels.base.Message),
    `reached` the addresses of an email channel that have it, also where an attempt broke off. `link_ended_at`: somebody
    it was mailed to has deleted their account, and its acknowledging link ended with that.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_queued",
            "lane",
            "next_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        # With what planning asks of each place, so that it reads no row, and no message, of what has left.
        Index("ix_delivery_incident_id_told", "incident_id", "state", "kind", "channel_id", "user_id", "created_at"),
        Index("ix_delivery_workspace_id_created_at", "workspace_id", "created_at"),
        Index("ix_delivery_channel_id_created_at", "channel_id", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False))
    lane: Lane = Field(default=Lane.ALERT, sa_column=Column(String(10), nullable=False))
    kind: str = Field(sa_column=Column(String(20), nullable=False))
    channel_id: UUID | None = Field(
        default=None, sa_column=Column(Id, ForeignKey("channel.id", ondelete="CASCADE"), nullable=True)
    )
    subscriber_id: UUID | None = Field(
        default=None, sa_column=Column(Id, ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=True, index=True)
    )
    user_id: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    incident_id: UUID | None = Field(
        default=None, sa_column=Column(Id, ForeignKey("incident.id", ondelete="CASCADE"), nullable=True)
    )
    after_id: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    body: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonObject, nullable=False))
    state: DeliveryState = Field(default=DeliveryState.QUEUED, sa_column=Column(String(10), nullable=False))
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    next_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    attempts: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    lease_until: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    fence: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    ended_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    answer: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    reached: list[str] | None = Field(default=None, sa_column=Column(JsonNames, nullable=True))
    link_ended_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))

    @property
    def readable(self) -> bool:
        """Whether what it says could be read: a row may be damaged."""
        return bool(self.body)


class DeliveryAttempt(SQLModel, table=True):
    """One try of a delivery and what the other side answered."""

    __tablename__ = "deliveryattempt"

    delivery_id: UUID = Field(sa_column=Column(Id, ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True))
    number: int = Field(primary_key=True)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    took_ms: int = Field(default=0)
    outcome: str = Field(sa_column=Column(String(10), nullable=False))
    answer: str = Field(default="", sa_column=Column(Text, nullable=False))


class MailBudget(SQLModel, table=True):
    """The alert mails of a workspace by the operator's server, in the hour that ends at `window_ends_at`.

    `told_at`: when its owners were told that more wait. Epoch milliseconds.
    """

    __tablename__ = "mailbudget"

    workspace_id: UUID = Field(sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True))
    window_ends_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    mails: int = Field(default=0)
    told_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class Rotation(SQLModel, table=True):
    """Who is on call in turn. `members` are user ids in order; a turn is a day or a week, handed over at a local time.

    `handover_minute` is minutes after local midnight; `handover_weekday` 0 = Monday (weekly only). The first turn
    begins on the local day `starts_on`. `feed_token_hash` is of the link to its calendar,
    which works while `feed_made_by` is a member.
    """

    __tablename__ = "rotation"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    name: str = Field(sa_column=Column(String(100), nullable=False))
    every: str = Field(default="week", sa_column=Column(String(5), nullable=False))
    time_zone: str = Field(default="UTC", sa_column=Column(String(64), nullable=False))
    handover_weekday: int = Field(default=0)
    handover_minute: int = Field(default=540)
    starts_on: str = Field(sa_column=Column(String(10), nullable=False))
    members: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    feed_token_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True, unique=True))
    feed_made_by: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    version: int = Field(default=1)
    created_at: int = Field(default_factory=now_ms, sa_column=Column(BigInteger, nullable=False))


class RotationOverride(SQLModel, table=True):
    """Somebody else is on call from `starts_at` until `ends_at`."""

    __tablename__ = "rotationoverride"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    rotation_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("rotation.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    user_id: UUID = Field(sa_column=Column(Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False))
    starts_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    ends_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    created_by: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
