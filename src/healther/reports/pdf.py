"""A report as PDF, by fpdf2. Its typeface, DejaVu Sans, has the scripts of Europe and some of Asia; it goes along."""

from collections.abc import Sequence

from healther.reports.lines import Cell, Paper
from healther.reports.schemas import ReportPublic
from healther.reports.sheet import MUTED, Sheet

_NAME_MM = 54.0
_SERVICE_SHARES = (1.15, 1.25, 1.1, 1.1, 1.2, 1.1, 1.35, 0.85, 1.45)
_INCIDENT_SHARES = (0.8, 1.5, 1.5, 2.6)


def to_pdf(report: ReportPublic) -> bytes:
    """A4, landscape; slow: for a thread."""
    paper = Paper(report)
    sheet = Sheet(paper.made, paper.words.page_of, paper.report.language)
    sheet.set_title(f"{paper.title} - {paper.report.title}")
    sheet.set_creation_date(paper.report.made_at)
    sheet.add_page()
    sheet.line_of(paper.report.title, 10, bold=True, colour=MUTED)
    sheet.line_of(paper.title, 17, bold=True)
    sheet.line_of(paper.span, 9)
    if not paper.report.complete:
        sheet.line_of(paper.words.so_far, 9, bold=True)
    _services(sheet, paper)
    _incidents(sheet, paper)
    sheet.heading(paper.words.rules_title)
    for number, rule in enumerate(paper.report.rules, 1):
        sheet.line_of(f"{number}. {rule}", 8, gap_mm=0.8)
    if sheet.missing:
        sheet.ln(2)
        sheet.line_of(paper.words.missing_glyphs, 8, bold=True)
    return bytes(sheet.output())


def _services(sheet: Sheet, paper: Paper) -> None:
    sheet.ln(3)
    if not paper.report.services:
        sheet.line_of(paper.words.no_services, 9)
        return
    table = sheet.ruled((paper.words.service, *paper.headings), _NAME_MM, _SERVICE_SHARES)
    table.row(paper.words.all_services, paper.total, bold=True)
    for section, services in paper.sections():
        if section:
            table.section(section)
        for service in services:
            table.row(service.name, service.cells, days=service.days)
    sheet.ln(1)
    sheet.line_of(paper.words.days_key, 7, colour=MUTED)


def _incidents(sheet: Sheet, paper: Paper) -> None:
    sheet.heading(paper.words.incidents)
    incidents = paper.incidents()
    if not incidents:
        sheet.line_of(paper.words.no_incidents, 9)
        return
    headings = (paper.words.incident, *paper.incident_headings)
    table = sheet.ruled(headings, _NAME_MM * 1.3, _INCIDENT_SHARES, align="L")
    for incident in incidents:
        table.row(incident.title, _cells(incident.cells))
    if paper.more_incidents:
        sheet.line_of(paper.more_incidents, 8)


def _cells(texts: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(map(Cell, texts))
