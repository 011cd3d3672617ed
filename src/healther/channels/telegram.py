"""Telegram, through a bot."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from healther.channels._fields import Line
from healther.channels._http import Call, call, json_body
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import plain, shortened
from healther.core.forms import ui
from healther.core.json_values import Whole


class TelegramChannel(BaseModel, frozen=True, extra="forbid"):
    """Writes to a Telegram chat, group or channel."""

    kind: Literal["telegram"] = Field(default="telegram", title="Kind", description="Telegram.", examples=["telegram"])
    bot_token: Annotated[Line, StringConstraints(pattern=r"^[0-9]+:[A-Za-z0-9_-]+$")] = Field(
        title="Bot token",
        description="What BotFather gave you; never shown again.",
        examples=["123456789:AAExampleExampleExampleExample"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )
    chat_id: Annotated[Line, StringConstraints(pattern=r"^(-?[0-9]+|@[A-Za-z0-9_]+)$")] = Field(
        title="Chat",
        description="The number of a chat or group, or @name of a public channel.",
        examples=["-1001234567890", "@status"],
        json_schema_extra=ui("channel", 2, advanced=False),
    )
    topic_id: Whole | None = Field(
        default=None,
        ge=1,
        title="Topic",
        description="The number of a topic in a group that has topics.",
        examples=[42],
        json_schema_extra=ui("channel", 3),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Sends plain text: nothing in it is formatting."""
        body: dict[str, object] = {
            "chat_id": self.chat_id,
            "text": shortened(plain(message), 4000),
            "link_preview_options": {"is_disabled": True},
        }
        if self.topic_id is not None:
            body["message_thread_id"] = self.topic_id
        url = f"https://api.telegram.org/bot{self.bot_token}/sendMessage"
        return await call(context, Call(url, json_body(body), secrets=[self.bot_token]))
