"""ntfy: ntfy.sh or a server of your own."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from healther.channels._colours import is_over, is_urgent
from healther.channels._fields import Line, WebAddress
from healther.channels._http import Call, call, json_body
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import facts, shortened, subject, words_of
from healther.core.forms import ui


class NtfyChannel(BaseModel, frozen=True, extra="forbid"):
    """Publishes to an ntfy topic."""

    kind: Literal["ntfy"] = Field(default="ntfy", title="Kind", description="ntfy.", examples=["ntfy"])
    topic: Annotated[Line, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = Field(
        title="Topic",
        description="The topic you are subscribed to; whoever knows it can read it.",
        examples=["acme-alerts-5b1f"],
        json_schema_extra=ui("channel", 1, advanced=False),
    )
    server: WebAddress = Field(
        default="https://ntfy.sh",
        title="Server",
        description="The address of the ntfy server.",
        examples=["https://ntfy.example.org"],
        json_schema_extra=ui("channel", 2),
    )
    access_token: Line | None = Field(
        default=None,
        title="Access token",
        description="For topics that need one; never shown again.",
        examples=["tk_exampleexampleexampleexample"],
        json_schema_extra=ui("channel", 3, secret=True),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Publishes as JSON; a click opens the incident."""
        words = words_of(message)
        actions = [{"action": "view", "label": words.open_it, "url": message.link}]
        if message.acknowledge_link:
            actions.append({"action": "view", "label": words.acknowledge, "url": message.acknowledge_link})
        lines = [*facts(message), message.body.strip(), message.note or ""]
        body = {
            "topic": self.topic,
            "title": subject(message),
            "message": shortened("\n".join(line for line in lines if line) or subject(message), 3500),
            "priority": 5 if is_urgent(message) else 3,
            "tags": ["white_check_mark" if is_over(message) else "rotating_light" if is_urgent(message) else "bell"],
            "click": message.link,
            "actions": actions,
        }
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else None
        secrets = [self.access_token] if self.access_token else []
        return await call(context, Call(self.server, json_body(body), headers=headers, secrets=secrets))
