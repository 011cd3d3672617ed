"""The links that are mailed to the address of an account, or of somebody who was invited: signed, none is kept.

What they do is done by a button behind them: programs follow links, none presses buttons.
"""

from typing import NamedTuple
from uuid import UUID

from healther.accounts.models import User
from healther.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from healther.core.settings import Settings
from healther.core.signed import Signatures, Signed, unpacked

LASTS_MS = HOUR_MS
MINUTES = LASTS_MS // MINUTE_MS
_ID_BYTES = 16
_UNTIL_BYTES = 5
_FACTS_BYTES = _ID_BYTES + _UNTIL_BYTES


class AccountLink(NamedTuple):
    """What a link says: whose account, until when (epoch ms), and the address it is to have. Nothing is checked yet."""

    user_id: UUID
    until_ms: int
    email: str
    signed: Signed


class AccountLinks:
    """Makes and checks the links of one purpose. What is secret stands behind the #, where it reaches no log.

    A link is signed together with the password's hash and the address: once one of them is another, it is worth
    nothing. So it works once (OWASP ASVS 4.0, 2.5.6 and 2.7; 5.0, 6.4.3).
    """

    def __init__(self, settings: Settings, purpose: str, path: str) -> None:
        self._signatures = Signatures(settings, purpose)
        self._base = f"{settings.public_url.rstrip('/')}/{path}#"

    def make(self, user: User, now_ms: int, email: str = "") -> str:
        """The link of one account, good for LASTS_MS; `email` is the address it is to have, if it is about that."""
        until = (now_ms + LASTS_MS) // SECOND_MS
        facts = user.id.bytes + until.to_bytes(_UNTIL_BYTES, "big") + email.encode()
        return self._base + self._signatures.token(facts, _state(user))

    def read(self, token: str, now_ms: int) -> AccountLink | None:
        """What a token says, to be checked against that account; None when it is none or its time is over."""
        signed = unpacked(token)
        if signed is None or len(signed.facts) < _FACTS_BYTES:
            return None
        until_ms = int.from_bytes(signed.facts[_ID_BYTES:_FACTS_BYTES], "big") * SECOND_MS
        if until_ms <= now_ms:
            return None
        email = signed.facts[_FACTS_BYTES:].decode(errors="replace")
        return AccountLink(UUID(bytes=signed.facts[:_ID_BYTES]), until_ms, email, signed)

    def are_of(self, link: AccountLink, user: User) -> bool:
        """Whether we made it for this account as it is now."""
        return self._signatures.are_ours(link.signed, _state(user))


class Refusal(NamedTuple):
    """What an address refuses: the mails of an invitation, or, by its `email`, the questions of an account."""

    of_id: UUID
    email: str


class RefusalLinks:
    """Makes and reads the link by which an address wants no more of what it was mailed."""

    def __init__(self, settings: Settings) -> None:
        self._signatures = Signatures(settings, "refuse-invitations")
        self._base = f"{settings.public_url.rstrip('/')}/refusal/"

    def make(self, invitation_id: UUID) -> str:
        """The link of one invitation, as long as that is kept."""
        return self._base + self._signatures.token(invitation_id.bytes)

    def make_for(self, user_id: UUID, email: str) -> str:
        """The link of an address that an account wants to have."""
        return self._base + self._signatures.token(user_id.bytes + email.encode())

    def read(self, token: str) -> Refusal | None:
        """What is refused by it; None when it is not ours."""
        signed = unpacked(token)
        if signed is None or len(signed.facts) < _ID_BYTES or not self._signatures.are_ours(signed):
            return None
        return Refusal(UUID(bytes=signed.facts[:_ID_BYTES]), signed.facts[_ID_BYTES:].decode())


def _state(user: User) -> bytes:
    return f"\0{user.email}\0{user.hashed_password}".encode()
