"""Where a subscriber is reached: checked, sealed at rest, told apart by a keyed hash, shown masked."""

import base64
import hmac
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit

from pydantic import ValidationError

from healther.channels.base import Channel
from healther.channels.email import EmailChannel
from healther.channels.slack import SlackChannel
from healther.channels.webhook import WebhookChannel
from healther.core.crypto import derive_key
from healther.core.settings import Settings
from healther.core.text import masked_email, normal_email
from healther.status_pages.models import Subscriber

SEALER_PURPOSE = "subscriber-address"
MOST_CHARS = 1_000
_TAG_CHARS = 4


class Kind(StrEnum):
    """How a subscriber is reached."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SLACK = "slack"


class BadPlaceError(ValueError):
    """What was entered is no such address."""


def channel_of(kind: Kind, address: str) -> Channel:
    """What sends there; raises BadPlaceError."""
    try:
        if kind is Kind.EMAIL:
            return EmailChannel(to=[address])
        if kind is Kind.SLACK:
            return SlackChannel(webhook_url=address)
        return WebhookChannel(url=address)
    except ValidationError:
        # Not chained: the cause repeats the address.
        raise BadPlaceError(kind) from None


def checked(kind: Kind, text: str) -> str:
    """The address as it is kept; raises BadPlaceError, also for a webhook that would get its links unencrypted."""
    text = text.strip()
    if not text or len(text) > MOST_CHARS:
        raise BadPlaceError(kind)
    channel_of(kind, text)
    if kind is Kind.WEBHOOK and urlsplit(text).scheme != "https":
        raise BadPlaceError(kind)
    return normal_email(text) if kind is Kind.EMAIL else text


def masked(kind: str, address: str) -> str:
    """Enough of it to know it again, not enough to write to."""
    if kind == Kind.EMAIL:
        return masked_email(address)
    return f"{urlsplit(address).hostname or ''}/•••"


def tag_of(subscriber: Subscriber) -> str:
    """Four letters and digits by which two addresses that look alike when masked are told apart, on one page only."""
    told = sha256(subscriber.page_id.bytes + subscriber.address_hash).digest()
    return base64.b32encode(told)[:_TAG_CHARS].decode().lower()


class Places:
    """Seals and hashes addresses with keys of this installation."""

    def __init__(self, settings: Settings) -> None:
        self._sealer = settings.sealer(SEALER_PURPOSE)
        self._key = derive_key(settings.require_secret_key(), "subscriber address hash")

    def seal(self, address: str) -> bytes:
        """Encrypted, for the database."""
        return self._sealer.seal(address.encode())

    def open(self, sealed: bytes) -> str:
        """The address; raises SealedWithAnotherKeyError."""
        return self._sealer.open(sealed).decode()

    def hash(self, kind: str, address: str) -> bytes:
        """What tells addresses apart; without the key nobody finds out whose it is."""
        return hmac.digest(self._key, f"{kind}\n{address}".encode(), sha256)
