"""The dry run: a probe made once, in full detail, before (or without) saving it."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from uuid import UUID

from healther.core.clock import SECOND_MS, now_ms, to_utc
from healther.core.errors import ThrottledProblem
from healther.monitoring.check_schemas import HopPublic, PhasesPublic, ProbeSeen
from healther.monitoring.judge import status_of
from healther.net.client import Net
from healther.probes.base import Phases, Probe, ProbeContext, Trace

# People press a button: more at once than this is somebody using healther as a scanner.
MOST_AT_ONCE = 20
# Of these one person may hold so many: targets that hang would keep everybody else out.
MOST_OF_ONE = 4


class DryRunner:
    """Runs probes for the people of this process, a bounded number at a time."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._running: Counter[UUID] = Counter()

    async def run(
        self, probe: Probe, *, user_id: UUID, timeout_ms: int, degraded_after_ms: int | None, certificate_days: int
    ) -> ProbeSeen:
        """What the probe says and saw; raises ThrottledProblem when too many run already, of theirs or altogether."""
        trace = Trace()
        with self._place(user_id):
            observation = await probe.run(
                ProbeContext(net=self._net, deadline=time.monotonic() + timeout_ms / SECOND_MS, trace=trace)
            )
        status, reason, message = status_of(observation, degraded_after_ms, certificate_days, now_ms())
        ends_ms = observation.certificate_not_after_ms
        return ProbeSeen(
            status=status.label,
            reason=reason,
            message=message,
            response_status=observation.response_status,
            response_time_ms=observation.response_time_ms,
            phases=_phases(observation.phases),
            certificate_not_after=None if ends_ms is None else to_utc(ends_ms),
            tls_version=observation.tls_version,
            tls_cipher=observation.tls_cipher,
            certificate_subject=trace.certificate_subject,
            certificate_issuer=trace.certificate_issuer,
            hops=[
                HopPublic(
                    url=hop.url,
                    address=hop.address,
                    status=hop.status,
                    http_version=hop.http_version,
                    headers=hop.headers,
                    phases=_phases(hop.phases),
                )
                for hop in trace.hops
            ],
            body_bytes=trace.body_bytes,
            body_excerpt=trace.body_excerpt,
        )

    @contextmanager
    def _place(self, user_id: UUID) -> Iterator[None]:
        if self._running[user_id] >= MOST_OF_ONE or self._running.total() >= MOST_AT_ONCE:
            raise ThrottledProblem("Too many tests run at this moment; try again in a few seconds.", retry_after_s=5)
        self._running[user_id] += 1
        try:
            yield
        finally:
            self._running[user_id] -= 1
            if not self._running[user_id]:
                del self._running[user_id]


def _phases(phases: Phases) -> PhasesPublic:
    return PhasesPublic(**asdict(phases))
