"""Putting a report together: figures, incidents, and the rules they were made by."""

from collections.abc import Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.core.clock import SECOND_MS, to_utc
from healther.history.ledger import StateTimes, add_times
from healther.history.schemas import amended_fields
from healther.incidents.models import Severity
from healther.reports.figures import Figures, figures_of
from healther.reports.incidents import Line, incidents_of
from healther.reports.months import Month, days_in_utc, edges_so_far
from healther.reports.schemas import ReportIncident, ReportPublic, ReportService, ReportTotal
from healther.reports.scope import Scope
from healther.reports.words_de import report_words

MOST_INCIDENTS = 200
_MOST_NAMED = 5


async def build(session: AsyncSession, scope: Scope, month: Month, now_ms: int) -> ReportPublic:
    """The month as it is known now. Raises InvalidProblem when it has not begun."""
    edges = edges_so_far(month, scope.zone, now_ms)
    begin, end = edges[0], edges[-1]
    complete = end == month.edges(scope.zone)[-1]
    found = await figures_of(session, list(scope.shown), edges, days_in_utc(month), now_ms)
    incidents = await incidents_of(session, scope, begin, end)
    services = [
        ReportService(
            watcher_id=each.watcher_id,
            name=each.name,
            section=section,
            incidents=incidents.by_watcher[each.watcher_id],
            **_figure_fields(found[each.watcher_id]),
        )
        for section, shown in scope.sections
        for each in shown
        if each.watcher_id in found
    ]
    return ReportPublic(
        month=str(month),
        tz=scope.zone.key,
        from_=to_utc(begin),
        to=to_utc(end),
        seconds=(end - begin) / SECOND_MS,
        complete=complete,
        title=scope.title,
        status_page_id=scope.page_id,
        language=scope.words.language,
        made_at=to_utc(now_ms),
        rules=report_words(scope.words.language).rules_of(
            scope.zone.key, (end - begin) // SECOND_MS, of_page=scope.page_id is not None
        ),
        total=_total(list(found.values())),
        services=services,
        incidents=[_incident(line) for line in incidents.lines[:MOST_INCIDENTS]],
        incidents_total=len(incidents.lines),
    )


def _figure_fields(figures: Figures) -> dict[str, Any]:
    return {
        **amended_fields(figures.times, figures.raw),
        "days": figures.days,
        "outages": figures.outages.stretches,
        "longest_outage_s": figures.outages.longest_ms / SECOND_MS,
        "checks": figures.checks,
        "p50_ms": figures.p50_ms,
        "p95_ms": figures.p95_ms,
    }


def _total(found: Sequence[Figures]) -> ReportTotal:
    times: StateTimes = add_times(each.times for each in found)
    raw = add_times(each.times if each.raw is None else each.raw for each in found)
    return ReportTotal(
        **amended_fields(times, raw), services=len(found), outages=sum(each.outages.stretches for each in found)
    )


def _incident(line: Line) -> ReportIncident:
    incident = line.incident
    return ReportIncident(
        id=incident.id,
        title=line.title,
        severity=Severity(incident.severity),
        started_at=to_utc(incident.started_at),
        resolved_at=None if incident.resolved_at is None else to_utc(incident.resolved_at),
        services=line.names[:_MOST_NAMED],
        services_total=len(line.names),
    )
