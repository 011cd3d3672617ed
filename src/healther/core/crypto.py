"""Sealing of secrets at rest with keys derived from SECRET_KEY (HKDF-SHA256, RFC 5869; Fernet)."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive_key(secret_key: str, purpose: str) -> bytes:
    """32 bytes bound to `purpose`, so that a key for one use is useless for another."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"healther", info=purpose.encode()).derive(secret_key.encode())


class SealedWithAnotherKeyError(ValueError):
    """The sealed bytes were made with another SECRET_KEY."""


class Sealer:
    """Seals and opens bytes for one purpose."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(derive_key(secret_key, purpose)))

    def seal(self, clear: bytes) -> bytes:
        """Encrypted and authenticated bytes."""
        return self._fernet.encrypt(clear)

    def open(self, sealed: bytes) -> bytes:
        """The clear bytes; raises SealedWithAnotherKeyError when the key does not fit."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SealedWithAnotherKeyError("sealed with another HEALTHER_SECRET_KEY") from error
