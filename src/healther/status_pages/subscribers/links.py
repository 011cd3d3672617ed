"""The link by which a subscriber confirms, chooses and leaves: signed, so that nothing of it needs to be kept."""

import base64
import binascii
import hmac
from hashlib import sha256
from uuid import UUID

from healther.core.crypto import derive_key
from healther.core.settings import Settings

PURPOSE = "subscription"
_ID_BYTES = 16
_TOKEN_BYTES = _ID_BYTES + sha256().digest_size


class SubscriptionLinks:
    """Makes and reads the links. What an earlier SECRET_KEY signed counts as long as it is kept."""

    def __init__(self, settings: Settings) -> None:
        secrets = (settings.require_secret_key(), *settings.old_secret_keys)
        self._keys = [derive_key(each, PURPOSE) for each in secrets]
        self._base = f"{settings.public_url.rstrip('/')}/subscription/"

    def manage(self, subscriber_id: UUID) -> str:
        """Where they confirm, and later choose."""
        return self._base + self._token(subscriber_id)

    def unsubscribe(self, subscriber_id: UUID) -> str:
        """Where they leave, by one POST (RFC 8058)."""
        return f"{self.manage(subscriber_id)}/unsubscribe"

    def read(self, token: str) -> UUID | None:
        """Whose link it is; None when it is not ours."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != _TOKEN_BYTES:
            return None
        named, signature = raw[:_ID_BYTES], raw[_ID_BYTES:]
        if not any(hmac.compare_digest(signature, hmac.digest(key, named, sha256)) for key in self._keys):
            return None
        return UUID(bytes=named)

    def _token(self, subscriber_id: UUID) -> str:
        named = subscriber_id.bytes
        return base64.urlsafe_b64encode(named + hmac.digest(self._keys[0], named, sha256)).rstrip(b"=").decode()
