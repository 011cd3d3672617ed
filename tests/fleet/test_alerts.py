"""From a failed check to a mail, by real processes: whoever is killed on the way, it arrives, in order (R1, R10)."""

import signal
import sqlite3
import threading

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.processes import Processes
from tests.support.servers import wait_until
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.target import Answer, Target


def subjects(sink: SmtpSink) -> list[str]:
    return [str(mail.parsed["Subject"]) for mail in sink.mails]


def test_an_alert_outlives_kill_9_before_planning_and_between_sending_and_recording(
    processes: Processes, target: Target, sqlite_url: str
) -> None:
    taken, kill_now = threading.Event(), [lambda: None]

    with smtp_sink() as sink:
        store = sink.handle_DATA

        async def handle_DATA(server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            answer = await store(server, session, envelope)
            if not taken.is_set():
                # The mail is here; the process that sent it never hears so.
                kill_now[0]()
                taken.set()
            return answer

        sink.handle_DATA = handle_DATA  # type: ignore[method-assign]
        processes.settings(
            DATABASE_URL=sqlite_url, SMTP_URL=f"smtp://127.0.0.1:{sink.port}", MAIL_FROM="alerts@healther.example.org"
        )
        server = processes.up()
        workspace = processes.workspace(server)
        ada = workspace.client
        watcher_id = workspace.watch(target.url("/shop"), failure_threshold=1)
        wait_until(lambda: workspace.state(watcher_id) == "healthy", "the watcher is healthy")

        target.set("/shop", Answer(status=500))
        ada.call("POST", f"{workspace.path}/watchers/{watcher_id}/check")
        assert workspace.state(watcher_id) == "down"
        server.send(signal.SIGKILL)
        server.wait()
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
        target.set("/shop", Answer())
        ada.call("POST", f"{workspace.path}/watchers/{watcher_id}/check")
        wait_until(lambda: len(sink.mails) == 3, "its end is told", 40)
        assert subjects(sink) == ["Down: Shop", "Down: Shop", "Recovered: Shop"]

        def recorded() -> bool:
            deliveries = ada.call("GET", f"{workspace.path}/deliveries")["items"]
            return [(each["kind"], each["state"]) for each in deliveries] == [("recovered", "sent"), ("down", "sent")]

        wait_until(recorded, "both are recorded as sent, once")


def _pass_a_minute(sqlite_url: str) -> None:
    """The lease of the killed sender runs out."""
    database = sqlite3.connect(sqlite_url.partition(":///")[2])
    with database:
        assert database.execute("UPDATE delivery SET lease_until = 0 WHERE lease_until > 0").rowcount == 1
    database.close()
