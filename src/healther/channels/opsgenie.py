"""Opsgenie, through its Alert API."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, Field

from healther.channels._colours import is_over, severity
from healther.channels._fields import Line
from healther.channels._http import Call, call, json_body
from healther.channels.base import Message, MessageKind, Receipt, SendContext
from healther.channels.words import plain, shortened, subject
from healther.core.forms import ui

_ORIGINS = {"us": "https://api.opsgenie.com", "eu": "https://api.eu.opsgenie.com"}
_PRIORITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P5"}


class OpsgenieChannel(BaseModel, frozen=True, extra="forbid"):
    """Opens an alert in Opsgenie and closes it on recovery."""

    kind: Literal["opsgenie"] = Field(default="opsgenie", title="Kind", description="Opsgenie.", examples=["opsgenie"])
    api_key: Line = Field(
        title="API key",
        description="The key of an API integration; never shown again.",
        examples=["01234567-89ab-cdef-0123-456789abcdef"],
        json_schema_extra=ui("channel", 1, advanced=False, secret=True),
    )
    region: Literal["us", "eu"] = Field(
        default="us",
        title="Service region",
        description="Where your Opsgenie account lives.",
        examples=["us", "eu"],
        json_schema_extra=ui("channel", 2),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Opens, or closes, the alert whose alias is the incident's."""
        if is_over(message):
            return await self._close(context, message)
        body = {
            "message": subject(message, 130),
            "alias": shortened(message.thread, 500),
            "description": shortened(plain(message), 14_000),
            "priority": _PRIORITIES[severity(message)],
            "source": "healther",
            "entity": message.affected[0].name if message.affected else message.workspace,
            "details": {"link": message.link},
        }
        receipt = await self._post(context, "/v2/alerts", body)
        if message.kind is MessageKind.TEST:
            await self._close(context, message)
        return receipt

    async def _close(self, context: SendContext, message: Message) -> Receipt:
        alias = quote(shortened(message.thread, 500), safe="")
        body = {"note": shortened(plain(message), 20_000), "source": "healther"}
        return await self._post(context, f"/v2/alerts/{alias}/close?identifierType=alias", body)

    async def _post(self, context: SendContext, path: str, body: Mapping[str, object]) -> Receipt:
        headers = {"Authorization": f"GenieKey {self.api_key}"}
        url = f"{_ORIGINS[self.region]}{path}"
        return await call(context, Call(url, json_body(body), headers=headers, secrets=[self.api_key]))
