"""Tables of accounts."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from healther.core.clock import now_ms, to_utc
from healther.core.columns import Id, UtcMillis
from healther.core.ids import new_id


def utc_now() -> datetime:
    """Now, for `created_at` defaults."""
    return to_utc(now_ms())


class Role(StrEnum):
    """What a member may do in a workspace; see docs/roles.md."""

    OWNER = "owner"
    ADMIN = "admin"
    OBSERVER = "observer"


class User(SQLModel, table=True):
    """A person. `email` is stored lower-cased; `token_version` counts up whenever all tokens must end."""

    __tablename__ = "user"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    email: str = Field(sa_column=Column(String(320), nullable=False, unique=True))
    full_name: str = Field(sa_column=Column(String(200), nullable=False))
    hashed_password: str = Field(sa_column=Column(String(100), nullable=False))
    token_version: int = Field(default=1)
    created_at: datetime = Field(default_factory=utc_now, sa_column=Column(UtcMillis, nullable=False))
    time_zone: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    language: str | None = Field(default=None, sa_column=Column(String(8), nullable=True))
    theme: str = Field(default="system", sa_column=Column(String(10), nullable=False, server_default="system"))


class Workspace(SQLModel, table=True):
    """A tenant: everything watched belongs to exactly one."""

    __tablename__ = "workspace"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    name: str = Field(sa_column=Column(String(100), nullable=False))
    slug: str = Field(sa_column=Column(String(63), nullable=False, unique=True))
    is_public: bool = Field(default=False)
    created_at: datetime = Field(default_factory=utc_now, sa_column=Column(UtcMillis, nullable=False))


class Membership(SQLModel, table=True):
    """A user's role in a workspace."""

    __tablename__ = "membership"

    workspace_id: UUID = Field(sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True))
    user_id: UUID = Field(sa_column=Column(Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True))
    role: Role = Field(sa_column=Column(String(10), nullable=False))
    created_at: datetime = Field(default_factory=utc_now, sa_column=Column(UtcMillis, nullable=False))


class RefreshToken(SQLModel, table=True):
    """One rotation of a sign-in. Only its hash is kept; a used one presented again ends its whole family (A6), but for
    one whose answer was lost a moment ago (`service/sessions.py`).

    `user_agent` is shortened and `address` coarse (a network, not a device): enough to recognise one's own sign-ins.
    """

    __tablename__ = "refreshtoken"

    token_hash: bytes = Field(primary_key=True)
    family_id: UUID = Field(sa_column=Column(Id, nullable=False, index=True))
    user_id: UUID = Field(sa_column=Column(Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True))
    token_version: int
    created_at: datetime = Field(default_factory=utc_now, sa_column=Column(UtcMillis, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcMillis, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcMillis, nullable=True))
    user_agent: str | None = Field(default=None, sa_column=Column(String(200), nullable=True))
    address: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))


class ApiKeyScope(StrEnum):
    """What an API key may do: `read` what an observer reads, `write` what an admin changes."""

    READ = "read"
    WRITE = "write"


class ApiKey(SQLModel, table=True):
    """A program's way into one workspace, in the name of whoever made it. Only its hash is kept (A10).

    `prefix` is what is shown of it. Times in epoch milliseconds.
    """

    __tablename__ = "apikey"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    created_by: UUID = Field(
        sa_column=Column(Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    name: str = Field(sa_column=Column(String(100), nullable=False))
    prefix: str = Field(sa_column=Column(String(16), nullable=False))
    key_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    scope: ApiKeyScope = Field(sa_column=Column(String(10), nullable=False))
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    expires_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    last_used_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class Invitation(SQLModel, table=True):
    """Somebody is to become a member: whoever shows the token for this address. Only its hash is kept (A8).

    It is worth what `invited_by` may still give when it is accepted. `mailed`: the link went to the address and to
    nobody else. Open while `accepted_at` and `withdrawn_at` are missing; times in epoch milliseconds.
    """

    __tablename__ = "invitation"

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID = Field(
        sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    invited_by: UUID = Field(
        sa_column=Column(Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    email: str = Field(sa_column=Column(String(320), nullable=False))
    role: Role = Field(sa_column=Column(String(10), nullable=False))
    token_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    mailed: bool
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    accepted_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    withdrawn_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class SignInThrottle(SQLModel, table=True):
    """Failed sign-ins in the current window, per account-and-address or per address (hashed key)."""

    __tablename__ = "signinthrottle"

    key: bytes = Field(primary_key=True)
    failures: int
    window_ends_at: datetime = Field(sa_column=Column(UtcMillis, nullable=False))


class MailAddress(SQLModel, table=True):
    """What an address says to mail by the operator's server: of the channels of a workspace, or of an account.

    The row is the outbox of the question, too: it leaves at `ask_due_at` (None = none is on its way) and is claimed by
    moving that on. `asked_at`: when somebody had it asked last. `confirmed_at` and `refused_at`: never both. Without a
    workspace and an account it is a no to one that is gone. Epoch milliseconds.
    """

    __tablename__ = "mailaddress"
    __table_args__ = (
        UniqueConstraint("workspace_id", "address"),
        UniqueConstraint("user_id", "address"),
        Index(
            "ix_mailaddress_ask_due_at",
            "ask_due_at",
            sqlite_where=text("ask_due_at IS NOT NULL"),
            postgresql_where=text("ask_due_at IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID | None = Field(
        default=None, sa_column=Column(Id, ForeignKey("workspace.id", ondelete="CASCADE"), nullable=True)
    )
    user_id: UUID | None = Field(
        default=None, sa_column=Column(Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=True)
    )
    address: str = Field(sa_column=Column(String(320), nullable=False))
    language: str | None = Field(default=None, sa_column=Column(String(8), nullable=True))
    asked_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    ask_due_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    attempts: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    answer: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    confirmed_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    refused_at: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class AuditEntry(SQLModel, table=True):
    """Who did what to which thing, when: one row a mutation, written with it, never changed, no secrets (A14).

    No foreign keys: what is told outlives whoever did it and what it was done to. `at` in epoch milliseconds.
    """

    __tablename__ = "auditentry"
    __table_args__ = (Index("ix_auditentry_workspace_id_at", "workspace_id", "at"),)

    id: UUID = Field(default_factory=new_id, sa_column=Column(Id, primary_key=True))
    workspace_id: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    at: int = Field(default_factory=now_ms, sa_column=Column(BigInteger, nullable=False))
    actor_id: UUID | None = Field(default=None, sa_column=Column(Id, nullable=True))
    actor: str = Field(sa_column=Column(String(320), nullable=False))
    action: str = Field(sa_column=Column(String(60), nullable=False))
    object_id: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    object_name: str | None = Field(default=None, sa_column=Column(String(200), nullable=True))
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
