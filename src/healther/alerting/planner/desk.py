"""What one turn of a workspace has at hand: channels, people and rotations, read once; lines to write at its end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.models import Membership, Role, User, Workspace
from healther.accounts.service import consent
from healther.alerting.channels.room import addresses_by_operator
from healther.alerting.deliver.address import withheld
from healther.alerting.messages import Links, Reader
from healther.alerting.models import AlertPolicy, Channel, Rotation, RotationOverride
from healther.alerting.oncall.turns import on_call
from healther.alerting.planner.situation import Part
from healther.incidents.grounds import Because, Grounds
from healther.incidents.models import EntryKind, IncidentEntry
from healther.incidents.timeline import line

EMAIL = "email"
_LINES_AT_ONCE = 1_000


class Target(NamedTuple):
    """One place that is told: a channel, or a person by mail."""

    channel_id: UUID | None
    user_id: UUID | None


class Mail(NamedTuple):
    """The addresses of a place that are mailed, and why the others are not."""

    goes_to: Sequence[str]
    why_not: Grounds | None = None


@dataclass(slots=True)
class Desk:
    """One turn in one workspace, at `now_ms`; this process has planned without a gap since `since_ms`.

    `set_back_ms`: by so much its clock has been set back since its last turn, as far as it knows.
    """

    session: AsyncSession
    workspace: Workspace
    links: Links
    now_ms: int
    since_ms: int = 0
    set_back_ms: int = 0
    asks_first: bool = field(kw_only=True)
    """Whether mail by the operator's server goes to those alone who have said yes."""
    policies: list[AlertPolicy] = field(default_factory=list)
    channels: dict[UUID, Channel] = field(default_factory=dict)
    members: dict[UUID, User] = field(default_factory=dict)
    owners: list[User] = field(default_factory=list)
    rotations: dict[UUID, Rotation] = field(default_factory=dict)
    overrides: list[RotationOverride] = field(default_factory=list)
    check_soon: set[UUID] = field(default_factory=set)
    """Parents to be looked at out of turn, because a child fails."""
    untold_returns: dict[UUID, Part] = field(default_factory=dict)
    """Watchers told of as wrong that are back, which nobody has heard: failing again, they are told as both."""
    lines: list[dict[str, Any]] = field(default_factory=list)
    ahead: dict[UUID, int] = field(default_factory=dict)
    """Of incidents of which a clock wrote that has been set back since (R12): a moment after the last it wrote."""
    _mail: Mapping[Target, Mail] = field(default_factory=dict)

    async def open(self) -> None:
        """Reads what belongs to the workspace; its policies and channels cannot be deleted until the commit."""
        session, ours = self.session, self.workspace.id
        policies = select(AlertPolicy).where(AlertPolicy.workspace_id == ours).order_by(col(AlertPolicy.id))
        self.policies = list((await session.exec(policies.with_for_update(read=True, key_share=True))).all())
        channels = select(Channel).where(Channel.workspace_id == ours).order_by(col(Channel.id))
        found = (await session.exec(channels.with_for_update(read=True, key_share=True))).all()
        self.channels = {each.id: each for each in found}
        people = (
            select(User, Membership.role)
            .join(Membership, col(Membership.user_id) == User.id)
            .where(Membership.workspace_id == ours)
            .order_by(col(Membership.created_at), col(User.id))
        )
        for user, role in (await session.exec(people)).all():
            self.members[user.id] = user
            if role == Role.OWNER:
                self.owners.append(user)
        rotations = (await session.exec(select(Rotation).where(Rotation.workspace_id == ours))).all()
        self.rotations = {each.id: each for each in rotations}
        if self.rotations:
            now = select(RotationOverride).where(
                col(RotationOverride.rotation_id).in_(self.rotations), RotationOverride.ends_at > self.now_ms
            )
            self.overrides = list((await session.exec(now)).all())
        self._mail = await self._read_mail()

    async def _read_mail(self) -> dict[Target, Mail]:
        """Where mail to people and channels of mail goes, and who there has not said yes."""
        found = {Target(None, each.id): Mail([each.email]) for each in self.members.values()}
        by_operator: dict[Target, frozenset[str]] = {}
        for channel in self.channels.values():
            if channel.kind == EMAIL:
                place = Target(channel.id, None)
                found[place] = Mail(channel.options["to"])
                by_operator[place] = addresses_by_operator(channel.kind, channel.options)
        if not self.asks_first:
            return found
        members = {each.id: each.email for each in self.members.values()}
        people = await consent.mail_of(self.session, members)
        untold = {each: email for each, email in members.items() if each not in people}
        refused = await consent.refused_by(self.session, untold)
        for user_id, email in members.items():
            mailed = people.get(user_id)
            mail = Mail([], withheld([email], refused)) if mailed is None else Mail([mailed])
            found[Target(None, user_id)] = mail
        everybody = {each for addresses in by_operator.values() for each in addresses}
        said = await consent.said(self.session, {self.workspace.id: everybody})
        for place, addresses in by_operator.items():
            others = [each for each in sorted(addresses) if (self.workspace.id, each) not in said.yes]
            if others:
                why_not = withheld(others, [each for each in others if (self.workspace.id, each) in said.no])
                found[place] = Mail([each for each in found[place].goes_to if each not in others], why_not)
        return found

    def targets(self, steps: Iterable[dict[str, Any]]) -> list[Target]:
        """Whom these steps name, each once: of a rotation whoever is on call now, of the owners who they are now."""
        found: dict[Target, None] = {}
        for step in steps:
            for each in step.get("channel_ids", ()):
                found[Target(UUID(each), None)] = None
            people = [UUID(each) for each in step.get("user_ids", ())]
            for each in step.get("rotation_ids", ()):
                turn = self.on_call(UUID(each))
                people += [] if turn is None else [turn]
            people += [owner.id for owner in self.owners if step.get("owners")]
            for user_id in people:
                found[Target(None, user_id)] = None
        return list(found)

    def on_call(self, rotation_id: UUID, at_ms: int | None = None) -> UUID | None:
        """Who is on call in a rotation, now or at a moment to come; None = nobody, or it was deleted."""
        rotation = self.rotations.get(rotation_id)
        if rotation is None:
            return None
        overrides = [each for each in self.overrides if each.rotation_id == rotation_id]
        return on_call(rotation, overrides, self.members, self.now_ms if at_ms is None else at_ms).user_id

    def rotations_of(self, steps: Iterable[dict[str, Any]]) -> dict[UUID, str]:
        """Whom these steps reach because it is their turn: the name of the rotation by person."""
        found: dict[UUID, str] = {}
        for rotation_id in (UUID(each) for step in steps for each in step.get("rotation_ids", ())):
            user_id = self.on_call(rotation_id)
            if user_id is not None:
                found.setdefault(user_id, self.rotations[rotation_id].name)
        return found

    def unmanned(self, step: dict[str, Any]) -> list[str]:
        """The rotations of a step in which nobody is on call now, by name."""
        ids = [UUID(each) for each in step.get("rotation_ids", ()) if self.on_call(UUID(each)) is None]
        return [self.rotations[each].name if each in self.rotations else "a deleted rotation" for each in ids]

    def name_of(self, target: Target) -> str:
        """What the place is called."""
        if target.channel_id is not None:
            channel = self.channels.get(target.channel_id)
            return "a deleted channel" if channel is None else channel.name
        user = self.members.get(target.user_id) if target.user_id else None
        return "somebody who left" if user is None else user.full_name

    def why_not(self, target: Target) -> Grounds | None:
        """Why nothing can be sent there, if so."""
        if target.channel_id is None:
            if target.user_id not in self.members:
                return Grounds(because=Because.NO_MEMBER)
            return self._unheard(target)
        channel = self.channels.get(target.channel_id)
        if channel is None:
            return Grounds(because=Because.CHANNEL_DELETED)
        if not channel.enabled:
            return Grounds(because=Because.CHANNEL_OFF, answer=channel.disabled_reason or None)
        return self._unheard(target)

    def _unheard(self, target: Target) -> Grounds | None:
        mail = self._mail.get(target)
        return None if mail is None or mail.goes_to else mail.why_not

    def addresses(self, target: Target) -> frozenset[str]:
        """Where mail to this place arrives; of a channel that is no mail, or fails at the moment, nowhere."""
        mail = self._mail.get(target)
        channel = self.channels.get(target.channel_id) if target.channel_id else None
        if mail is None or (channel is not None and channel.failures):
            return frozenset()
        return frozenset(each.lower() for each in mail.goes_to)

    def reader(self, target: Target) -> Reader:
        """Whose language and clock count there: the person's, for a channel the first owner's."""
        user = self.members.get(target.user_id) if target.user_id else None
        return Reader.of(user or (self.owners[0] if self.owners else None))

    def not_told(self, incident_id: UUID, why: Grounds, **facts: object) -> None:
        """A line of an incident's timeline that somebody, or nobody, is told, and why."""
        self.note(incident_id, EntryKind.NOT_NOTIFIED, **facts, **why.facts)

    def at(self, incident_id: UUID) -> int:
        """The present, as it is written into an incident: what is done first, and what after it, stays so (R12)."""
        return self.ahead.get(incident_id, self.now_ms)

    def note(self, incident_id: UUID, kind: EntryKind, **facts: object) -> None:
        """A line of an incident's timeline, written at the end of the turn."""
        said = {name: fact for name, fact in facts.items() if fact is not None}
        self.lines.append(line(incident_id, kind, self.at(incident_id), facts=said))

    async def close(self) -> None:
        """Writes the lines."""
        for part in _chunks(self.lines, _LINES_AT_ONCE):
            await self.session.exec(insert(IncidentEntry), params=list(part))


def _chunks(rows: Sequence[dict[str, Any]], size: int) -> Iterable[Sequence[dict[str, Any]]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
