"""Who sees how healther itself is: metrics, and whoever waits for its heartbeat."""

from healther.cli.diagnosis.finding import Finding, note, ok, problem
from healther.core.settings import Settings
from healther.net.reach import reaches
from healther.net.target import parse_url

_TIMEOUT_S = 3.0


def examine_metrics(settings: Settings) -> Finding:
    """Who may read metrics, and where workers have theirs."""
    who = "whoever has HEALTHER_METRICS_TOKEN" if settings.metrics_token else "this machine alone"
    workers = "; workers answer nowhere: HEALTHER_METRICS_LISTEN is not set"
    if settings.metrics_listen is not None:
        workers = f"; a worker answers at {settings.metrics_listen}, further ones of the same parent at the next ports"
        if settings.metrics_token is None and not settings.metrics_listen.startswith(("127.", "[::1]", "localhost")):
            return note("metrics", f"read by {who}{workers}, which others reach: set HEALTHER_METRICS_TOKEN for them")
    return ok("metrics", f"/metrics is read by {who}{workers if settings.redis_url else ''}")


async def examine_heartbeat(settings: Settings) -> Finding:
    """Whether somebody outside hears when healther stands still. The address is a secret: only its host is said."""
    if settings.heartbeat_url is None:
        return note(
            "heartbeat",
            "HEALTHER_HEARTBEAT_URL is not set: when healther itself stands still, only whoever looks at /readyz knows",
        )
    target = parse_url(settings.heartbeat_url)
    host = f"[{target.host}]" if ":" in target.host else target.host
    if not await reaches(f"{host}:{target.port}", _TIMEOUT_S):
        return problem("heartbeat", f"{host}:{target.port} (HEALTHER_HEARTBEAT_URL) does not accept connections")
    return ok(
        "heartbeat",
        f"{host} is told every {settings.heartbeat_every_s} s, when a check has gone all the way since: some watcher "
        "has to be checked more often than that",
    )


async def examine_traces(settings: Settings) -> Finding:
    """Whether there is a collector, and it accepts connections."""
    if settings.traces_endpoint is None:
        return ok("traces", "off: HEALTHER_TRACES_ENDPOINT is not set")
    target = parse_url(settings.traces_endpoint)
    place = f"[{target.host}]:{target.port}" if ":" in target.host else f"{target.host}:{target.port}"
    if not await reaches(place, _TIMEOUT_S):
        return problem("traces", f"the collector {place} (HEALTHER_TRACES_ENDPOINT) does not accept connections")
    return ok("traces", f"{settings.traces_sample:.2%} of checks and requests are sent to {place}")
