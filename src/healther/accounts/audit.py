"""The trail: one row a mutation, written in its transaction, never changed (A14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import AuditEntry, User, Workspace

SYSTEM = "healther"
DELETED = "deleted account"
"""What is said in place of the name and the address of somebody whose account was deleted."""


@dataclass(frozen=True, slots=True)
class ByKey:
    """A person, by an API key that they made."""

    user: User
    key_name: str

    @property
    def text(self) -> str:
        """Who that is, in the trail."""
        return f"{self.user.email} (API key {self.key_name})"


def audit(
    session: AsyncSession,
    *,
    workspace_id: UUID | None,
    actor: User | ByKey | str | None,
    action: str,
    object_id: UUID | str | None = None,
    object_name: str | None = None,
    details: Mapping[str, Any] | None = None,
    now_ms: int,
) -> None:
    """Writes down who did what; the caller commits it together with the deed.

    `action` is a noun and a verb (`incident.resolve`). `actor`: a person, perhaps by an API key, what somebody without
    an account is called, or None for healther itself. `details` are JSON and never hold a secret: for what is one, say
    that it changed.
    """
    person = actor.user if isinstance(actor, ByKey) else actor if isinstance(actor, User) else None
    name = actor.text if isinstance(actor, ByKey) else actor.email if isinstance(actor, User) else actor or SYSTEM
    session.add(
        AuditEntry(
            workspace_id=workspace_id,
            at=now_ms,
            actor_id=None if person is None else person.id,
            actor=name[:320],
            action=action,
            object_id=None if object_id is None else str(object_id),
            object_name=None if object_name is None else object_name[:200],
            details=dict(details or {}),
        )
    )


class Doer(Protocol):
    """Who does something in which workspace: what routes have as `access`."""

    @property
    def actor(self) -> User | ByKey | str: ...
    @property
    def workspace_id(self) -> UUID: ...


def note(
    session: AsyncSession,
    by: Doer,
    action: str,
    object_id: UUID | str | None,
    object_name: str | None,
    now_ms: int,
    **details: object,
) -> None:
    """`audit` for what somebody does in the workspace of the path."""
    audit(
        session,
        workspace_id=by.workspace_id,
        actor=by.actor,
        action=action,
        object_id=object_id,
        object_name=object_name,
        details=details,
        now_ms=now_ms,
    )


def account_note(session: AsyncSession, user: User, action: str, now_ms: int, **details: object) -> None:
    """`audit` for what somebody does to their own account: it belongs to no workspace."""
    audit(
        session,
        workspace_id=None,
        actor=user,
        action=action,
        object_id=user.id,
        object_name=user.email,
        details=details,
        now_ms=now_ms,
    )


def workspace_note(session: AsyncSession, maker: User | str, workspace: Workspace, now_ms: int) -> None:
    """`audit` for a new workspace: the first row of its trail."""
    audit(
        session,
        workspace_id=workspace.id,
        actor=maker,
        action="workspace.create",
        object_id=workspace.id,
        object_name=workspace.name,
        details={"is_public": workspace.is_public},
        now_ms=now_ms,
    )
