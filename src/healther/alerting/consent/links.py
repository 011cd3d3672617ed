"""The link by which an address says yes or no: signed, for a week, and nothing else can be done with it."""

import base64
import binascii
import hmac
from hashlib import sha256
from uuid import UUID

from healther.core.clock import DAY_MS, SECOND_MS
from healther.core.crypto import derive_key
from healther.core.settings import Settings

LASTS_MS = 7 * DAY_MS
PURPOSE = "consent"
_UNTIL_BYTES = 5
_FACTS_BYTES = 16 + _UNTIL_BYTES


class ConsentLinks:
    """Makes and reads the links. What an earlier SECRET_KEY signed counts as long as it is kept."""

    def __init__(self, settings: Settings) -> None:
        secrets = (settings.require_secret_key(), *settings.old_secret_keys)
        self._keys = [derive_key(each, PURPOSE) for each in secrets]
        self._base = f"{settings.public_url.rstrip('/')}/consent/"

    def make(self, address_id: UUID, now_ms: int) -> str:
        """The link to one address of one workspace, or of one account."""
        until = (now_ms + LASTS_MS) // SECOND_MS
        facts = address_id.bytes + until.to_bytes(_UNTIL_BYTES, "big")
        signed = facts + hmac.digest(self._keys[0], facts, sha256)
        return self._base + base64.urlsafe_b64encode(signed).rstrip(b"=").decode()

    def read(self, token: str, now_ms: int) -> UUID | None:
        """Which address it is of; None when it is not ours or its time is over."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        facts, signature = raw[:_FACTS_BYTES], raw[_FACTS_BYTES:]
        if len(raw) != _FACTS_BYTES + sha256().digest_size:
            return None
        if not any(hmac.compare_digest(signature, hmac.digest(key, facts, sha256)) for key in self._keys):
            return None
        over = int.from_bytes(facts[-_UNTIL_BYTES:], "big") * SECOND_MS <= now_ms
        return None if over else UUID(bytes=facts[:16])
