"""Monthly reports: `/api/v1/workspaces/{workspace_id}/reports/{month}`, for machines and, as files, for people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import StringConstraints

from healther.accounts.deps import DatabaseDep, NowMs, ObserverAccess
from healther.core.turns import Turns
from healther.reports.build import build
from healther.reports.drawing import drawn
from healther.reports.months import PATTERN, Month
from healther.reports.page import POLICY, to_html
from healther.reports.schemas import ReportPublic
from healther.reports.scope import load_scope
from healther.reports.table import to_csv
from healther.status_pages.words import Language

router = APIRouter(prefix="/workspaces/{workspace_id}/reports", tags=["reports"])

MonthName = Annotated[str, Path(pattern=PATTERN, description="Which month.", examples=["2026-03"])]


# A report of thousands of services costs seconds of a processor, a PDF of them some more.
_reports = Turns("reports", at_once=2, most=24, most_of_one=8)
_pdfs = Turns("PDFs", at_once=1, most=8, most_of_one=3)
_BUSY: dict[int | str, dict[str, Any]] = {429: {"description": "Too many are asked for at this moment."}}


def _file(media_type: str, what: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": what, "content": {media_type: {}}}, **_BUSY}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report is asked for, and by whom.

    It is read whole in a session of its own: who waits, renders or draws holds no connection, of which there are few.
    """

    request: Request
    database: DatabaseDep
    access: ObserverAccess
    month: MonthName
    now_ms: NowMs
    status_page_id: Annotated[
        UUID | None, Query(description="Only the services of this page, under the names it has for them.")
    ] = None
    tz: Annotated[
        str | None,
        StringConstraints(max_length=64),
        Query(description="Whose month. Left out: the page's, else UTC.", examples=["Europe/Berlin"]),
    ] = None
    language: Annotated[Language | None, Query(description="Left out: the page's, else English.")] = None

    @asynccontextmanager
    async def report(self, turns: Turns) -> AsyncIterator[ReportPublic]:
        """The report, and the turn to make something of it. Raises ThrottledProblem."""
        workspace_id = self.access.workspace_id
        async with turns.turn(self.request, self.access.user.id, workspace_id):
            async with self.database.read() as session:
                scope = await load_scope(session, workspace_id, self.status_page_id, tz=self.tz, language=self.language)
                report = await build(session, scope, Month.of(self.month), self.now_ms)
            yield report


AskedFor = Annotated[Asked, Depends()]


@router.get("/{month}.html", response_class=Response, responses=_file("text/html", "One file, made to be printed."))
async def reports_html(asked: AskedFor) -> Response:
    """A month as one HTML file: no script, nothing fetched."""
    async with asked.report(_reports) as report:
        return _sent(await asyncio.to_thread(to_html, report), report, "text/html; charset=utf-8", "html")


@router.get("/{month}.csv", response_class=Response, responses=_file("text/csv", "A row a service, then the rules."))
async def reports_csv(asked: AskedFor) -> Response:
    """A month as CSV; what a spreadsheet would take for a formula begins with an apostrophe."""
    async with asked.report(_reports) as report:
        return _sent(await asyncio.to_thread(to_csv, report), report, "text/csv; charset=utf-8", "csv")


@router.get("/{month}.pdf", response_class=Response, responses=_file("application/pdf", "A4, landscape."))
async def reports_pdf(asked: AskedFor) -> Response:
    """A month as PDF. Of scripts its typeface does not have, such as Chinese, it draws boxes, and says so."""
    async with asked.report(_pdfs) as report:
        return _sent(await drawn(report), report, "application/pdf", "pdf")


@router.get("/{month}", responses=_BUSY)
async def reports_get(asked: AskedFor) -> ReportPublic:
    """What each service was in a month, corrected and as recorded, and how that was counted."""
    async with asked.report(_reports) as report:
        return report


def _sent(body: bytes, report: ReportPublic, media_type: str, ending: str) -> Response:
    name = f"healther-{report.month}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
        "Cache-Control": "no-store",
    }
    return Response(body, media_type=media_type, headers=headers)
