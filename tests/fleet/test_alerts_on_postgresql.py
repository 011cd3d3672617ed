"""An API, workers, PostgreSQL and Redis: whoever is killed or frozen, at any step, each message arrives (R1, R5)."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from tests.support.hooks import doorstep
from tests.support.processes import Process, Processes
from tests.support.servers import wait_until
from tests.support.target import Answer, Target

LOCK = 4
# Whoever changes a delivery waits for this lock: a moment after the plan's commit, and before the claim's.
STOP_CLAIMS = f"""
CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock_shared({LOCK}); RETURN NEW; END $$;
CREATE TRIGGER wait_here BEFORE UPDATE ON delivery FOR EACH STATEMENT EXECUTE FUNCTION wait_here();
"""
WAITING = """
SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND NOT granted AND backend_start > %s
"""


def test_alerts_outlive_kill_9_at_every_step_and_a_sender_that_was_frozen(
    processes: Processes, target: Target, postgres_url: str, redis_url: str
) -> None:
    plain = postgres_url.replace("+psycopg", "")
    with doorstep() as here, psycopg.connect(plain, autocommit=True) as database:

        def count(query: str) -> int:
            row = database.execute(query).fetchone()
            assert row is not None
            return int(row[0])

        def leases_end() -> None:
            assert database.execute("UPDATE delivery SET lease_until = 0 WHERE lease_until > 0").rowcount == 2

        def working() -> Process:
            return processes.working(processes.start_worker())

        def kill(worker: Process) -> None:
            worker.send(signal.SIGKILL)
            worker.wait()

        processes.settings(
            DATABASE_URL=postgres_url,
            REDIS_URL=redis_url,
            SMTP_URL=f"smtp://127.0.0.1:{here.mail.port}",
            MAIL_FROM="alerts@healther.example.org",
            REGISTRATION="first",
        )
        api = processes.serving(processes.start_server("api"))
        planning = working()
        workspace = processes.workspace(api)
        ada = workspace.client
        shop = workspace.watch(target.url("/shop"), failure_threshold=1, every_value=10, every_unit="minutes")
        wait_until(lambda: workspace.state(shop) == "healthy", "the watcher is healthy", 40)
        hook = {"name": "Hook", "kind": "webhook", "options": {"url": here.hook_url}}
        channel = ada.call("POST", f"{workspace.path}/channels", 201, json=hook)
        # The other policy, by mail to the owner, every workspace has.
        policy = {"name": "Hook", "steps": [{"after_s": 0, "channel_ids": [channel["id"]]}]}
        ada.call("POST", f"{workspace.path}/alert-policies", 201, json=policy)

        database.execute(STOP_CLAIMS)
        with ExitStack() as channels:
            with locked(plain, f"SELECT pg_advisory_xact_lock({LOCK})"):
                target.set("/shop", Answer(status=500))
                ada.call("POST", f"{workspace.path}/watchers/{shop}/check")
                wait_until(lambda: count("SELECT count(*) FROM delivery") == 2, "the plan is committed", 30)
                kill(planning)
                since = database.execute("SELECT clock_timestamp()").fetchone()
                claiming = working()
                wait_until(lambda: database.execute(WAITING, since).fetchone() is not None, "it is about to claim", 30)
                channels.enter_context(locked(plain, "LOCK TABLE channel IN ACCESS EXCLUSIVE MODE"))
            claimed = "SELECT count(*) FROM delivery WHERE lease_until IS NOT NULL"
            wait_until(lambda: count(claimed) == 2, "the claim is committed", 30)
            kill(claiming)
        assert here.has(0)

        database.execute("DROP TRIGGER wait_here ON delivery")
        leases_end()
        killed_at = here.gate = threading.Event()
        sending = working()
        wait_until(lambda: here.has(1), "both are being sent", 30)
        kill(sending)
        killed_at.set()

        leases_end()
        frozen_at = here.gate = threading.Event()
        frozen = working()
        wait_until(lambda: here.has(2), "both are being sent again", 30)
        frozen.send(signal.SIGSTOP)
        leases_end()
        here.gate = killed_at
        working()
        sent = "SELECT count(*) FROM delivery WHERE state = 'sent'"
        wait_until(lambda: here.has(3) and count(sent) == 2, "another has sent both", 30)
        frozen_at.set()
        frozen.send(signal.SIGCONT)
        wait_until(lambda: "their lease had been taken over" in frozen.log, "the late result is refused", 30)
        assert count("SELECT count(*) FROM deliveryattempt") == 2

        target.set("/shop", Answer())
        ada.call("POST", f"{workspace.path}/watchers/{shop}/check")
        wait_until(lambda: here.has(4), "its end is told", 30)
        assert [kind for kind, _ in here.hooks] == ["down"] * 3 + ["recovered"]
        assert [subject for subject, _ in here.mails] == ["Down: Shop"] * 3 + ["Recovered: Shop"]
        for arrived in (here.hooks, here.mails):
            assert len({name for _, name in arrived[:3]}) == 1
            assert len({name for _, name in arrived}) == 2


@contextmanager
def locked(url: str, statement: str) -> Iterator[None]:
    """Holds what the statement locks."""
    with psycopg.connect(url) as holder:
        holder.execute(statement)
        yield
        holder.rollback()
