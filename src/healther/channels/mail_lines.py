"""Open connections to a mail server, each used for one mail after another."""

import time

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException

# Servers end a connection that rests, or has carried many mails: before they do, it is left.
IDLE_S = 10.0
MOST_MAILS = 100


class MailLines:
    """Connections that rest between two mails, the last one used first; of one event loop."""

    def __init__(self) -> None:
        self._resting: list[tuple[SMTP, float]] = []
        self._carried: dict[SMTP, int] = {}

    async def take(self) -> SMTP | None:
        """One that answers, or None: then make one and give it back when it has carried its mail."""
        while self._resting:
            client, since = self._resting.pop()
            if time.monotonic() - since <= IDLE_S and client.is_connected:
                try:
                    await client.rset()
                except (SMTPException, OSError):
                    # The server has left it: the next one, or a new one.
                    self._leave(client)
                    continue
                return client
            self._leave(client)
        return None

    def give_back(self, client: SMTP) -> None:
        """It has carried a mail and may carry another."""
        carried = self._carried.get(client, 0) + 1
        if carried >= MOST_MAILS:
            self._leave(client)
            return
        self._carried[client] = carried
        self._resting.append((client, time.monotonic()))

    def close(self) -> None:
        """Leaves all that rest."""
        while self._resting:
            self._leave(self._resting.pop()[0])

    def _leave(self, client: SMTP) -> None:
        self._carried.pop(client, None)
        client.close()
