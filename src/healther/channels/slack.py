"""Slack, through an incoming webhook."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from healther.channels._colours import colour
from healther.channels._fields import HttpsAddress, of_hosts
from healther.channels._http import Call, call, json_body
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import facts, link_name, shortened, subject, words_of
from healther.core.forms import ui


class SlackChannel(BaseModel, frozen=True, extra="forbid"):
    """Posts to a Slack channel."""

    kind: Literal["slack"] = Field(default="slack", title="Kind", description="Slack.", examples=["slack"])
    webhook_url: Annotated[HttpsAddress, of_hosts("hooks.slack.com", "hooks.slack-gov.com")] = Field(
        title="Webhook URL",
        description="The address of an incoming webhook of your Slack app.",
        examples=["https://hooks.slack.com/services/T000/B000/XXXXXXXX"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Posts one message with the facts in a coloured attachment."""
        words = words_of(message)
        links = [f"<{message.link}|{link_name(message)}>"]
        if message.acknowledge_link:
            links.append(f"<{message.acknowledge_link}|{words.acknowledge}>")
        lines = [*facts(message), message.body.strip(), message.note or ""]
        text = "\n".join([*(_literal(line) for line in lines if line), " · ".join(links)])
        body = {
            "text": _literal(subject(message)),
            "unfurl_links": False,
            "attachments": [{"color": colour(message), "text": shortened(text, 3000), "mrkdwn_in": []}],
        }
        return await call(context, Call(self.webhook_url, json_body(body), secrets=[self.webhook_url]))


def _literal(text: str) -> str:
    # Slack's own three: with them nothing in a name is a mention or a link.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
