"""The link by which an address says yes or no: signed, for a week, and nothing else can be done with it."""

from uuid import UUID

from healther.core.clock import DAY_MS, SECOND_MS
from healther.core.settings import Settings
from healther.core.signed import Signatures, unpacked

LASTS_MS = 7 * DAY_MS
PURPOSE = "consent"
_UNTIL_BYTES = 5
_FACTS_BYTES = 16 + _UNTIL_BYTES


class ConsentLinks:
    """Makes and reads the links."""

    def __init__(self, settings: Settings) -> None:
        self._signatures = Signatures(settings, PURPOSE)
        self._base = f"{settings.public_url.rstrip('/')}/consent/"

    def make(self, address_id: UUID, now_ms: int) -> str:
        """The link to one address of one workspace, or of one account."""
        until = (now_ms + LASTS_MS) // SECOND_MS
        return self._base + self._signatures.token(address_id.bytes + until.to_bytes(_UNTIL_BYTES, "big"))

    def read(self, token: str, now_ms: int) -> UUID | None:
        """Which address it is of; None when it is not ours or its time is over."""
        signed = unpacked(token)
        if signed is None or len(signed.facts) != _FACTS_BYTES or not self._signatures.are_ours(signed):
            return None
        over = int.from_bytes(signed.facts[-_UNTIL_BYTES:], "big") * SECOND_MS <= now_ms
        return None if over else UUID(bytes=signed.facts[:16])
