"""Pushover."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from healther.channels._colours import is_urgent
from healther.channels._fields import Line
from healther.channels._http import Call, call, form_body
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import facts, shortened, subject, words_of
from healther.core.clock import SECOND_MS
from healther.core.forms import ui

_URL = "https://api.pushover.net/1/messages.json"
Key = Annotated[Line, StringConstraints(pattern=r"^[A-Za-z0-9]{30}$")]


class PushoverChannel(BaseModel, frozen=True, extra="forbid"):
    """Pushes to phones and desktops through Pushover."""

    kind: Literal["pushover"] = Field(default="pushover", title="Kind", description="Pushover.", examples=["pushover"])
    user_key: Key = Field(
        title="User or group key",
        description="Who is told; never shown again.",
        examples=["uQiRzpo4DXghDmr9QzzfQu27cmVRsG"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )
    app_token: Key = Field(
        title="Application token",
        description="The token of an application you made at Pushover; never shown again.",
        examples=["azGDORePK8gMaC0QOYAMyEEuzJnyUi"],
        json_schema_extra=ui("channel", 2, advanced=False, secret=True),
    )
    priority: Literal["normal", "high"] = Field(
        default="high",
        title="Priority of outages",
        description="high also sounds during a phone's quiet hours.",
        examples=["high"],
        json_schema_extra=ui("channel", 3),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """One push; it opens the incident."""
        lines = [*facts(message), message.body.strip(), message.note or ""]
        pairs = [
            ("token", self.app_token),
            ("user", self.user_key),
            ("title", subject(message, 240)),
            ("message", shortened("\n".join(line for line in lines if line) or subject(message), 1000)),
            ("url", message.acknowledge_link or message.link),
            ("url_title", words_of(message).acknowledge if message.acknowledge_link else words_of(message).open_it),
            ("timestamp", str(message.at // SECOND_MS)),
            ("priority", "1" if is_urgent(message) and self.priority == "high" else "0"),
        ]
        secrets = [self.app_token, self.user_key]
        return await call(context, Call(_URL, form_body(pairs), "application/x-www-form-urlencoded", secrets=secrets))
