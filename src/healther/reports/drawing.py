"""PDFs drawn where they are in nobody's way: in a thread of their own, one after the other."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from healther.core.later import Later
from healther.reports.schemas import ReportPublic

if TYPE_CHECKING:
    from healther.reports import pdf
else:
    # What makes PDFs takes 40 MB and longer to load than all the rest of an API.
    pdf = Later("healther.reports.pdf")

# Not the loop's own threads: status pages, mail and metrics wait for those. One, for it holds the interpreter for a
# second where services are many, and checks may run beside it.
_thread = ThreadPoolExecutor(1, "pdf")


async def drawn(report: ReportPublic) -> bytes:
    """A report as PDF."""
    return await asyncio.get_running_loop().run_in_executor(_thread, _to_pdf, report)


def _to_pdf(report: ReportPublic) -> bytes:
    return pdf.to_pdf(report)
