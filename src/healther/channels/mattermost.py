"""Mattermost, through an incoming webhook of your server."""

from typing import Literal

from pydantic import BaseModel, Field

from healther.channels._colours import colour
from healther.channels._fields import Line, WebAddress
from healther.channels._http import Call, call, json_body
from healther.channels._markdown import literal
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import facts, shortened, subject, words_of
from healther.core.forms import ui


class MattermostChannel(BaseModel, frozen=True, extra="forbid"):
    """Posts to a Mattermost channel."""

    kind: Literal["mattermost"] = Field(
        default="mattermost", title="Kind", description="Mattermost.", examples=["mattermost"]
    )
    webhook_url: WebAddress = Field(
        title="Webhook URL",
        description="The address of an incoming webhook of your Mattermost.",
        examples=["https://mattermost.example.org/hooks/xxxxxxxx"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )
    channel: Line | None = Field(
        default=None,
        title="Other channel",
        description="The name of another channel than the webhook's own, where the webhook may choose.",
        examples=["town-square"],
        json_schema_extra=ui("channel", 2),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Posts one message with the facts in a coloured attachment."""
        words = words_of(message)
        links = [f"[{words.open_it}]({message.link})"]
        if message.acknowledge_link:
            links.append(f"[{words.acknowledge}]({message.acknowledge_link})")
        lines = [literal(line) for line in (*facts(message), message.body.strip(), message.note or "") if line]
        attachment = {
            "fallback": literal(subject(message)),
            "color": colour(message),
            "title": literal(subject(message)),
            "title_link": message.link,
            "text": shortened("\n".join([*lines, " · ".join(links)]), 6000),
        }
        body: dict[str, object] = {"attachments": [attachment]}
        if self.channel is not None:
            body["channel"] = self.channel
        return await call(context, Call(self.webhook_url, json_body(body), secrets=[self.webhook_url]))
