"""What an incident is called that nobody gave a name: after those that are wrong now, of one that is over after all."""

from collections.abc import Collection, Iterable

from healther.alerting.planner.desk import Desk
from healther.alerting.planner.situation import Case, Part, Standing
from healther.incidents.models import CauseKind, Impact, Incident
from healther.incidents.titles import HOW, How, TitleFacts, call


def retitle(desk: Desk, cases: Iterable[Case]) -> None:
    """Has the titles of these incidents say what is so."""
    for case in cases:
        incident = case.incident
        facts = None if incident.title_given else _facts(case)
        if facts is not None and call(incident, facts):
            incident.version += 1
            desk.session.add(incident)


def _facts(case: Case) -> TitleFacts | None:
    """None = it stays: nothing is known any more of what it was about, or nothing is wrong at this moment."""
    flapping = case.standing is Standing.FLAPPING
    parts = case.parts if not case.open else case.staying if flapping else case.impaired
    followed = [part for part in parts if part.automatic]
    if not followed or (case.incident.cause_kind is None and len(followed) > 1):
        return None
    return title_of(case.incident, followed, How.FLAPPING if flapping else None)


def title_of(incident: Incident, parts: Collection[Part], how: How | None = None) -> TitleFacts:
    """`3 services on 10.0.0.7 are down`; `how`: in place of down and degraded. Of what is over, the worst counts."""
    impacts = {part.impact for part in parts} - {Impact.NONE}
    if impacts and incident.resolved_at is not None:
        impacts.add(Impact(incident.impact))
    how = how or (HOW[impacts.pop()] if len(impacts) == 1 else None)
    if len(parts) == 1:
        (part,) = parts
        return TitleFacts(how=how or HOW[Impact(incident.impact)], name=part.name)
    return TitleFacts(
        how=how or How.IMPAIRED,
        count=len(parts),
        cause_kind=CauseKind(incident.cause_kind or CauseKind.REGION),
        cause=incident.cause,
    )
