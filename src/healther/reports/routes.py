"""Monthly reports: `/api/v1/workspaces/{workspace_id}/reports/{month}`, for machines and, as files, for people."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import StringConstraints

from healther.accounts.deps import NowMs, ObserverAccess, ReadSessionDep
from healther.core.later import Later
from healther.reports.build import build
from healther.reports.months import PATTERN, Month
from healther.reports.page import POLICY, to_html
from healther.reports.schemas import ReportPublic
from healther.reports.scope import load_scope
from healther.reports.table import to_csv
from healther.status_pages.words import Language

if TYPE_CHECKING:
    from healther.reports import pdf
else:
    # What makes PDFs takes 40 MB and longer to load than all the rest of an API.
    pdf = Later("healther.reports.pdf")

router = APIRouter(prefix="/workspaces/{workspace_id}/reports", tags=["reports"])

MonthName = Annotated[str, Path(pattern=PATTERN, description="Which month.", examples=["2026-03"])]


def _file(media_type: str, what: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": what, "content": {media_type: {}}}}


async def get_report(
    access: ObserverAccess,
    month: MonthName,
    session: ReadSessionDep,
    now_ms: NowMs,
    status_page_id: Annotated[
        UUID | None, Query(description="Only the services of this page, under the names it has for them.")
    ] = None,
    tz: Annotated[
        str | None,
        StringConstraints(max_length=64),
        Query(description="Whose month. Left out: the page's, else UTC.", examples=["Europe/Berlin"]),
    ] = None,
    language: Annotated[Language | None, Query(description="Left out: the page's, else English.")] = None,
) -> ReportPublic:
    """The report that is asked for."""
    scope = await load_scope(session, access.workspace_id, status_page_id, tz=tz, language=language)
    return await build(session, scope, Month.of(month), now_ms)


Report = Annotated[ReportPublic, Depends(get_report)]


@router.get("/{month}.html", response_class=Response, responses=_file("text/html", "One file, made to be printed."))
async def reports_html(report: Report) -> Response:
    """A month as one HTML file: no script, nothing fetched."""
    return _sent(await asyncio.to_thread(to_html, report), report, "text/html; charset=utf-8", "html")


@router.get("/{month}.csv", response_class=Response, responses=_file("text/csv", "A row a service, then the rules."))
async def reports_csv(report: Report) -> Response:
    """A month as CSV; what a spreadsheet would take for a formula begins with an apostrophe."""
    return _sent(await asyncio.to_thread(to_csv, report), report, "text/csv; charset=utf-8", "csv")


@router.get("/{month}.pdf", response_class=Response, responses=_file("application/pdf", "A4, landscape."))
async def reports_pdf(report: Report) -> Response:
    """A month as PDF. Of scripts its typeface does not have, such as Chinese, it draws boxes, and says so."""
    return _sent(await asyncio.to_thread(_to_pdf, report), report, "application/pdf", "pdf")


@router.get("/{month}")
async def reports_get(report: Report) -> ReportPublic:
    """What each service was in a month, corrected and as recorded, and how that was counted."""
    return report


def _to_pdf(report: ReportPublic) -> bytes:
    return pdf.to_pdf(report)


def _sent(body: bytes, report: ReportPublic, media_type: str, ending: str) -> Response:
    name = f"healther-{report.month}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
        "Cache-Control": "no-store",
    }
    return Response(body, media_type=media_type, headers=headers)
