"""Wire schemas of channels."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from healther.alerting.quiet import MOST_QUIET_HOURS, QuietHours
from healther.core.json_values import YesNo
from healther.core.text import Email, Name, Patch, Wire
from healther.core.wire import Millis
from healther.incidents.grounds import Grounds

ChannelOptions = Annotated[
    dict[str, Any],
    Field(
        description="The kind's fields (GET /channel-kinds). Secrets come back as ********; sending the mask keeps "
        "what is stored. Null is the default. An update changes what it names and keeps the rest, secrets too.",
        examples=[{"to": ["ops@example.org"]}],
    ),
]
QuietTimes = Annotated[
    list[QuietHours], Field(max_length=MOST_QUIET_HOURS, description="When its messages wait; none = never.")
]
Kind = Annotated[str, Field(max_length=40, description="GET /channel-kinds lists them.", examples=["email"])]


class ChannelCreate(Wire):
    """A new channel."""

    name: Name = Field(examples=["Ops by mail"])
    kind: Kind
    options: ChannelOptions
    enabled: YesNo = True
    quiet_hours: QuietTimes = Field(default_factory=list)


class ChannelUpdate(Patch):
    """Changes of a channel; what is left out stays."""

    name: Name | None = None
    options: ChannelOptions | None = None
    enabled: YesNo | None = Field(default=None, description="true also lifts what switched it off.")
    quiet_hours: QuietTimes | None = None


class ChannelTry(Wire):
    """A channel to be tested before it is saved."""

    kind: Kind
    options: ChannelOptions
    channel_id: UUID | None = Field(
        default=None,
        description="A saved channel of this kind: its options hold where `options` has none, as in an update.",
    )


class ChannelTested(BaseModel):
    """What became of a test message."""

    taken: bool = Field(description="Whether the other side took it.")
    answer: str = Field(description="What it said, or why it could not be reached.", examples=["answered 200: ok"])
    took_ms: Millis
    because: Grounds | None = Field(
        default=None, description="Why nothing was sent: nobody there has said yes to mail."
    )


class ChannelAddress(Wire):
    """One address of an email channel."""

    address: Email


class ChannelAddressPublic(BaseModel):
    """What an address says to mail by this healther's mail server; until it has said yes nothing is mailed to it."""

    address: str
    state: Literal["confirmed", "waiting", "refused"]
    asked_at: datetime | None = Field(
        description="Null = not asked yet: a limit of the day was reached, or whoever entered it had not confirmed "
        "their own address."
    )
    ask_after: datetime | None = Field(description="When it may be asked again; null = now.")
    problem: str | None = Field(description="Why it was not asked, or why the question has not reached it.")


class ChannelPublic(BaseModel):
    """A channel and how it is doing."""

    id: UUID
    workspace_id: UUID
    name: str
    kind: str
    options: dict[str, Any] = Field(description="Secrets are masked.")
    enabled: bool
    disabled_reason: str | None = Field(description="Why healther switched it off.")
    quiet_hours: list[QuietHours]
    failures: int = Field(description="Failed attempts in a row.")
    retry_at: datetime | None = Field(description="Until when it rests after a failure.")
    last_sent_at: datetime | None
    last_error: str | None
    usable: bool = Field(description="False: nothing can be sent by it before the operator has done something.")
    unusable_because: Literal["mail_server", "secret_key"] | None = Field(
        description="`mail_server`: mail by the operator's server, which is not set up (mail_configured); "
        "`secret_key`: its secrets were sealed with another key than this healther has."
    )
    addresses: list[ChannelAddressPublic] = Field(
        description="Whom it mails by this healther's mail server, where addresses are asked first "
        "(HEALTHER_REGISTRATION=open); else empty."
    )
    version: int
    created_at: datetime


class ChannelKindPublic(BaseModel):
    """A kind of channel and the form of its options."""

    kind: str = Field(examples=["email"])
    title: str = Field(examples=["Email"])
    description: str
    json_schema: dict[str, Any]


class ChannelKindsPublic(BaseModel):
    """The kinds there are."""

    kinds: list[ChannelKindPublic]
    mail_configured: bool = Field(
        description="Whether this healther can send mail by itself (HEALTHER_SMTP_URL and HEALTHER_MAIL_FROM)."
    )
