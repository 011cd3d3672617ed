"""Tokens: short-lived access tokens (JWT, HS256 and nothing else) and the opaque refresh tokens that renew them."""

import hashlib
import secrets
from dataclasses import dataclass, field
from uuid import UUID

import jwt

from healther.core.clock import SECOND_MS
from healther.core.crypto import derive_key
from healther.core.errors import UnauthenticatedProblem
from healther.core.ids import new_id

ALGORITHM = "HS256"
# How far the clocks of two API machines may be apart.
LEEWAY_S = 10
MAX_TOKEN_CHARS = 2_048
_REQUIRED = ["exp", "iat", "sub", "jti", "ver", "sid"]
_HEADER = frozenset({"alg", "typ"})


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says: who, at which token version, of which sign-in, and until when (seconds since 1970).

    Of an API key (`is_key`) the sign-in is the key itself.
    """

    user_id: UUID
    version: int
    family_id: UUID
    expires_at_s: int = field(default=0, compare=False)
    is_key: bool = False


class TokenSigner:
    """Issues and verifies access tokens with a key derived from SECRET_KEY."""

    def __init__(self, secret_key: str, minutes: int) -> None:
        self._key = derive_key(secret_key, "access-token")
        self.lifetime_s = minutes * 60

    def issue(self, claims: Claims, now_ms: int) -> str:
        """A token valid for `lifetime_s` seconds from `now_ms`."""
        now_s = now_ms // SECOND_MS
        payload = {
            "exp": now_s + self.lifetime_s,
            "iat": now_s,
            "sub": str(claims.user_id),
            "jti": str(new_id()),
            "ver": claims.version,
            "sid": str(claims.family_id),
        }
        return jwt.encode(payload, self._key, algorithm=ALGORITHM)

    def verify(self, token: str) -> Claims:
        """The claims of a token that is ours, complete and not expired; raises UnauthenticatedProblem (A4)."""
        if len(token) > MAX_TOKEN_CHARS:
            raise _refused()
        try:
            # A `kid`, `jku` or `crit` is never ours, and asking for a key by name is how verifiers were fooled.
            if not jwt.get_unverified_header(token).keys() <= _HEADER:
                raise _refused()
            payload = jwt.decode(
                # One of ours that was issued later than now is from before the clock was set back (R12).
                token,
                self._key,
                algorithms=[ALGORITHM],
                leeway=LEEWAY_S,
                options={"require": _REQUIRED, "verify_iat": False},
            )
            if type(payload["ver"]) is not int:
                raise _refused()
            return Claims(UUID(payload["sub"]), payload["ver"], UUID(payload["sid"]), int(payload["exp"]))
        except jwt.ExpiredSignatureError as error:
            raise UnauthenticatedProblem("The access token has expired; refresh it or sign in again.") from error
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError) as error:
            raise _refused() from error


def new_refresh_token() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def refresh_token_hash(token: str) -> bytes:
    """What is stored of a refresh token: a plain hash, because it has 256 bits to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _refused() -> UnauthenticatedProblem:
    return UnauthenticatedProblem("The access token is not valid; sign in again.")
