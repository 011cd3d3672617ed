"""What an incident is called that nobody gave a name: after those that are wrong now, of one that is over after all."""

from collections.abc import Collection, Iterable

from healther.alerting.grouping import CauseKind, where
from healther.alerting.planner.desk import Desk
from healther.alerting.planner.situation import Case, Part
from healther.incidents.models import Hold, Impact, Incident

_TITLE_CHARS = 200
FLAPPING = "flapping"


def retitle(desk: Desk, cases: Iterable[Case]) -> None:
    """Has the titles of these incidents say what is so."""
    for case in cases:
        incident = case.incident
        title = None if incident.title_given else _title(case)
        if title is not None and title != incident.title:
            incident.title = title
            incident.version += 1
            desk.session.add(incident)


def _title(case: Case) -> str | None:
    """None = it stays: nothing is known any more of what it was about, or nothing is wrong at this moment."""
    flapping = case.open and case.incident.hold == Hold.FLAPPING
    parts = case.parts if not case.open else case.staying if flapping else case.impaired
    followed = [part for part in parts if part.automatic]
    if not followed or (case.incident.cause_kind is None and len(followed) > 1):
        return None
    return title_of(case.incident, followed, FLAPPING if flapping else None)


def title_of(incident: Incident, parts: Collection[Part], how: str | None = None) -> str:
    """`3 services on 10.0.0.7 are down`; `how`: in place of down and degraded."""
    impacts = {part.impact for part in parts} - {Impact.NONE}
    how = how or (impacts.pop() if len(impacts) == 1 else None)
    if len(parts) == 1:
        (part,) = parts
        return f"{part.name} is {how or incident.impact}"[:_TITLE_CHARS]
    who = where(CauseKind(incident.cause_kind or CauseKind.REGION), incident.cause or "", len(parts))
    return f"{who} {'have problems' if how is None else f'are {how}'}"[:_TITLE_CHARS]
