"""Tells whoever knows of an incident of the watchers that are back while it goes on."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from healther.alerting.joining import by_this_clock, returns_at
from healther.alerting.planner.desk import Desk, Target
from healther.alerting.planner.over import wants
from healther.alerting.planner.situation import Case, Part
from healther.alerting.planner.tell import tell
from healther.alerting.planner.told import Told
from healther.channels.base import MessageKind
from healther.incidents.departed import departed_of
from healther.incidents.models import IncidentMember


async def see_who_left(desk: Desk, cases: Iterable[Case]) -> None:
    """Notes when planning first saw that a watcher had left: what is queued from now on does not name it."""
    for case in cases:
        gone = [part for part in case.parts if part.left_at is not None and part.seen_left_at is None]
        if case.open and gone:
            await _set(desk, case, gone, "seen_left_at")


def untold_returns(cases: Iterable[Case], told: Mapping[UUID, Told]) -> dict[UUID, Part]:
    """The watchers that were told of as wrong, are back, and of whose return nobody has heard yet."""
    return {
        part.watcher_id: part
        for case in cases
        if case.open
        for part in _gone(case)
        if any(told[case.incident.id].heard_of(target, part) for target in told[case.incident.id].targets())
    }


def wrong_again(cases: Iterable[Case], told: Mapping[UUID, Told]) -> dict[UUID, bool]:
    """The watchers that something is wrong with now, and whether anybody was told so."""
    return {
        part.watcher_id: told[case.incident.id].names(part)
        for case in cases
        if case.open
        for part in case.staying
        if part.automatic
    }


async def tell_of_returned(desk: Desk, case: Case, told: Told, again: Mapping[UUID, bool]) -> None:
    """Says who is back, if that is due; of one that is wrong `again` the message that tells so says both."""
    said = [part for part in _gone(case) if again.get(part.watcher_id)]
    if said:
        await _set(desk, case, said, "return_told_at")
    news = _news(desk, case, told, [part for part in _gone(case) if part.watcher_id not in again])
    back = [part for parts in news.values() for part in parts]
    at = returns_at(
        [part.seen_left_at for part in back if part.seen_left_at is not None],
        sum(part.return_told_at is not None for part in case.parts),
        told.last(MessageKind.PARTLY_RECOVERED),
    )
    if at is not None:
        known = [run.returns_at for run in case.runs.values() if run.returns_at is not None]
        at = by_this_clock(at, min(known, default=None), desk.now_ms)
    due = at is not None and at <= desk.now_ms
    for run in case.runs.values():
        if run.ended_at is None and run.returns_at != (wanted := None if due else at):
            run.returns_at = wanted
            desk.session.add(run)
    if not due:
        return
    case.departed = (await departed_of(desk.session, [case.incident.id])).get(case.incident.id, [])
    for target, parts in news.items():
        await tell(
            desk, case, MessageKind.PARTLY_RECOVERED, [target], told=told, once_since=desk.at(case.incident.id),
            back=parts,
            returned=len(parts),
        )  # fmt: skip
    await _set(desk, case, back, "return_told_at")


def _gone(case: Case) -> list[Part]:
    """Those that have recovered, and of whom that was not told."""
    return [part for part in case.parts if part.recovered and part.return_told_at is None]


def _news(desk: Desk, case: Case, told: Told, gone: Sequence[Part]) -> dict[Target, list[Part]]:
    """Of whose return each place is to hear that has heard of their failure."""
    if not gone:
        return {}
    targets = [target for target in told.targets() if wants(desk, case, target)]
    news = {target: [part for part in gone if told.heard_of(target, part)] for target in targets}
    return {target: parts for target, parts in news.items() if parts}


async def _set(desk: Desk, case: Case, parts: Sequence[Part], column: str) -> None:
    for part in parts:
        setattr(part, column, desk.at(case.incident.id))
    change = update(IncidentMember).where(
        col(IncidentMember.incident_id) == case.incident.id,
        col(IncidentMember.watcher_id).in_({part.watcher_id for part in parts}),
    )
    await desk.session.exec(
        change.values({column: desk.at(case.incident.id)}).execution_options(synchronize_session=False)
    )
