"""PagerDuty, through its Events API v2."""

from typing import Literal

from pydantic import BaseModel, Field

from healther.channels._colours import is_over, severity
from healther.channels._fields import Line
from healther.channels._http import Call, call, json_body
from healther.channels.base import Message, MessageKind, Receipt, SendContext
from healther.channels.words import facts, shortened, subject, words_of
from healther.core.clock import to_utc
from healther.core.forms import ui

_ORIGINS = {"us": "https://events.pagerduty.com", "eu": "https://events.eu.pagerduty.com"}


class PagerdutyChannel(BaseModel, frozen=True, extra="forbid"):
    """Triggers an alert in PagerDuty and resolves it on recovery."""

    kind: Literal["pagerduty"] = Field(
        default="pagerduty", title="Kind", description="PagerDuty.", examples=["pagerduty"]
    )
    integration_key: Line = Field(
        title="Integration key",
        description="The key of an Events API v2 integration of a service; never shown again.",
        examples=["0123456789abcdef0123456789abcdef"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )
    region: Literal["us", "eu"] = Field(
        default="us",
        title="Service region",
        description="Where your PagerDuty account lives.",
        examples=["us", "eu"],
        json_schema_extra=ui("channel", 2),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """One event; everything of one incident shares its key, so that recovery resolves what down triggered."""
        receipt = await self._event(context, message, "resolve" if is_over(message) else "trigger")
        if message.kind is MessageKind.TEST:
            await self._event(context, message, "resolve")
        return receipt

    async def _event(self, context: SendContext, message: Message, action: str) -> Receipt:
        event: dict[str, object] = {
            "routing_key": self.integration_key,
            "event_action": action,
            "dedup_key": shortened(message.thread, 255),
        }
        if action == "trigger":
            event |= {
                "payload": {
                    "summary": subject(message, 1000),
                    "source": message.affected[0].target if message.affected else message.workspace,
                    "severity": severity(message),
                    "timestamp": to_utc(message.at).isoformat(),
                    "custom_details": {"facts": "\n".join(facts(message)), "note": message.note or ""},
                },
                "client": "healther",
                "client_url": message.link,
                "links": [{"href": message.link, "text": words_of(message).open_it}],
            }
        url = f"{_ORIGINS[self.region]}/v2/enqueue"
        return await call(context, Call(url, json_body(event), secrets=[self.integration_key]))
