"""Tables of status pages: a page, its sections, and the watchers they show under public names."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlmodel import Field, SQLModel

from healther.accounts.models import utc_now
from healther.core.columns import Id, JsonNames, UtcMillis
from healther.core.ids import new_id


class PageAccess(StrEnum):
    """Who may see a published page."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PASSWORD = "password"  # noqa: S105 - the name of a way in


class StatusPage(SQLModel, table=True):
    """What a workspace shows the public in one place. `version` counts edits: caches compare it.

    `custom_domain` is the one it is served under; what was entered is its PageDomain. `logo` is a PNG that healther
    wrote itself; `footer_links` a list of {label, url}.
    """

    __tablename__ = "statuspage"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    slug: str = Field(sa_column=Column(String(63), nullable=False, unique=True))
    title: str = Field(sa_column=Column(String(100), nullable=False))
    description: str = Field(default="", sa_column=Column(Text, nullable=False))
    logo: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    accent: str | None = Field(default=None, sa_column=Column(String(7), nullable=True))
    custom_domain: str | None = Field(default=None, sa_column=Column(String(253), nullable=True, unique=True))
    is_published: bool = Field(default=True)
    access: PageAccess = Field(default=PageAccess.PUBLIC, sa_column=Column(String(10), nullable=False))
    password_hash: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    noindex: bool = Field(default=False)
    show_bars: bool = Field(default=True)
    show_uptime: bool = Field(default=True)
    show_latency: bool = Field(default=False)
    subscribers: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, server_default=true()))
    footer_links: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    time_zone: str = Field(default="UTC", sa_column=Column(String(60), nullable=False))
    language: str = Field(default="en", sa_column=Column(String(8), nullable=False))
    version: int = Field(default=1)
    created_at: datetime = Field(default_factory=utc_now, sa_column=Column(UtcMillis, nullable=False))
    updated_at: datetime = Field(default_factory=utc_now, sa_column=Column(UtcMillis, nullable=False))


class DomainProof(StrEnum):
    """Why a domain is served."""

    RECORD = "record"
    TRUSTED = "trusted"


class PageDomain(SQLModel, table=True):
    """The domain that was entered for a page. Without `proof` it is anybody's, and not served. Epoch milliseconds.

    `next_at`: when DNS is asked next, null = not again. `missing_since`: since when the record is known to be gone.
    """

    __tablename__ = "pagedomain"

    page_id: UUID = Field(sa_column=Column(Id, ForeignKey("statuspage.id", ondelete="CASCADE"), primary_key=True))
    domain: str = Field(sa_column=Column(String(253), nullable=False))
    proof: DomainProof | None = Field(default=None, sa_column=Column(String(10), nullable=True))
    entered_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    next_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    checked_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    missing_since: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    problem: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


class StatusPageSection(SQLModel, table=True):
    """A heading of a page and the order it comes in; an empty name draws no heading."""

    __tablename__ = "statuspagesection"
    __table_args__ = (Index("ix_statuspagesection_page_id_position", "page_id", "position"),)

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    page_id: UUID = Field(sa_column=Column(Id, ForeignKey("statuspage.id", ondelete="CASCADE"), nullable=False))
    position: int
    name: str = Field(sa_column=Column(String(100), nullable=False))


class StatusPageComponent(SQLModel, table=True):
    """A watcher on a page under a public name; `key` is what its badges are called in addresses."""

    __tablename__ = "statuspagecomponent"
    __table_args__ = (Index("ix_statuspagecomponent_section_id_position", "section_id", "position"),)

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    section_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("statuspagesection.id", ondelete="CASCADE"), nullable=False)
    )
    watcher_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("servicewatcher.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    position: int
    name: str = Field(sa_column=Column(String(100), nullable=False))
    key: str = Field(sa_column=Column(String(63), nullable=False))


class StatusPageIncident(SQLModel, table=True):
    """An incident that a page tells: its updates, and what it means for the page's components."""

    __tablename__ = "statuspageincident"

    page_id: UUID = Field(sa_column=Column(Id, ForeignKey("statuspage.id", ondelete="CASCADE"), primary_key=True))
    incident_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class StatusPageMaintenance(SQLModel, table=True):
    """A maintenance window that a page announces."""

    __tablename__ = "statuspagemaintenance"

    page_id: UUID = Field(sa_column=Column(Id, ForeignKey("statuspage.id", ondelete="CASCADE"), primary_key=True))
    window_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("maintenancewindow.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
    announced_for: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class Subscriber(SQLModel, table=True):
    """Who wants to hear of a page's incidents: an email address, a webhook or a Slack hook, sealed at rest.

    `component_keys` null = every component. A row without `asked_at` still needs its confirmation message; without
    `confirmed_at` it hears nothing else. `bounces`: messages refused for good, in a row. Epoch milliseconds.
    """

    __tablename__ = "subscriber"
    __table_args__ = (
        UniqueConstraint("page_id", "kind", "address_hash"),
        Index("ix_subscriber_page_id_created_at", "page_id", "created_at"),
        Index(
            "ix_subscriber_unasked",
            "created_at",
            sqlite_where=text("asked_at IS NULL"),
            postgresql_where=text("asked_at IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    page_id: UUID = Field(sa_column=Column(Id, ForeignKey("statuspage.id", ondelete="CASCADE"), nullable=False))
    kind: str = Field(sa_column=Column(String(10), nullable=False))
    sealed_address: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    address_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    component_keys: list[str] | None = Field(default=None, sa_column=Column(JsonNames, nullable=True))
    language: str = Field(default="en", sa_column=Column(String(8), nullable=False))
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    asked_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    confirmed_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    bounces: int = Field(default=0)
    disabled_reason: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
