"""Send test: one message, at once, outside of the outbox, and what came of it in words."""

import asyncio
import time
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.alerting.channels.schemas import ChannelTested
from healther.alerting.deliver.claim import SEND_TIMEOUT_S
from healther.alerting.mail_server import mail_server_of
from healther.channels.base import Channel, Message, SendContext, SendError
from healther.core.clock import SECOND_MS
from healther.core.errors import ThrottledProblem
from healther.core.settings import Settings
from healther.net.client import Net

# People press a button: more at once than this is somebody using healther to send.
MOST_AT_ONCE = 10
# Addresses are anybody's: mail to strangers by the button is neither one person's pastime nor one workspace's.
OF_PERSON = throttle.Limit("channel test, person", 20)
OF_WORKSPACE = throttle.Limit("channel test, workspace", 60)


async def count_test(session: AsyncSession, user_id: UUID, workspace_id: UUID, now_ms: int) -> None:
    """Counts one test of this person in this workspace; raises ThrottledProblem when the window has no more."""
    await throttle.take(session, OF_PERSON, OF_PERSON.key(str(user_id)), now_ms)
    await throttle.take(session, OF_WORKSPACE, OF_WORKSPACE.key(str(workspace_id)), now_ms)


class TestSender:
    """Sends test messages for the people of this process, a bounded number at a time."""

    __test__ = False  # pytest: no test class

    def __init__(self, net: Net, settings: Settings) -> None:
        self._net = net
        self._mail_server = mail_server_of(settings)
        self._free = asyncio.Semaphore(MOST_AT_ONCE)

    async def send(self, channel: Channel, message: Message) -> ChannelTested:
        """What the other side said, good or bad; raises ThrottledProblem when too many are under way."""
        if self._free.locked():
            raise ThrottledProblem("Too many tests run at this moment; try again in a few seconds.", retry_after_s=5)
        began = time.monotonic()
        context = SendContext(net=self._net, mail_server=self._mail_server, deadline=began + SEND_TIMEOUT_S)
        async with self._free:
            try:
                taken, answer = True, (await channel.send(context, message)).answer
            except SendError as error:
                taken, answer = False, error.answer
        return ChannelTested(taken=taken, answer=answer, took_ms=(time.monotonic() - began) * SECOND_MS)
