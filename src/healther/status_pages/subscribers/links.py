"""The link by which a subscriber confirms, chooses and leaves: signed, so that nothing of it needs to be kept."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from healther.core.crypto import derive_key
from healther.core.settings import Settings

PURPOSE = "subscription"
_ID_BYTES = 16
_SIGNATURE_BYTES = sha256().digest_size
_EVERY, _CHOSEN = b"\x00", b"\x01"
_KEY_BYTES = 6


class Link(NamedTuple):
    """Whose link it is, and the services that were chosen when it was sent: empty = nothing of them is in it."""

    subscriber_id: UUID
    choice: bytes = b""

    def keys(self, kept: Sequence[str] | None, known: Sequence[str]) -> list[str] | None:
        """Which of the page's services it stands for, None = every one; `kept` where the link says nothing."""
        if not self.choice:
            return None if kept is None else list(kept)
        if self.choice == _EVERY:
            return None
        digests = self.choice[len(_CHOSEN) :]
        wanted = {digests[at : at + _KEY_BYTES] for at in range(0, len(digests), _KEY_BYTES)}
        return [key for key in known if _digest(key) in wanted]


def choice_of(keys: Sequence[str] | None) -> bytes:
    """These services as a link carries them; None = every one."""
    return _EVERY if keys is None else _CHOSEN + b"".join(map(_digest, keys))


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()[:_KEY_BYTES]


class SubscriptionLinks:
    """Makes and reads the links. What an earlier SECRET_KEY signed counts as long as it is kept."""

    def __init__(self, settings: Settings) -> None:
        secrets = (settings.require_secret_key(), *settings.old_secret_keys)
        self._keys = [derive_key(each, PURPOSE) for each in secrets]
        self._base = f"{settings.public_url.rstrip('/')}/subscription/"

    def manage(self, subscriber_id: UUID) -> str:
        """Where they choose."""
        return self._base + self._token(Link(subscriber_id))

    def confirm(self, subscriber_id: UUID, keys: Sequence[str] | None) -> str:
        """Where they confirm what was chosen when they were asked, whatever somebody else has chosen since."""
        return self._base + self._token(Link(subscriber_id, choice_of(keys)))

    def unsubscribe(self, subscriber_id: UUID) -> str:
        """Where they leave, by one POST (RFC 8058)."""
        return f"{self.manage(subscriber_id)}/unsubscribe"

    def read(self, token: str) -> Link | None:
        """The link; None when it is not ours."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) < _ID_BYTES + _SIGNATURE_BYTES:
            return None
        said, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
        if not any(hmac.compare_digest(signature, hmac.digest(key, said, sha256)) for key in self._keys):
            return None
        return Link(UUID(bytes=said[:_ID_BYTES]), said[_ID_BYTES:])

    def _token(self, link: Link) -> str:
        said = link.subscriber_id.bytes + link.choice
        return base64.urlsafe_b64encode(said + hmac.digest(self._keys[0], said, sha256)).rstrip(b"=").decode()
