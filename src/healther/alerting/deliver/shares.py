"""How many of what is on its way at once may be anybody's: who hangs holds up nobody else. Pure.

Counted over all processes; each sends so many at once, so that others have room wherever one's share is used up.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from healther.alerting.models import Lane

AT_ONCE = {Lane.ALERT: 64, Lane.SUBSCRIBER: 32}

OF_WORKSPACE = 16
OF_CHANNEL = 4
# One that failed lately is tried by one message, and all that fail together leave the rest to those that work.
OF_FAILING_CHANNEL = 1
OF_FAILING = 16
# The operator's mail server is one place, whoever's mail it is.
OF_MAIL_SERVER = 32
# Webhooks and Slack of subscribers: anybody can enter the address of a server that hangs.
OF_HOOKS = 8
OF_HOOKS_OF_WORKSPACE = 4


class Part(StrEnum):
    """What is shared."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"
    FAILING = "failing"
    MAIL_SERVER = "mail server"
    HOOKS = "hooks"


Key = tuple[Part, UUID | None]


@dataclass(frozen=True, slots=True)
class Seat:
    """What one delivery on its way takes a share of. `mail`: by the operator's server; `hook`: of a subscriber."""

    workspace_id: UUID
    channel_id: UUID | None = None
    failing: bool = False
    mail: bool = False
    hook: bool = False

    def shares(self) -> dict[Key, int]:
        """Each of them, and how many it has room for."""
        if self.hook:
            return {(Part.HOOKS, None): OF_HOOKS, (Part.WORKSPACE, self.workspace_id): OF_HOOKS_OF_WORKSPACE}
        found: dict[Key, int] = {(Part.WORKSPACE, self.workspace_id): OF_WORKSPACE}
        if self.channel_id is not None:
            found[Part.CHANNEL, self.channel_id] = OF_FAILING_CHANNEL if self.failing else OF_CHANNEL
        if self.failing:
            found[Part.FAILING, None] = OF_FAILING
        if self.mail:
            found[Part.MAIL_SERVER, None] = OF_MAIL_SERVER
        return found


class Shares:
    """What is on its way, counted."""

    def __init__(self, under_way: Iterable[Seat]) -> None:
        self._taken: Counter[Key] = Counter()
        self._full: set[Key] = set()
        self.count = 0
        for seat in under_way:
            self._count(seat)

    def take(self, seat: Seat) -> bool:
        """Takes the seat, if all that it is a share of have room."""
        if any(self._taken[key] >= most for key, most in seat.shares().items()):
            return False
        self._count(seat)
        return True

    def full(self, part: Part) -> bool:
        """Whether there is no room in what all share."""
        return (part, None) in self._full

    def full_ones(self, part: Part) -> list[UUID]:
        """Whose share is used up."""
        return [owner for which, owner in self._full if which is part and owner is not None]

    def _count(self, seat: Seat) -> None:
        self.count += 1
        for key, most in seat.shares().items():
            self._taken[key] += 1
            if self._taken[key] >= most:
                self._full.add(key)
