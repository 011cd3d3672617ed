"""A report as words and figures in its language: what HTML and PDF set on paper, so that both say the same."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from healther.core.clock import SECOND_MS
from healther.history.schemas import Amended
from healther.reports.schemas import ReportIncident, ReportPublic, ReportService
from healther.reports.words import ReportWords
from healther.reports.words_de import report_words
from healther.status_pages.badges import COLOURS
from healther.status_pages.words import Words
from healther.status_pages.words_de import words_of
from healther.watchers.states import State

NOTHING = "\u2013"

# What history.overview.past.letter writes; healthy is drawn lighter, so that trouble stands out on paper.
_OF_LETTER = {
    "x": State.DOWN,
    "d": State.DEGRADED,
    "h": State.HEALTHY,
    "m": State.MAINTENANCE,
    "u": State.UNKNOWN,
}
DAY_COLOURS = {letter: COLOURS[state] for letter, state in _OF_LETTER.items()} | {"h": "#9ed3b1", "u": "#d5d5dc"}


class Cell(NamedTuple):
    """A figure of a table, and what is written small below it."""

    text: str
    below: str = ""


class ServiceLine(NamedTuple):
    """A row of the table of services."""

    name: str
    days: str
    cells: tuple[Cell, ...]


class IncidentLine(NamedTuple):
    """A row of the table of incidents."""

    title: str
    cells: tuple[str, ...]


class Paper:
    """What stands in a report, in the order in which it stands there."""

    def __init__(self, report: ReportPublic) -> None:
        self.report = report
        self.words: ReportWords = report_words(report.language)
        self._page: Words = words_of(report.language)
        self._zone = ZoneInfo(report.tz)

    @property
    def title(self) -> str:
        """The heading."""
        return self.words.title.format(month=self.words.month(self.report.month))

    @property
    def span(self) -> str:
        """From when to when."""
        return self.words.span.format(begin=self._moment(self.report.from_), end=self._moment(self.report.to))

    @property
    def made(self) -> str:
        """By whom, and when."""
        return self.words.made.format(moment=self._moment(self.report.made_at))

    @property
    def headings(self) -> tuple[str, ...]:
        """Of the columns behind a service's name."""
        words = self.words
        states = (words.healthy, words.degraded, words.down, words.unknown, words.maintenance)
        return (words.uptime, *states, words.outages, words.incidents, words.response)

    @property
    def incident_headings(self) -> tuple[str, ...]:
        """Of the columns behind an incident's title."""
        words = self.words
        return (words.severity, words.began, words.ended, words.concerns)

    @property
    def total(self) -> tuple[Cell, ...]:
        """The row of all services together."""
        total = self.report.total
        return (*self._times(total), Cell(str(total.outages)), Cell(str(self.report.incidents_total)), Cell(""))

    def sections(self) -> Iterator[tuple[str, list[ServiceLine]]]:
        """The services under the headings of the page; of a workspace all under none."""
        rows: list[ServiceLine] = []
        name = ""
        for service in self.report.services:
            if rows and service.section != name:
                yield name, rows
                rows = []
            name = service.section
            rows.append(self._service(service))
        if rows:
            yield name, rows

    def incidents(self) -> list[IncidentLine]:
        """Those that are listed."""
        return [self._incident(each) for each in self.report.incidents]

    @property
    def more_incidents(self) -> str:
        """How many are not listed; empty = none."""
        more = self.report.incidents_total - len(self.report.incidents)
        return self.words.more_incidents.format(count=more) if more else ""

    def _service(self, service: ReportService) -> ServiceLine:
        longest = self._lasting(service.longest_outage_s)
        outages = Cell(str(service.outages), f"{self.words.longest}: {longest}" if service.outages else "")
        response = Cell(
            NOTHING if service.p50_ms is None else f"{self._ms(service.p50_ms)} / {self._ms(service.p95_ms)}"
        )
        return ServiceLine(
            service.name, service.days, (*self._times(service), outages, Cell(str(service.incidents)), response)
        )

    def _times(self, times: Amended) -> tuple[Cell, ...]:
        raw = times.raw
        recorded = "" if raw is None else self.words.recorded.format(figure=self._page.figure(raw.uptime_percent))
        states = (times.healthy_s, times.degraded_s, times.down_s, times.unknown_s, times.maintenance_s)
        return (
            Cell(self._page.figure(times.uptime_percent), recorded),
            *(Cell(self._lasting(seconds), f"{self._seconds(seconds)} s" if seconds else "") for seconds in states),
        )

    def _incident(self, incident: ReportIncident) -> IncidentLine:
        ended = self.words.open if incident.resolved_at is None else self._moment(incident.resolved_at)
        return IncidentLine(
            incident.title,
            (
                self.words.severities[incident.severity],
                self._moment(incident.started_at),
                ended,
                self._names(incident.services, incident.services_total),
            ),
        )

    def _names(self, names: Sequence[str], total: int) -> str:
        some = ", ".join(names) or NOTHING
        return self.words.and_more.format(names=some, count=total - len(names)) if total > len(names) else some

    def _moment(self, at: datetime) -> str:
        return self._page.moment(at.astimezone(self._zone))

    def _lasting(self, seconds: float) -> str:
        return self._page.lasting(round(seconds * SECOND_MS)) if seconds else NOTHING

    def _seconds(self, seconds: float) -> str:
        text = f"{seconds:,.3f}".rstrip("0").rstrip(".").replace(",", "\u202f")
        return text.replace(".", self._page.decimal)

    def _ms(self, ms: float | None) -> str:
        return (
            NOTHING if ms is None else f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms".replace(".", self._page.decimal)
        )
