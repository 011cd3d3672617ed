"""Discord, through a channel's webhook."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from healther.channels._colours import colour
from healther.channels._fields import HttpsAddress, of_hosts
from healther.channels._http import Call, call, json_body
from healther.channels._markdown import literal
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import facts, shortened, subject, words_of
from healther.core.clock import to_utc
from healther.core.forms import ui


class DiscordChannel(BaseModel, frozen=True, extra="forbid"):
    """Posts to a Discord channel."""

    kind: Literal["discord"] = Field(default="discord", title="Kind", description="Discord.", examples=["discord"])
    webhook_url: Annotated[HttpsAddress, of_hosts("discord.com", ".discord.com", "discordapp.com")] = Field(
        title="Webhook URL",
        description="The address of a webhook from the channel's settings.",
        examples=["https://discord.com/api/webhooks/1234567890/XXXXXXXX"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Posts one embed; mentions in it notify nobody."""
        words = words_of(message)
        lines = [literal(line) for line in (*facts(message), message.body.strip(), message.note or "") if line]
        if message.acknowledge_link:
            lines.append(f"[{words.acknowledge}]({message.acknowledge_link})")
        embed = {
            "title": shortened(subject(message), 250),
            "url": message.link,
            "description": shortened("\n".join(lines), 3500),
            "color": int(colour(message)[1:], 16),
            "timestamp": to_utc(message.at).isoformat(),
        }
        body = json_body({"embeds": [embed], "allowed_mentions": {"parse": []}})
        return await call(context, Call(self.webhook_url, body, secrets=[self.webhook_url]))
