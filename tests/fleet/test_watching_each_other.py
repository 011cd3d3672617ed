"""Two healthers watch each other, and each says outside that it lives: when it has proof, and only then (R14)."""

import signal

import httpx

from tests.support.processes import Processes, Server
from tests.support.servers import wait_until
from tests.support.target import Target


def withheld(server: Server) -> bool:
    """Whether canaries have failed for want of a check."""
    return 'healther_canary_runs_total{outcome="no_check"}' in httpx.get(f"{server.url}/metrics").text


def test_two_healthers_watch_each_other_and_ping_only_with_proof(processes: Processes, target: Target) -> None:
    servers = []
    for name in ("east", "west"):
        processes.settings(
            DATABASE_URL=f"sqlite+aiosqlite:///{processes.home}/{name}.db",
            HEARTBEAT_URL=target.url(f"/alive/{name}-canary-of-the-path"),
            HEARTBEAT_EVERY_S="1",
        )
        servers.append(processes.start_server("up"))
    east, west = [processes.serving(each) for each in servers]
    # Nothing is watched yet: both turn and serve, and neither says that it works.
    wait_until(lambda: withheld(east) and withheld(west), "canaries had no check to go by")
    pings = [f"/alive/{name}-canary-of-the-path" for name in ("east", "west")]
    assert not any(target.hits(path) for path in pings)

    eastern, western = (processes.workspace(each, "Operations") for each in (east, west))
    west_seen = eastern.watch(f"{west.url}/readyz", failure_threshold=1)
    east_seen = western.watch(f"{east.url}/readyz", failure_threshold=1)
    wait_until(lambda: all(target.hits(path) for path in pings), "both have pinged after a check")
    assert (eastern.state(west_seen), western.state(east_seen)) == ("healthy", "healthy")

    west.send(signal.SIGKILL)
    west.wait()
    eastern.client.call("POST", f"{eastern.path}/watchers/{west_seen}/check")
    wait_until(lambda: eastern.state(west_seen) == "down", "east says that west is gone")
    for server in (east, west):
        assert "canary-of-the-path" not in server.log
        assert '"event": "heartbeat"' in server.log
