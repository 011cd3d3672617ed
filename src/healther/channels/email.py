"""Email, by the operator's mail server or one of your own."""

import asyncio
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from healther.channels._fields import Line
from healther.channels._mail import compose
from healther.channels._smtp import deliver
from healther.channels.base import MailServer, Message, Receipt, SendContext, UndeliverableError
from healther.core.forms import ui
from healther.core.json_values import Whole
from healther.core.text import Email, ascii_email, normal_email
from healther.net.target import parse_host

NO_MAIL_SERVER = (
    "this healther has no mail server: its operator sets HEALTHER_SMTP_URL and HEALTHER_MAIL_FROM, "
    "or the channel names a server of its own"
)
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class EmailChannel(BaseModel, frozen=True, extra="forbid"):
    """Mails one or more addresses."""

    kind: Literal["email"] = Field(default="email", title="Kind", description="Email.", examples=["email"])
    to: Annotated[list[Email], Field(min_length=1, max_length=20)] = Field(
        title="To",
        description="Who gets the mail.",
        examples=[["ops@example.org"]],
        json_schema_extra=ui("mail", 1, advanced=False),
    )
    host: Line | None = Field(
        default=None,
        title="Mail server",
        description="A mail server of your own; left out: the operator's.",
        examples=["smtp.example.org"],
        json_schema_extra=ui("server", 2),
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        title="Security",
        description="How the connection to your own server is encrypted.",
        examples=["starttls"],
        json_schema_extra=ui("server", 3),
    )
    port: Whole | None = Field(
        default=None,
        ge=1,
        le=65535,
        title="Port",
        description="Left out: 587 with STARTTLS, 465 with TLS, 25 without.",
        examples=[587],
        json_schema_extra=ui("server", 4),
    )
    username: Line | None = Field(
        default=None,
        title="User name",
        description="To sign in at your own server with.",
        examples=["alerts@example.org"],
        json_schema_extra=ui("server", 5),
    )
    password: Line | None = Field(
        default=None,
        title="Password",
        description="To sign in at your own server with; never shown again.",
        examples=["secret"],
        json_schema_extra=ui("server", 6, secret=True),
    )
    sender: Line | None = Field(
        default=None,
        title="From",
        description="The sender's address at your own server.",
        examples=["alerts@example.org"],
        json_schema_extra=ui("server", 7),
    )

    @field_validator("to")
    @classmethod
    def _valid_addresses(cls, value: list[str]) -> list[str]:
        for each in value:
            ascii_email(each)
        return value

    @field_validator("host")
    @classmethod
    def _valid_host(cls, value: str | None) -> str | None:
        if value is not None:
            parse_host(f"[{value}]" if ":" in value else value)
        return value

    @field_validator("sender")
    @classmethod
    def _valid_sender(cls, value: str | None) -> str | None:
        return None if value is None else normal_email(value)

    @model_validator(mode="after")
    def _fits_together(self) -> "EmailChannel":
        if self.host is None:
            given = [name for name in ("username", "password", "sender", "port") if getattr(self, name) is not None]
            if given:
                raise ValueError(f"{given[0]} belongs to a mail server of your own: give its host too")
        elif self.sender is None:
            raise ValueError("a mail server of your own needs a sender (from) address")
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password are needed together")
        if self.password is not None and self.security == "none":
            raise ValueError("a password is not sent without encryption: choose starttls or tls")
        return self

    @property
    def by_operator(self) -> bool:
        """Whether its mail goes out by the operator's server."""
        return self.host is None

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """A mail to each address that has none yet; taken when the server took it for at least one of them."""
        server = self._own_server() or context.mail_server
        if server is None:
            raise UndeliverableError(NO_MAIL_SERVER, ends_channel=False)
        left = [each for each in self.to if each not in context.reached]
        if not left:
            return Receipt("everybody has it")
        # What is said in Markdown may be long, and checks are on the loop.
        mails = await asyncio.to_thread(
            lambda: {each: compose(message, sender=server.sender, to=each) for each in left}
        )
        return await deliver(context, server, mails, guarded=not self.by_operator)

    def _own_server(self) -> MailServer | None:
        if self.host is None:
            return None
        assert self.sender is not None
        return MailServer(
            host=self.host,
            port=self.port or _PORTS[self.security],
            security=self.security,
            user=self.username,
            password=self.password,
            sender=self.sender,
        )
