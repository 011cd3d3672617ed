"""A report as CSV: a row a service, names of columns that stay the same in every language, then the rules."""

import csv
from io import StringIO

from healther.core.csv_cells import text_cell
from healther.history.schemas import Times
from healther.reports.schemas import ReportPublic, ReportService

_TIMES = ("healthy_s", "degraded_s", "down_s", "unknown_s", "maintenance_s", "uptime_percent")
COLUMNS = (
    "month", "tz", "from", "to", "complete", "section", "service", "watcher_id",
    *_TIMES,
    "amended", *(f"raw_{name}" for name in _TIMES),
    "outages", "longest_outage_s", "incidents", "checks", "p50_ms", "p95_ms",
)  # fmt: skip


def to_csv(report: ReportPublic) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it as that (RFC 4180 otherwise)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    month = (report.month, report.tz, report.from_.isoformat(), report.to.isoformat(), _flag(report.complete))
    writer.writerows((*month, *_cells(service)) for service in report.services)
    writer.writerow(())
    writer.writerows((text_cell(rule),) for rule in report.rules)
    return out.getvalue().encode("utf-8-sig")


def _cells(service: ReportService) -> tuple[object, ...]:
    return (
        text_cell(service.section),
        text_cell(service.name),
        service.watcher_id,
        *_times(service),
        _flag(service.amended),
        *_times(service.raw or service),
        service.outages,
        service.longest_outage_s,
        service.incidents,
        service.checks,
        service.p50_ms,
        service.p95_ms,
    )


def _times(times: Times) -> tuple[float | None, ...]:
    return tuple(getattr(times, name) for name in _TIMES)


def _flag(value: bool) -> str:
    return "true" if value else "false"
