"""S2, S4: what healther's processes connect to and start, by Python's audit hooks, while they do everything they do."""

from pathlib import Path

from tests.support.auditing import Audit
from tests.support.processes import Processes, Server
from tests.support.servers import wait_until
from tests.support.target import Target

# It may be dialled by nobody: no operator has allowed it.
FORBIDDEN = "127.0.0.9"


def watch_two(processes: Processes, server: Server, target: Target) -> None:
    """A healthy service and a forbidden one, both checked, and a dry run of each."""
    workspace = processes.workspace(server)
    client = workspace.client
    healthy = workspace.watch(target.url("/shop"))
    blocked = workspace.watch(target.url("/inside", FORBIDDEN))
    wait_until(lambda: workspace.state(healthy) == "healthy", "it is healthy", 60)
    wait_until(lambda: workspace.watcher(blocked)["last_reason"] == "blocked", "the forbidden one is blocked", 60)
    dry = f"{workspace.path}/probe"
    client.call("POST", dry, json={"url": target.url("/dry"), "options": {}})
    seen = client.call("POST", dry, json={"url": target.url("/inside", FORBIDDEN), "options": {}})
    assert (seen["status"], seen["reason"]) == ("unknown", "blocked")
    assert target.hits("/inside") == []


def test_all_in_one_process_connects_to_allowed_targets_only_and_starts_nothing(
    processes: Processes, target: Target, sqlite_url: str, tmp_path: Path
) -> None:
    audit = Audit(processes, tmp_path)
    processes.settings(DATABASE_URL=sqlite_url, ALLOW_NETWORKS="127.0.0.1/32")
    watch_two(processes, processes.up(), target)
    assert audit.connects() == {f"127.0.0.1:{target.port}"}
    assert audit.starts() == []


def test_a_fleet_connects_to_redis_and_allowed_targets_only_and_starts_its_own_workers_only(
    processes: Processes, target: Target, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    audit = Audit(processes, tmp_path)
    processes.settings(DATABASE_URL=postgres_url, REDIS_URL=redis_url, ALLOW_NETWORKS="127.0.0.1/32")
    workers = processes.working(processes.start_worker("--processes", "2"), 2)
    watch_two(processes, processes.serving(processes.start_server("api")), target)
    redis = redis_url.removeprefix("redis://").partition("/")[0].rpartition("@")[2]
    assert audit.connects() == {redis, f"127.0.0.1:{target.port}"}
    # The parent of the workers starts them, by the interpreter it runs on; its children and the API start nothing.
    starts = [each for each in audit.starts() if each.event == "subprocess.Popen"]
    assert len(starts) == 2
    assert {each.pid for each in audit.starts()} == {workers.pid}
    assert all("healther.workers" in each.what for each in starts)
