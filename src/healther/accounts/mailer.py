"""Mail to one person, at once: what an answer waits for, and what is not worth trying again a day later."""

import asyncio
import time
from random import SystemRandom

import structlog

from healther.channels.base import MailServer, Message, SendContext, SendError
from healther.channels.email import EmailChannel
from healther.core.text import ascii_email
from healther.net.client import Net

SEND_TIMEOUT_S = 10.0
MOST_AT_ONCE = 10
# How long after an answer a mail is written of which nobody may learn whether there is one.
LATER_S = (1.0, 6.0)
BUSY = "too many mails are on their way at this moment"

_RANDOM = SystemRandom()

log = structlog.get_logger()


class Mailer:
    """Sends mail of this process by the operator's server, a bounded number at a time."""

    def __init__(self, net: Net, server: MailServer | None, later_s: tuple[float, float] = LATER_S) -> None:
        self._net = net
        self._server = server
        self._later_s = later_s
        self._sending = 0

    @property
    def configured(self) -> bool:
        """Whether there is a server."""
        return self._server is not None

    async def send(self, address: str, message: Message) -> str | None:
        """None when the server took it; otherwise in words why not."""
        try:
            # An address may be fine to sign in with, and none that mail servers take.
            await asyncio.to_thread(ascii_email, address)
        except ValueError as error:
            return str(error)
        if self._sending >= MOST_AT_ONCE:
            return BUSY
        context = SendContext(net=self._net, mail_server=self._server, deadline=time.monotonic() + SEND_TIMEOUT_S)
        self._sending += 1
        try:
            await EmailChannel(to=[address]).send(context, message)
        except SendError as error:
            return error.answer
        finally:
            self._sending -= 1
        return None

    async def post(self, address: str, message: Message) -> bool:
        """As `send`, for nobody who waits for it: whether it left; why it did not is logged."""
        failure = await self.send(address, message)
        if failure is not None:
            log.warning("cannot mail about an account", kind=message.kind, thread=message.thread, answer=failure)
        return failure is None

    async def pause(self) -> None:
        """Waits for a moment that nobody can foresee."""
        await asyncio.sleep(_RANDOM.uniform(*self._later_s))
