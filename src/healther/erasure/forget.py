"""What is told of a deleted account goes on being told, of a "deleted account": no name, no address.

What people wrote themselves stays as they wrote it: updates, notes, the options of channels.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.audit import DELETED
from healther.accounts.models import AuditEntry, User
from healther.alerting.models import Delivery, DeliveryAttempt
from healther.history.models import Amendment
from healther.incidents.models import EntryKind, Incident, IncidentEntry

_TOLD = (EntryKind.NOTIFIED, EntryKind.NOT_NOTIFIED)


@dataclass(frozen=True, slots=True)
class Gone:
    """A deleted account: what it was called, and where."""

    user_id: UUID
    names: frozenset[str]
    emails: frozenset[str]
    workspace_ids: Collection[UUID]


async def remember(session: AsyncSession, user: User, workspace_ids: Collection[UUID]) -> Gone:
    """What there is to forget of an account, before it is gone: it may have been called otherwise before."""
    names, emails = {user.full_name}, {user.email}
    own = select(AuditEntry.object_name, AuditEntry.details).where(
        AuditEntry.object_id == str(user.id), col(AuditEntry.action).startswith("user.")
    )
    for email, details in (await session.exec(own)).all():
        emails |= {email or DELETED, *(details[each] for each in ("was", "now", "email") if details.get(each))}
        names |= {details["full_name"]} if details.get("full_name") else set()
    signed = select(IncidentEntry.actor).where(IncidentEntry.actor_id == user.id).distinct()
    names |= {each for each in (await session.exec(signed)).all() if each}
    return Gone(user.id, frozenset(names - {DELETED}), frozenset(emails - {DELETED}), workspace_ids)


async def forget(session: AsyncSession, gone: Gone) -> None:
    """Puts "deleted account" where its names and addresses were; the account is deleted already."""
    await _in_incidents(session, gone)
    await _in_the_trail(session, gone)
    await _in_amendments(session, gone)
    await _in_deliveries(session, gone)


async def _in_the_trail(session: AsyncSession, gone: Gone) -> None:
    """What was done, to what, when and by which id stays; the database lets nothing else be changed."""
    by_id = col(AuditEntry.object_id) == str(gone.user_id)
    accepted = select(AuditEntry.object_id).where(
        AuditEntry.action == "invitation.accept", AuditEntry.actor_id == gone.user_id
    )
    acknowledged = select(IncidentEntry.incident_id).where(
        IncidentEntry.actor_id == gone.user_id, IncidentEntry.kind == EntryKind.ACKNOWLEDGED
    )
    incidents = [str(each) for each in (await session.exec(acknowledged)).all()]
    action, entry = col(AuditEntry.action), update(AuditEntry)
    await session.exec(
        entry.where(or_(action.startswith("user."), action.startswith("member.")), by_id).values(object_name=DELETED)
    )
    # An invitation is theirs once they have accepted it, whoever has which address.
    invitations = (action.startswith("invitation."), col(AuditEntry.object_id).in_(accepted))
    await session.exec(entry.where(*invitations).values(object_name=DELETED))
    named = (action.in_(("user.update", "user.email")), by_id)
    await session.exec(entry.where(*named).values(details={}))
    await session.exec(entry.where(col(AuditEntry.actor_id) == gone.user_id).values(actor=DELETED))
    # By the link in a message: it is a name there, and no account.
    by_link = (
        action == "incident.acknowledge",
        col(AuditEntry.actor_id).is_(None),
        col(AuditEntry.object_id).in_(incidents),
        col(AuditEntry.actor).in_(gone.names),
    )
    await session.exec(entry.where(*by_link).values(actor=DELETED))


async def _in_incidents(session: AsyncSession, gone: Gone) -> None:
    theirs = col(IncidentEntry.actor_id) == gone.user_id
    taken_on = select(IncidentEntry.incident_id).where(theirs, IncidentEntry.kind == EntryKind.ACKNOWLEDGED)
    named = (col(Incident.id).in_(taken_on), col(Incident.acknowledged_by).in_(gone.names))
    await session.exec(update(Incident).where(*named).values(acknowledged_by=DELETED))
    await session.exec(update(IncidentEntry).where(theirs).values(actor=DELETED))
    here = select(Incident.id).where(col(Incident.workspace_id).in_(gone.workspace_ids))
    told = select(IncidentEntry).where(
        col(IncidentEntry.kind).in_(_TOLD), col(IncidentEntry.incident_id).in_(here), _mentions(gone)
    )
    for each in (await session.exec(told)).all():
        each.facts = _without(each.facts, gone)
        session.add(each)
    await session.flush()


async def _in_amendments(session: AsyncSession, gone: Gone) -> None:
    theirs = col(Amendment.created_by) == gone.user_id
    await session.exec(update(Amendment).where(theirs).values(created_by_name=DELETED))
    # Who took one back is known by the trail alone.
    taken_back = select(AuditEntry.object_id).where(
        AuditEntry.action == "amendment.withdraw", AuditEntry.actor_id == gone.user_id
    )
    batches = [UUID(each) for each in (await session.exec(taken_back)).all() if each]
    withdrawn = (col(Amendment.batch_id).in_(batches), col(Amendment.withdrawn_by_name).in_(gone.names))
    await session.exec(update(Amendment).where(*withdrawn).values(withdrawn_by_name=DELETED))


async def _in_deliveries(session: AsyncSession, gone: Gone) -> None:
    """Of what went to them themselves: mail servers repeat the address in their answers."""
    theirs = col(Delivery.user_id) == gone.user_id
    await session.exec(
        update(DeliveryAttempt)
        .where(col(DeliveryAttempt.delivery_id).in_(select(Delivery.id).where(theirs)))
        .values(answer="")
    )
    await session.exec(update(Delivery).where(theirs).values(answer=None, reached=None))


def _mentions(gone: Gone) -> ColumnElement[bool]:
    """Lines whose facts have one of the names or addresses in them, as JSON writes it."""
    facts = cast(col(IncidentEntry.facts), Text)
    return or_(*(facts.contains(json.dumps(each)[1:-1], autoescape=True) for each in gone.names | gone.emails))


def _without(facts: dict[str, Any], gone: Gone) -> dict[str, Any]:
    """The facts of a line that somebody was told, or not; what a channel is called is nobody's name."""
    because = facts.get("because")
    ours = {each for each in (isinstance(because, dict) and because.get("name"),) if each in gone.names}
    if facts.get("channel_id") is None and facts.get("to") in gone.names:
        facts = {**facts, "to": DELETED}
    address = re.compile("|".join(rf"(?<![\w.+-]){re.escape(each)}(?![\w.-])" for each in gone.emails), re.IGNORECASE)
    return {
        name: _replaced(value, ours, address) if name in ("why", "because") else value for name, value in facts.items()
    }


def _replaced(value: Any, names: Collection[str], address: re.Pattern[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _replaced(each, names, address) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    for name in names:
        value = value.replace(name, DELETED)
    return address.sub(DELETED, value)
