"""Facts that somebody hands back to us: signed for one purpose, so that nothing of them needs to be kept."""

import base64
import binascii
import hmac
from hashlib import sha256
from typing import NamedTuple

from healther.core.crypto import derive_key
from healther.core.settings import Settings

_SIGNATURE_BYTES = sha256().digest_size


class Signed(NamedTuple):
    """What a token says, and its signature: believe nothing of it before `Signatures.are_ours`."""

    facts: bytes
    signature: bytes


class Signatures:
    """Makes and checks tokens of one purpose. What an earlier SECRET_KEY signed counts as long as it is kept."""

    def __init__(self, settings: Settings, purpose: str) -> None:
        secrets = (settings.require_secret_key(), *settings.old_secret_keys)
        self._keys = [derive_key(each, purpose) for each in secrets]

    def token(self, facts: bytes, state: bytes = b"") -> str:
        """The facts, signed together with a `state` that is not in it: once that is another, it is not ours."""
        signature = hmac.digest(self._keys[0], facts + state, sha256)
        return base64.urlsafe_b64encode(facts + signature).rstrip(b"=").decode()

    def are_ours(self, signed: Signed, state: bytes = b"") -> bool:
        """Whether we signed these facts in this state."""
        said = signed.facts + state
        return any(hmac.compare_digest(signed.signature, hmac.digest(key, said, sha256)) for key in self._keys)


def unpacked(token: str) -> Signed | None:
    """The parts of a token; None for what is none."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return Signed(raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]) if len(raw) > _SIGNATURE_BYTES else None
