"""Where alerts of real processes arrive: a webhook and a mail server that may keep their senders waiting."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.sinks import SmtpSink, smtp_sink

_LONGEST_WAIT_S = 120


def _open() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class Doorstep:
    """What arrived, in order, as (kind or subject, id); whoever comes waits until the `gate` of that moment is set."""

    mail: SmtpSink
    hook_url: str = ""
    gate: threading.Event = field(default_factory=_open)
    hooks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def mails(self) -> list[tuple[str, str]]:
        """The mails."""
        return [(str(each.parsed["Subject"]), str(each.parsed["Message-ID"])) for each in self.mail.mails]

    def has(self, count: int) -> bool:
        """Whether so many have arrived at each of the two."""
        return len(self.hooks) == count and len(self.mail.mails) == count


@contextmanager
def doorstep() -> Iterator[Doorstep]:
    """Both, listening."""
    with smtp_sink() as mail:
        here = Doorstep(mail)
        store = mail.handle_DATA

        async def handle_DATA(server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            gate = here.gate
            answer = await store(server, session, envelope)
            await asyncio.to_thread(gate.wait, _LONGEST_WAIT_S)
            return answer

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gate = here.gate
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                here.hooks.append((body["kind"], self.headers["Idempotency-Key"]))
                gate.wait(_LONGEST_WAIT_S)
                # Whoever asked may have been killed meanwhile.
                with contextlib.suppress(ConnectionError):
                    self.send_response(200)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        mail.handle_DATA = handle_DATA  # type: ignore[method-assign]
        with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
            here.hook_url = f"http://127.0.0.1:{server.server_port}/"
            thread = threading.Thread(target=server.serve_forever, name="hook", daemon=True)
            thread.start()
            try:
                yield here
            finally:
                here.gate.set()
                server.shutdown()
                thread.join(10)
