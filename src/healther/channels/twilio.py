"""SMS through Twilio."""

from base64 import b64encode
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from healther.channels._fields import Line
from healther.channels._http import Call, call, form_body
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import short
from healther.core.forms import ui

# Three parts of an SMS: longer ones cost more than they tell.
MOST_CHARACTERS = 400


class TwilioChannel(BaseModel, frozen=True, extra="forbid"):
    """Sends an SMS to one number."""

    kind: Literal["twilio"] = Field(default="twilio", title="Kind", description="Twilio SMS.", examples=["twilio"])
    to: Annotated[Line, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")] = Field(
        title="Number",
        description="Who gets the SMS, in the international form.",
        examples=["+491511234567"],
        json_schema_extra=ui("channel", 1, advanced=False),
    )
    account_sid: Annotated[Line, StringConstraints(pattern=r"^AC[0-9a-fA-F]{32}$")] = Field(
        title="Account SID",
        description="The account at Twilio.",
        examples=["AC0123456789abcdef0123456789abcdef"],
        json_schema_extra=ui("channel", 2, advanced=False),
    )
    auth_token: Line = Field(
        title="Auth token",
        description="The account's token; never shown again.",
        examples=["0123456789abcdef0123456789abcdef"],
        json_schema_extra=ui("channel", 3, advanced=False, secret=True),
    )
    sender: Annotated[
        Line, StringConstraints(pattern=r"^(\+[1-9][0-9]{2,14}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11})$")
    ] = Field(
        title="Sender",
        description="A number of yours, a sender name, or the SID of a messaging service.",
        examples=["+15005550006", "MG0123456789abcdef0123456789abcdef"],
        json_schema_extra=ui("channel", 4, advanced=False),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """One SMS: what happened, why, and the link."""
        service = self.sender.startswith("MG") and len(self.sender) == 34
        pairs = [
            ("To", self.to),
            ("MessagingServiceSid" if service else "From", self.sender),
            ("Body", short(message, MOST_CHARACTERS)),
        ]
        credentials = b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        url = f"https://api.twilio.com/2010-04-01/Accounts/{self.account_sid}/Messages.json"
        return await call(
            context,
            Call(
                url,
                form_body(pairs),
                "application/x-www-form-urlencoded",
                headers={"Authorization": f"Basic {credentials}"},
                secrets=[self.auth_token],
            ),
        )
