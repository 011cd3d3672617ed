"""The link in a message that acknowledges its incident: signed, for a week, and nothing else can be done with it."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from healther.core.clock import DAY_MS, SECOND_MS
from healther.core.crypto import derive_key

LASTS_MS = 7 * DAY_MS
PURPOSE = "acknowledge"
_UNTIL_BYTES = 5
_FACTS_BYTES = 2 * 16 + _UNTIL_BYTES
_TOKEN_BYTES = _FACTS_BYTES + sha256().digest_size


class Acknowledgement(NamedTuple):
    """What a link stands for: whoever got this delivery takes this incident on. `made_at`: epoch ms, whole seconds."""

    incident_id: UUID
    delivery_id: UUID
    made_at: int


class AcknowledgeLinks:
    """Makes and reads the links; `public_url` is where people reach healther.

    What one of `old_secret_keys` signed counts too: a change of the key takes no link away that was sent before.
    """

    def __init__(self, secret_key: str, public_url: str, old_secret_keys: Sequence[str] = ()) -> None:
        self._keys = [derive_key(each, PURPOSE) for each in (secret_key, *old_secret_keys)]
        self._base = f"{public_url.rstrip('/')}/ack/"

    def make(self, incident_id: UUID, delivery_id: UUID, now_ms: int) -> str:
        """The link of one delivery."""
        until = (now_ms + LASTS_MS) // SECOND_MS
        facts = incident_id.bytes + delivery_id.bytes + until.to_bytes(_UNTIL_BYTES, "big")
        return self._base + base64.urlsafe_b64encode(facts + _signature(self._keys[0], facts)).rstrip(b"=").decode()

    def read(self, token: str, now_ms: int) -> Acknowledgement | None:
        """What a token stands for; None when it is not ours or its time is over."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        facts, signature = raw[:_FACTS_BYTES], raw[_FACTS_BYTES:]
        if len(raw) != _TOKEN_BYTES:
            return None
        if not any(hmac.compare_digest(signature, _signature(key, facts)) for key in self._keys):
            return None
        until_ms = int.from_bytes(facts[-_UNTIL_BYTES:], "big") * SECOND_MS
        if until_ms <= now_ms:
            return None
        return Acknowledgement(UUID(bytes=facts[:16]), UUID(bytes=facts[16:32]), until_ms - LASTS_MS)


def _signature(key: bytes, facts: bytes) -> bytes:
    return hmac.digest(key, facts, sha256)
