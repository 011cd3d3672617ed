"""The trail: one row a mutation, written in its transaction, never changed (A14)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import AuditEntry, User

SYSTEM = "healther"


def audit(
    session: AsyncSession,
    *,
    workspace_id: UUID | None,
    actor: User | str | None,
    action: str,
    object_id: UUID | str | None = None,
    object_name: str | None = None,
    details: Mapping[str, Any] | None = None,
    now_ms: int,
) -> None:
    """Writes down who did what; the caller commits it together with the deed.

    `action` is a noun and a verb (`incident.resolve`). `actor`: a person, what somebody without an account is called,
    or None for healther itself. `details` are JSON and never hold a secret: for what is one, say that it changed.
    """
    session.add(
        AuditEntry(
            workspace_id=workspace_id,
            at=now_ms,
            actor_id=actor.id if isinstance(actor, User) else None,
            actor=(actor.email if isinstance(actor, User) else actor or SYSTEM)[:320],
            action=action,
            object_id=None if object_id is None else str(object_id),
            object_name=None if object_name is None else object_name[:200],
            details=dict(details or {}),
        )
    )
