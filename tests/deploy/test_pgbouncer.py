"""Behind PgBouncer in transaction mode, where two statements of a client may meet two servers (docs/scale-out.md)."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support.processes import Processes
from tests.support.servers import can_connect, free_port, wait_until
from tests.support.target import Answer, Target

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed")
# Fewer than the processes want at once: they take turns, statement by statement of nobody's own.
SERVERS = 3


@pytest.fixture
def pooled_url(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same database, through a PgBouncer with few connections of its own."""
    server = urlsplit(postgres_url)
    port = free_port()
    password = f" password={server.password}" if server.password else ""
    text = f"""\
[databases]
healther = host=127.0.0.1 port={server.port} dbname={server.path[1:]} user={server.username}{password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {SERVERS}
max_client_conn = 500
ignore_startup_parameters = extra_float_digits
"""
    configuration = Path(f"/tmp/healther-pgbouncer-{port}.ini")
    configuration.write_text(text)
    # It refuses to be root.
    who = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    log = tmp_path_factory.mktemp("pgbouncer") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([str(PGBOUNCER), configuration], stdout=output, stderr=output, cwd="/", **who)
    try:
        wait_until(lambda: can_connect(port) or process.poll() is not None, "PgBouncer listens")
        assert process.poll() is None, log.read_text()
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/healther?prepare_threshold=none"
    finally:
        process.terminate()
        process.wait(10)
        configuration.unlink()


def test_statements_stay_unprepared_and_everything_works_through_few_connections(
    processes: Processes, target: Target, pooled_url: str, postgres_url: str, redis_url: str
) -> None:
    processes.settings(DATABASE_URL=pooled_url, REDIS_URL=redis_url)
    assert "already" in processes.run("migrate")
    api = processes.serving(processes.start_server("api"))
    processes.working(processes.start_worker())
    acme = processes.workspace(api)
    paths = [f"/{number}" for number in range(8)]
    watchers = [acme.watch(target.url(path), name=path, failure_threshold=1) for path in paths]
    wait_until(lambda: {acme.state(each) for each in watchers} == {"healthy"}, "all are healthy", 60)
    for path in paths:
        target.set(path, Answer(status=500))
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda each: acme.of(each, "uptime"), watchers * 4))
        assert all(pool.map(lambda each: acme.checked(each, "down"), watchers))
    assert {acme.state(each) for each in watchers} == {"down"}
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as past:
        used = past.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").fetchall()
    assert len(used) <= SERVERS + 1, "and this one"
    for process in processes.started:
        assert "prepared statement" not in process.log
        assert '"error"' not in process.log, process.log
