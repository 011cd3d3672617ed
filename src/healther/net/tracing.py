"""Switches traces on and off for a process: the SDK, an extra, is loaded only where they are on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from healther.core.later import Later
from healther.observability import traces

if TYPE_CHECKING:
    from healther.net import otlp
else:
    otlp = Later("healther.net.otlp")


def start(endpoint: str, sample: float, dns_servers: Sequence[str]) -> None:
    """Begins to trace what this process does; inside the running loop, which sends what is told."""
    traces.use(otlp.SlotTracer(endpoint, sample, dns_servers))


async def stop() -> None:
    """Sends what is left, within seconds, and ends tracing."""
    tracer = traces.current()
    if tracer is not None:
        traces.use(None)
        await tracer.stop()
