"""Microsoft Teams, through a workflow's webhook."""

from typing import Literal

from pydantic import BaseModel, Field

from healther.channels._fields import HttpsAddress
from healther.channels._http import Call, call, json_body
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import facts, shortened, subject, words_of
from healther.core.forms import ui


class TeamsChannel(BaseModel, frozen=True, extra="forbid"):
    """Posts a card to a Microsoft Teams channel or chat."""

    kind: Literal["teams"] = Field(default="teams", title="Kind", description="Microsoft Teams.", examples=["teams"])
    webhook_url: HttpsAddress = Field(
        title="Workflow URL",
        description='The address of the workflow "Post to a channel when a webhook request is received".',
        examples=["https://prod-00.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?sig=x"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Posts an Adaptive Card whose texts are runs, which know no Markdown."""
        words = words_of(message)
        lines = [*facts(message), message.body.strip(), message.note or ""]
        actions = [{"type": "Action.OpenUrl", "title": words.open_it, "url": message.link}]
        if message.acknowledge_link:
            actions.append({"type": "Action.OpenUrl", "title": words.acknowledge, "url": message.acknowledge_link})
        blocks = [_run(subject(message), weight="Bolder", size="Medium")]
        blocks += [_run(shortened(line, 2000)) for line in lines if line]
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": blocks,
            "actions": actions,
        }
        attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        body = json_body({"type": "message", "attachments": [attachment]})
        return await call(context, Call(self.webhook_url, body, secrets=[self.webhook_url]))


def _run(text: str, **style: str) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}
