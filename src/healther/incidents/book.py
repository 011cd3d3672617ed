"""The open automatic incidents of some watchers in memory: read at once, changed by plain code, written at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import bindparam, func, insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from healther.core.ids import new_id
from healther.incidents.models import (
    EntryKind,
    Impact,
    Incident,
    IncidentEntry,
    IncidentMember,
    Origin,
    Severity,
    Stage,
)
from healther.incidents.timeline import line
from healther.incidents.titles import TitleFacts, of_one, spelled, stored


class Watched(NamedTuple):
    """A watcher and whose it is."""

    workspace_id: UUID
    name: str


@dataclass(slots=True)
class Case:
    """An open incident."""

    id: UUID
    title: str
    title_facts: dict[str, Any] | None
    title_given: bool
    severity: Severity
    impact: Impact
    stage: Stage
    started_at: int
    open_members: int
    of_several: bool = False
    """Of one cause: a title that names one of them says nothing of the others."""
    opened_in: UUID | None = None
    """The workspace, while it is not stored yet."""
    resolved_at: int | None = None

    def call(self, facts: TitleFacts) -> None:
        """Gives it a title of healther's own."""
        self.title, self.title_facts = spelled(facts), stored(facts)


@dataclass(slots=True)
class Member:
    """A watcher's open place in an incident."""

    case: Case
    watcher_id: UUID
    impact: Impact
    reason: str | None
    message: str | None
    joined_at: int | None = None
    """Set while it is not stored yet."""
    left_at: int | None = None


_CASE = inspect(Incident).columns
_MEMBER = inspect(IncidentMember).columns
_CASE_CHANGES = ("title", "title_facts", "severity", "impact", "resolved_at", "stage")
_STILL_OPEN = (_MEMBER.left_at.is_(None), _MEMBER.automatic)
_UPDATE_CASE = (
    update(Incident)
    .where(col(Incident.id) == bindparam("case_id"))
    .values({name: bindparam(f"new_{name}") for name in _CASE_CHANGES} | {"version": _CASE.version + 1})
)
_UPDATE_MEMBER = (
    update(IncidentMember)
    .where(_MEMBER.incident_id == bindparam("case_id"), _MEMBER.watcher_id == bindparam("watcher"))
    .values({name: bindparam(f"new_{name}") for name in ("impact", "reason", "message", "left_at")})
)
# Those that people added to an automatic incident go when it ends.
_END_OTHERS = (
    update(IncidentMember)
    .where(_MEMBER.incident_id == bindparam("case_id"), _MEMBER.left_at.is_(None))
    .values(left_at=bindparam("at"))
)


