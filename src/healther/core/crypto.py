"""Sealing of secrets at rest with keys derived from SECRET_KEY (HKDF-SHA256, RFC 5869; Fernet)."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive_key(secret_key: str, purpose: str) -> bytes:
    """32 bytes bound to `purpose`, so that a key for one use is useless for another."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"healther", info=purpose.encode()).derive(secret_key.encode())


class SealedWithAnotherKeyError(ValueError):
    """The sealed bytes were made with another SECRET_KEY."""


class Sealer:
    """Seals and opens bytes for one purpose; what `old_keys` sealed is opened, and sealed with the new one."""

    def __init__(self, secret_key: str, purpose: str, old_keys: Sequence[str] = ()) -> None:
        self._newest = _fernet(secret_key, purpose)
        self._all = MultiFernet([self._newest, *(_fernet(old, purpose) for old in old_keys)])

    def seal(self, clear: bytes) -> bytes:
        """Encrypted and authenticated bytes."""
        return self._newest.encrypt(clear)

    def open(self, sealed: bytes) -> bytes:
        """The clear bytes; raises SealedWithAnotherKeyError when no key fits."""
        try:
            return self._all.decrypt(sealed)
        except InvalidToken as error:
            raise SealedWithAnotherKeyError("sealed with another HEALTHER_SECRET_KEY") from error

    def opens(self, sealed: bytes) -> bool:
        """Whether one of the keys opens it."""
        try:
            self._all.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key alone opens it."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True


def _fernet(secret_key: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive_key(secret_key, purpose)))
