"""The body of a response as text, and the search in it: never at the expense of other checks (S12)."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from healther.net.errors import NetError
from healther.net.response import Response
from healther.probes._charsets import as_utf8
from healther.probes._http_expect import BodyExpectation
from healther.probes._http_plan import Plan
from healther.probes._http_secrets import without_secrets
from healther.probes._http_trace import excerpt
from healther.probes.base import Observation, ProbeContext, Reason

# RE2 is linear, and still up to 20 ns for each byte and instruction: what is more than a millisecond or two leaves the
# loop. It releases the GIL, and two threads are all that searching may take.
INLINE_COST = 100_000
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="body-pattern")


async def judge_body(plan: Plan, response: Response, observation: Observation, context: ProbeContext) -> None:
    """Fills the trace's excerpt, and compares the body when nothing else has failed yet."""
    try:
        body = await _text(response, plan.max_body_bytes)
    except NetError as error:
        if plan.body is not None and observation.reason is None:
            observation.reason, observation.message = Reason(error.reason), without_secrets(error.message, plan)
        return
    if context.trace is not None:
        context.trace.body_excerpt = excerpt(body, plan)
    if plan.body is None or observation.reason is not None:
        return
    try:
        failure = await _search(plan.body, body, context.deadline)
    except TimeoutError:
        observation.reason = Reason.MISCONFIGURED
        observation.message = f"searching {len(body)} bytes took too long: simplify the pattern or lower the body limit"
        return
    if failure is not None:
        cut = f" (reading stopped at the limit of {plan.max_body_bytes} bytes)" if response.truncated else ""
        observation.reason = Reason.BODY_MISMATCH
        observation.message = failure + cut


async def _search(expectation: BodyExpectation, body: bytes, deadline: float) -> str | None:
    """The failure, if any; raises TimeoutError after the deadline."""
    if expectation.cost_per_byte * len(body) <= INLINE_COST:
        return expectation.failure(body)
    searching = asyncio.get_running_loop().run_in_executor(_THREADS, expectation.failure, body)
    async with asyncio.timeout(deadline - time.monotonic()):
        return await searching


async def _text(response: Response, max_body_bytes: int) -> bytes:
    """The body without its content encoding, as UTF-8; raises NetError."""
    body = response.decoded_body(max_body_bytes)
    content_type = response.header(b"content-type") or ""
    return await as_utf8(body, content_type.lower().partition("charset=")[2].split(";")[0].strip(" \"'"))
