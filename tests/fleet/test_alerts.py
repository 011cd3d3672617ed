"""From a failed check to a mail, by real processes: whoever is killed on the way, it arrives, in order (R1, R10)."""

import asyncio
import signal
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.faketime import needs_faketime, wall_clock
from tests.support.people import Workspace
from tests.support.processes import Process, Processes, Server
from tests.support.servers import wait_until
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.target import Answer, Target


def subjects(sink: SmtpSink) -> list[str]:
    return [str(mail.parsed["Subject"]) for mail in sink.mails]


def before_the_first_answer(sink: SmtpSink, do: Callable[[], Awaitable[object]]) -> None:
    """Has this happen when the first mail is here, and whoever sent it has not heard so."""
    store = sink.handle_DATA

    async def handle_DATA(server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        first = not sink.mails
        answer = await store(server, session, envelope)
        if first:
            await do()
        return answer

    sink.handle_DATA = handle_DATA  # type: ignore[method-assign]


class Shop(NamedTuple):
    """A healthy watcher in a workspace of this process."""

    server: Server
    workspace: Workspace
    watcher_id: UUID
    target: Target

    def answers(self, status: int) -> None:
        """Its target answers so from now on, and that is seen: the first answer may be a check's that was under way."""
        self.target.set("/shop", Answer(status=status))
        path = f"{self.workspace.path}/watchers/{self.watcher_id}/check"
        wait_until(lambda: self.workspace.client.call("POST", path)["response_status"] == status, "it is seen")


def watched(processes: Processes, target: Target, sink: SmtpSink, sqlite_url: str) -> Shop:
    """By a process whose mails go to the sink."""
    processes.settings(
        DATABASE_URL=sqlite_url,
        SMTP_URL=f"smtp://127.0.0.1:{sink.port}",
        MAIL_FROM="alerts@healther.example.org",
        REGISTRATION="first",
    )
    server = processes.up()
    workspace = processes.workspace(server)
    # So seldom that nothing but the test looks at it.
    watcher_id = workspace.watch(target.url("/shop"), failure_threshold=1, every_value=10, every_unit="minutes")
    wait_until(lambda: workspace.state(watcher_id) == "healthy", "the watcher is healthy")
    return Shop(server, workspace, watcher_id, target)


def test_an_alert_outlives_kill_9_before_planning_and_between_sending_and_recording(
    processes: Processes, target: Target, sqlite_url: str
) -> None:
    taken, kill_now = threading.Event(), [lambda: None]

    async def kill_once() -> None:
        # The mail is here; the process that sent it never hears so.
        kill_now[0]()
        taken.set()

    with smtp_sink() as sink:
        before_the_first_answer(sink, kill_once)
        shop = watched(processes, target, sink, sqlite_url)
        ada, workspace = shop.workspace.client, shop.workspace
        shop.answers(500)
        assert workspace.state(shop.watcher_id) == "down"
        shop.server.send(signal.SIGKILL)
        shop.server.wait()
        assert sink.mails == [], "planning waits for others with the same cause: nothing can have left yet"

        killed = processes.up()
        kill_now[0] = lambda: killed.send(signal.SIGKILL)
        wait_until(taken.is_set, "the mail has arrived", 30)
        killed.wait()
        assert subjects(sink) == ["Down: Shop"]
        _pass_a_minute(sqlite_url)

        last = processes.up()
        ada.api = last.url
        wait_until(lambda: len(sink.mails) == 2, "the mail has arrived again", 30)
        assert sink.mails[0].parsed["Message-ID"] == sink.mails[1].parsed["Message-ID"]
        shop.answers(200)
        wait_until(lambda: len(sink.mails) == 3, "its end is told", 40)
        assert subjects(sink) == ["Down: Shop", "Down: Shop", "Recovered: Shop"]

        def recorded() -> bool:
            deliveries = ada.call("GET", f"{workspace.path}/deliveries")["items"]
            return [(each["kind"], each["state"]) for each in deliveries] == [("recovered", "sent"), ("down", "sent")]

        wait_until(recorded, "both are recorded as sent, once")


@needs_faketime
def test_an_outage_after_the_clock_of_a_running_healther_was_set_back_by_an_hour_is_told_within_seconds(
    processes: Processes, target: Target, sqlite_url: str, tmp_path: Path
) -> None:
    """R12; whoever was signed in before still is."""
    clock = wall_clock(processes, tmp_path, "+3600")
    with smtp_sink() as sink:
        shop = watched(processes, target, sink, sqlite_url)
        clock.write_text("+0")
        wait_until(lambda: "the clock was set back" in shop.server.log, "it has noticed")
        for status, told in ((500, "Down: Shop"), (200, "Recovered: Shop")) * 2:
            before = len(sink.mails)
            shop.answers(status)
            wait_until(lambda before=before: len(sink.mails) > before, f"{told} has arrived", 40)
            assert subjects(sink)[before:] == [told]
        incidents = shop.workspace.client.call("GET", f"{shop.workspace.path}/incidents")["items"]
        assert len(incidents) == 2
        now = datetime.now(UTC)
        for each in incidents:
            started, resolved = (datetime.fromisoformat(each[name]) for name in ("started_at", "resolved_at"))
            assert timedelta() < resolved - started < timedelta(minutes=5)
            assert resolved <= now


def test_two_processes_on_one_file_send_again_what_a_frozen_one_was_sending_and_refuse_its_late_result(
    processes: Processes, target: Target, sqlite_url: str
) -> None:
    """As `healther up` that is begun beside another on the same machine, for a while (R5)."""
    frozen_at = threading.Event()
    with smtp_sink() as sink:
        before_the_first_answer(sink, lambda: asyncio.to_thread(frozen_at.wait, 120))
        shop = watched(processes, target, sink, sqlite_url)
        ada, frozen = shop.workspace.client, shop.server
        shop.answers(500)
        wait_until(lambda: len(sink.mails) == 1, "the mail is being sent", 30)
        wait_until(lambda: _froze_without_the_lock(frozen, sqlite_url), "it is frozen, and holds no lock of the file")
        _pass_a_minute(sqlite_url)

        other = processes.up()
        ada.api = other.url
        wait_until(lambda: len(sink.mails) == 2, "the other has sent it again", 40)
        sent = "SELECT count(*) FROM delivery WHERE state = 'sent'"
        wait_until(lambda: _asked(sqlite_url, sent) == 1, "it is recorded as sent")
        frozen_at.set()
        frozen.send(signal.SIGCONT)
        wait_until(lambda: "their lease had been taken over" in frozen.log, "the late result is refused", 30)
        assert sink.mails[0].parsed["Message-ID"] == sink.mails[1].parsed["Message-ID"]
        assert _asked(sqlite_url, "SELECT count(*) FROM deliveryattempt") == 1

        shop.answers(200)
        wait_until(lambda: len(sink.mails) == 3, "its end is told", 40)
        assert subjects(sink) == ["Down: Shop", "Down: Shop", "Recovered: Shop"]


def _froze_without_the_lock(process: Process, sqlite_url: str) -> bool:
    """Stops it; not in the middle of a transaction, which nobody could end."""
    process.send(signal.SIGSTOP)
    database = sqlite3.connect(sqlite_url.partition(":///")[2], timeout=0, isolation_level=None)
    try:
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
    except sqlite3.OperationalError:
        process.send(signal.SIGCONT)
        return False
    finally:
        database.close()
    return True


def _asked(sqlite_url: str, query: str) -> int:
    database = sqlite3.connect(sqlite_url.partition(":///")[2])
    try:
        return int(database.execute(query).fetchone()[0])
    finally:
        database.close()


def _pass_a_minute(sqlite_url: str) -> None:
    """The lease of the killed sender runs out."""
    database = sqlite3.connect(sqlite_url.partition(":///")[2])
    with database:
        assert database.execute("UPDATE delivery SET lease_until = 0 WHERE lease_until > 0").rowcount == 1
    database.close()
