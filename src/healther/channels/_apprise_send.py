"""Apprise itself, and the `requests` it sends by, whose connections go through the guarded network."""

import logging

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType, PersistentStoreMode

from healther.channels._colours import is_over, is_urgent
from healther.channels.base import Message
from healther.channels.words import plain, subject
from healther.net.borrowed import lend_network
from healther.net.loan import Loan

# Its plugins log what they send, tokens and all.
logging.getLogger("apprise").disabled = True

_ASSET = AppriseAsset(
    app_id="healther",
    app_desc="healther",
    async_mode=False,
    interpret_escapes=False,
    interpret_emojis=False,
    storage_mode=PersistentStoreMode.MEMORY,
)


def notify(url: str, message: Message, loan: Loan) -> bool | None:
    """Sends from this thread: whether the service took it; None = a URL that Apprise makes nothing of."""
    with lend_network(loan):
        service = Apprise.instantiate(url, asset=_ASSET, suppress_exceptions=True)
        if service is None:
            return None
        return bool(
            service.notify(
                body=plain(message),
                title=subject(message),
                notify_type=_type(message),
                body_format=NotifyFormat.TEXT,
            )
        )


def _type(message: Message) -> NotifyType:
    if is_urgent(message):
        return NotifyType.FAILURE
    return NotifyType.SUCCESS if is_over(message) else NotifyType.INFO