@dataclass(slots=True)
class Book:
    """What is open, by watcher, and what has changed of it since it was read."""

    now_ms: int
    watchers: dict[UUID, Watched]
    members: dict[UUID, Member]
    _cases: dict[UUID, Case] = field(default_factory=dict)
    _moved: dict[tuple[UUID, UUID], Member] = field(default_factory=dict)
    _lines: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    async def read(cls, connection: AsyncConnection, watchers: Sequence[tuple[UUID, UUID, str]], now_ms: int) -> Self:
        """Everything open of these (id, workspace, name), in two statements."""
        names = {watcher_id: Watched(workspace_id, name) for watcher_id, workspace_id, name in watchers}
        query = (
            select(
                _MEMBER.watcher_id, _MEMBER.impact, _MEMBER.reason, _MEMBER.message, _CASE.id, _CASE.title,
                _CASE.title_facts, _CASE.title_given, _CASE.severity, _CASE.impact, _CASE.stage, _CASE.started_at,
                _CASE.cause_kind,
            )
            .join_from(IncidentMember, Incident, _CASE.id == _MEMBER.incident_id)
            .where(_MEMBER.watcher_id.in_(names), *_STILL_OPEN)
        )  # fmt: skip
        rows = (await connection.execute(query)).all()
        if not rows:
            return cls(now_ms, names, {})
        counting = select(_MEMBER.incident_id, func.count()).where(
            _MEMBER.incident_id.in_({row[4] for row in rows}), *_STILL_OPEN
        )
        counts = {row[0]: row[1] for row in await connection.execute(counting.group_by(_MEMBER.incident_id))}
        cases: dict[UUID, Case] = {}
        members: dict[UUID, Member] = {}
        for watcher_id, impact, reason, message, case_id, *told in rows:
            case = cases.get(case_id)
            if case is None:
                title, facts, given, severity, worst, stage, at, cause = told
                case = cases[case_id] = Case(
                    case_id,
                    title,
                    facts,
                    given,
                    Severity(severity),
                    Impact(worst),
                    Stage(stage),
                    at,
                    counts[case_id],
                    cause is not None,
                )
            members[watcher_id] = Member(case, watcher_id, Impact(impact), reason, message)
        return cls(now_ms, names, members)

    def open(
        self,
        watcher_id: UUID,
        title: TitleFacts,
        impact: Impact,
        severity: Severity,
        at: int,
        reason: str | None,
        message: str | None,
    ) -> Member:
        """A new incident about one watcher."""
        workspace_id = self.watchers[watcher_id].workspace_id
        case = Case(
            new_id(), spelled(title), stored(title), False, severity, impact, Stage.INVESTIGATING, at, 1,
            opened_in=workspace_id,
        )  # fmt: skip
        member = self.members[watcher_id] = Member(case, watcher_id, impact, reason, message, joined_at=at)
        return member

    def tell(self, member: Member, kind: EntryKind, at: int, **facts: object) -> None:
        """A line of the timeline about a member, and that it or its incident is to be written."""
        facts["watcher"] = self.watchers[member.watcher_id].name
        said = {name: fact for name, fact in facts.items() if fact is not None}
        self._lines.append(line(member.case.id, kind, at, watcher_id=member.watcher_id, facts=said))
        self._cases[member.case.id] = member.case
        self._moved[member.case.id, member.watcher_id] = member

    def leave(self, member: Member, at: int, kind: EntryKind, why: str | None = None) -> None:
        """A watcher leaves its incident; with the last one it is resolved."""
        case = member.case
        member.left_at = max(at, case.started_at)
        del self.members[member.watcher_id]
        self.tell(member, kind, member.left_at, why=why)
        case.open_members -= 1
        if case.open_members == 0:
            case.resolved_at, case.stage = member.left_at, Stage.RESOLVED
            if not case.title_given and not case.of_several:
                # While it was open its title followed how it was; now it is the worst, as the impact is.
                case.call(of_one(self.watchers[member.watcher_id].name, case.impact))
            at = max(self.now_ms, member.left_at)
            self._lines.append(line(case.id, EntryKind.RESOLVED, at, stage=Stage.RESOLVED))

    async def write(self, connection: AsyncConnection) -> None:
        """Writes what has changed."""
        cases, members = self._cases.values(), self._moved.values()
        for statement, rows in (
            (insert(Incident), [self._made(case) for case in cases if case.opened_in]),
            (_UPDATE_CASE, [_changed(case) for case in cases if not case.opened_in]),
            (insert(IncidentMember), [_joined(member) for member in members if member.joined_at is not None]),
            (_UPDATE_MEMBER, [_moved(member) for member in members if member.joined_at is None]),
            (_END_OTHERS, [{"case_id": case.id, "at": case.resolved_at} for case in cases if case.resolved_at]),
            (insert(IncidentEntry), self._lines),
        ):
            if rows:
                await connection.execute(statement, rows)

    def _made(self, case: Case) -> dict[str, Any]:
        return {
            "id": case.id,
            "workspace_id": case.opened_in,
            "title": case.title,
            "title_facts": case.title_facts,
            "title_given": False,
            "origin": Origin.AUTOMATIC,
            "severity": case.severity,
            "impact": case.impact,
            "stage": case.stage,
            "started_at": case.started_at,
            "detected_at": max(self.now_ms, case.started_at),
            "resolved_at": case.resolved_at,
            "root_cause": "",
            "post_mortem": "",
            "version": 1,
        }


def _changed(case: Case) -> dict[str, Any]:
    return {"case_id": case.id} | {f"new_{name}": getattr(case, name) for name in _CASE_CHANGES}


def _joined(member: Member) -> dict[str, Any]:
    return {
        "incident_id": member.case.id,
        "watcher_id": member.watcher_id,
        "automatic": True,
        "impact": member.impact,
        "reason": member.reason,
        "message": member.message,
        "joined_at": member.joined_at,
        "left_at": member.left_at,
    }


def _moved(member: Member) -> dict[str, Any]:
    names = ("impact", "reason", "message", "left_at")
    return {"case_id": member.case.id, "watcher": member.watcher_id} | {
        f"new_{name}": getattr(member, name) for name in names
    }
