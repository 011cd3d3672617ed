"""The hundred-odd other services, through Apprise; whatever it dials goes through the guarded network."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from healther.channels._apprise_services import OWN_KINDS, SERVICES
from healther.channels._fields import Line
from healther.channels._http import judged, refused
from healther.channels.base import Message, Receipt, RetryLaterError, SendContext, UndeliverableError
from healther.core.forms import ui
from healther.core.later import Later
from healther.net.loan import Loan

if TYPE_CHECKING:
    from healther.channels import _apprise_send
else:
    # With `requests` nine megabytes, for those who send by it.
    _apprise_send = Later("healther.channels._apprise_send")

_MARGIN_S = 0.5
_SENT_NOTHING = "Apprise sent nothing: this service does nothing for such a message, or its URL names nobody"
# Of its own: a plugin that rests between two requests must not keep others from the process's threads.
_threads = ThreadPoolExecutor(8, thread_name_prefix="apprise")


def _known_service(value: str) -> str:
    scheme, separator, _ = value.partition("://")
    scheme = scheme.lower()
    if not separator:
        raise ValueError("must be an Apprise URL such as gotify://host/token")
    if scheme in OWN_KINDS:
        raise ValueError(f"choose the kind {OWN_KINDS[scheme]} instead of {scheme}://")
    if scheme not in SERVICES:
        raise ValueError(f"{scheme}:// is no service that healther lets Apprise use")
    return value


class AppriseChannel(BaseModel, frozen=True, extra="forbid"):
    """Sends through one of the services Apprise knows."""

    kind: Literal["apprise"] = Field(
        default="apprise", title="Kind", description="A service of Apprise.", examples=["apprise"]
    )
    url: Annotated[Line, AfterValidator(_known_service)] = Field(
        title="Apprise URL",
        description="The service's address as Apprise writes it; never shown again.",
        examples=["gotify://gotify.example.org/AaBbCcDdEeFfGgH"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Has Apprise send in a thread; what it dials and how long it may take is healther's."""
        loop = asyncio.get_running_loop()
        loan = Loan(context.net, loop, context.deadline)
        try:
            # What it dials ends by the deadline; the thread gets a moment to say so.
            async with asyncio.timeout(context.deadline - time.monotonic() + _MARGIN_S):
                taken = await loop.run_in_executor(_threads, _notify, self.url, message, loan)
        except TimeoutError as error:
            raise RetryLaterError("the service did not take the message in time") from error
        if taken is None:
            raise UndeliverableError("Apprise cannot use this URL: look at its page of the service", ends_channel=False)
        if taken and not loan.answers:
            raise UndeliverableError(_SENT_NOTHING, ends_channel=False)
        if taken:
            return Receipt(f"answered {loan.answers[-1].status}")
        if loan.errors:
            raise refused(loan.errors[-1])
        if loan.answers and loan.answers[-1].status >= 300:
            raise judged(loan.answers[-1], [self.url], frozenset({410}))
        raise RetryLaterError("the service did not take the message")


def _notify(url: str, message: Message, loan: Loan) -> bool | None:
    """In the thread, as is the import of what sends; what a plugin raises repeats the URL it was made of."""
    try:
        return _apprise_send.notify(url, message, loan)
    except Exception as error:
        # Not chained, and by its name alone: it goes to a log and to people.
        raise RetryLaterError(f"Apprise failed to send to this service ({type(error).__name__})") from None
