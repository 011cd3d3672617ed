"""What a workspace's planning looks at: its incidents, who is in them, and what is known of those watchers now."""

from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from healther.alerting.holds import Held
from healther.alerting.models import AlertRun
from healther.channels.base import MessageKind
from healther.incidents.departed import Departed
from healther.incidents.models import Hold, Impact, Incident
from healther.probes.base import Reason
from healther.watchers.states import State

CERTIFICATE_REASONS = frozenset({Reason.CERTIFICATE_EXPIRING, Reason.TLS_EXPIRED})


def change_words(*, down: bool, reason: str | None) -> set[str]:
    """The words of a policy's `changes` that cover one watcher as it is."""
    certificate = {str(MessageKind.CERTIFICATE)} if reason in CERTIFICATE_REASONS else set()
    if down:
        return certificate | {str(MessageKind.DOWN)}
    return certificate or {str(MessageKind.DEGRADED)}


@dataclass(slots=True)
class Part:
    """A watcher in an incident: its place there, and how it is now. Times in epoch ms."""

    watcher_id: UUID
    impact: Impact
    reason: str | None
    message: str | None
    joined_at: int
    left_at: int | None
    name: str
    url: str
    region: str
    state: State
    since: int
    last_checked_at: int | None
    automatic: bool = True
    last_reason: str | None = None
    merged_at: int | None = None
    known_until: int | None = None
    """When the next result is due."""
    seen_left_at: int | None = None
    return_told_at: int | None = None
    held: Held | None = None

    @property
    def recovered(self) -> bool:
        """Whether it has left because it is well, not because nobody watches it any more."""
        return self.left_at is not None and self.known

    @property
    def known(self) -> bool:
        """Whether checks say how it is: not of one that is paused, nor of one that was and is not checked again yet."""
        return self.state not in (State.PAUSED, State.PENDING)


class Standing(Enum):
    """Where an incident stands for alerting at one moment of a turn."""

    HELD = auto()
    """Open, and kept back by a reason, or until it is known whether there is one."""
    FLAPPING = auto()
    """Open, and kept back because it changes too often: that alone is told."""
    NEW = auto()
    """Open, and it is not decided yet who hears of it."""
    TOLD = auto()
    """Open, and its policies are at work."""
    TAKEN_ON = auto()
    """Open, and somebody is at work on it, so that its policies stand still."""
    MISSED = auto()
    """Over before it was decided who hears of it."""
    OVER = auto()
    """Over, and whoever was told is to hear so."""

    @property
    def loose(self) -> bool:
        """Whether it is open and nothing keeps it back."""
        return self in (Standing.NEW, Standing.TOLD, Standing.TAKEN_ON)


@dataclass(slots=True)
class Case:
    """An incident, the watchers in it and the policies at work on it."""

    incident: Incident
    parts: list[Part] = field(default_factory=list)
    runs: dict[UUID, AlertRun] = field(default_factory=dict)
    unwatched_ms: int = 0
    """For so long of one that is over nobody knew how it was."""
    departed: list[Departed] = field(default_factory=list)
    """Watchers that nobody watched for part of it, or at all any more; read where some are told as back, or all."""
    released: bool = False
    """It was held until this turn."""
    waits: bool = False
    """A parent is looked at before it is decided on."""

    @property
    def standing(self) -> Standing:
        """Where it stands now: what a turn decides moves it on."""
        if not self.open:
            return Standing.OVER if self.told else Standing.MISSED
        if self.incident.hold == Hold.FLAPPING:
            return Standing.FLAPPING
        if self.incident.hold is not None or self.waits:
            return Standing.HELD
        if not self.told:
            return Standing.NEW
        return Standing.TAKEN_ON if self.taken_on else Standing.TOLD

    @property
    def told(self) -> bool:
        """Whether it was decided who hears of it."""
        return self.incident.planned_at is not None

    @property
    def open(self) -> bool:
        """Whether it is not over."""
        return self.incident.resolved_at is None

    @property
    def taken_on(self) -> bool:
        """Whether somebody has acknowledged it."""
        return self.incident.acknowledged_at is not None

    @property
    def follows(self) -> bool:
        """Whether watchers move it; one that was reopened is people's, and they resolve it."""
        return any(part.automatic for part in self.staying)

    @property
    def staying(self) -> list[Part]:
        """Those that have not left, flapping ones in a healthy moment too."""
        return [part for part in self.parts if part.left_at is None]

    @property
    def impaired(self) -> list[Part]:
        """Those with which something is wrong now."""
        return [part for part in self.staying if part.impact is not Impact.NONE]

    @property
    def kind(self) -> MessageKind:
        """What a message about it tells now; of one that is over, what it was."""
        parts = self.impaired or self.parts
        if any(part.impact is Impact.DOWN for part in parts):
            return MessageKind.DOWN
        if parts and all(part.reason in CERTIFICATE_REASONS for part in parts):
            return MessageKind.CERTIFICATE
        if not parts:
            return MessageKind.DOWN if self.incident.impact is Impact.DOWN else MessageKind.DEGRADED
        return MessageKind.DEGRADED

    @property
    def changes(self) -> frozenset[str]:
        """The words of a policy's `changes` that cover it. A certificate that has ended is also down."""
        parts = self.impaired or self.parts
        if parts and all(part.reason in CERTIFICATE_REASONS for part in parts):
            return frozenset({str(self.kind), str(MessageKind.CERTIFICATE)})
        return frozenset({str(self.kind)})
