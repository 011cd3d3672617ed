"""What a channel is given and what it answers: a message as facts in, a receipt or a typed failure out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from uuid import UUID

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from healther.channels.mail_lines import MailLines
    from healther.net.client import Net

__all__ = [
    "Affected",
    "Channel",
    "MailServer",
    "Message",
    "MessageKind",
    "Receipt",
    "RetryLaterError",
    "SendContext",
    "SendError",
    "UndeliverableError",
]


class MessageKind(StrEnum):
    """What a message tells."""

    DOWN = "down"
    DEGRADED = "degraded"
    CERTIFICATE = "certificate"
    RECOVERED = "recovered"
    PARTLY_RECOVERED = "partly_recovered"
    UNWATCHED = "unwatched"
    FLAPPING = "flapping"
    SETTLED = "settled"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    UPDATE = "update"
    MAINTENANCE = "maintenance"
    NOTICE = "notice"
    CONFIRM = "confirm"
    INVITATION = "invitation"
    RESET = "reset"
    TEST = "test"


class Affected(BaseModel):
    """One watcher a message is about."""

    model_config = ConfigDict(frozen=True)

    name: str
    target: str
    state: str
    reason: str | None = None
    """In plain words: what was seen, not a code."""
    lasted_s: float | None = None
    """For how long something was wrong with it, where that is over."""


class Message(BaseModel):
    """A message as facts; each channel finds its own words (channels/words.py) and nothing in it is ever evaluated.

    `id` is stable over every attempt (Message-ID, Idempotency-Key). `thread` is the same for everything that belongs
    to one incident, `first` whether this opens it. Times are epoch milliseconds.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: MessageKind
    thread: str
    first: bool
    workspace: str
    title: str
    body: str = ""
    """Markdown of an update, or the words of a notice."""
    concerns: str = ""
    """The services an update or maintenance is about, in a line of plain words."""
    severity: str | None = None
    affected: tuple[Affected, ...] = ()
    affected_count: int = 0
    """May be more than the first few that are listed in `affected`."""
    at: int
    started_at: int | None = None
    ended_at: int | None = None
    unwatched_ms: int = 0
    """So much of the time between the two nobody knew how it was: it is not counted as wrong."""
    link: str
    acknowledge_link: str | None = None
    subscription_link: str | None = None
    """Where a subscriber changes what they get, or leaves."""
    unsubscribe_link: str | None = None
    """Where a mail program ends a subscription by one POST (RFC 8058)."""
    refuse_link: str | None = None
    """Where whoever did not ask for such mail says that they want no more of it."""
    note: str | None = None
    """Why the reader gets this: "step 2 of policy 'Nights': not acknowledged for 10 minutes"."""
    language: str = "en"
    time_zone: str = "UTC"


@dataclass(slots=True, frozen=True)
class Receipt:
    """It was taken. `answer`: what the other side said, shortened, without secrets."""

    answer: str


class SendError(Exception):
    """A message was not taken; `answer` says in words what the other side said (no secrets in it).

    `reached`: those of several addresses that have it nevertheless, and must not get it again.
    """

    reached: tuple[str, ...] = ()

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer

    def __str__(self) -> str:
        return self.answer


class RetryLaterError(SendError):
    """Try again, not before `retry_after_s` where the other side said so (429 and 503 Retry-After, SMTP 4xx)."""

    def __init__(self, answer: str, retry_after_s: float | None = None) -> None:
        super().__init__(answer)
        self.retry_after_s = retry_after_s


class UndeliverableError(SendError):
    """Never try this again (SMTP 5xx, 404, 410, a bad address); `ends_channel`: nothing else gets through either."""

    def __init__(self, answer: str, *, ends_channel: bool) -> None:
        super().__init__(answer)
        self.ends_channel = ends_channel


@dataclass(slots=True, frozen=True)
class MailServer:
    """The operator's own mail server (HEALTHER_SMTP_URL, HEALTHER_MAIL_FROM)."""

    host: str
    port: int
    security: str
    """`tls`, `starttls`, `auto` (STARTTLS where it is offered, unverified) or `none`."""
    user: str | None
    password: str | None
    sender: str


@dataclass(slots=True)
class SendContext:
    """What a channel may use: the guarded network, the operator's mail server, and a total deadline."""

    net: "Net"
    mail_server: MailServer | None
    deadline: float
    """On `time.monotonic()`'s clock, seconds. The channel has answered by then."""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Origins of services that are somewhere else: `https://api.example.com` to `http://127.0.0.1:8080`, in tests."""
    reached: frozenset[str] = frozenset()
    """Addresses that have this message from an earlier attempt."""
    mail_lines: "MailLines | None" = None
    """Open connections to the operator's mail server, where many mails leave at once."""


@runtime_checkable
class Channel(Protocol):
    """A kind of channel: a frozen Pydantic model with a `kind` and a `send`."""

    @property
    def kind(self) -> str: ...

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Hands one message over; for what the other side does it raises only RetryLaterError or UndeliverableError."""
        ...
