"""A signed HTTP request to an address of your own."""

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, field_validator

from healther.channels._fields import WebAddress
from healther.channels._http import Call, call, json_body
from healther.channels._template import check_template, filled
from healther.channels.base import Message, MessageKind, Receipt, SendContext
from healther.channels.words import plain, subject
from healther.core.clock import SECOND_MS, now_ms, to_utc
from healther.core.forms import ui
from healther.core.json_values import YesNo
from healther.net.headers import check_headers, check_secret_text

_GONE = frozenset({410})
SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with


class WebhookChannel(BaseModel, frozen=True, extra="forbid"):
    """Sends JSON to a URL, signed as Standard Webhooks say."""

    kind: Literal["webhook"] = Field(default="webhook", title="Kind", description="A webhook.", examples=["webhook"])
    url: WebAddress = Field(
        title="URL",
        description="Where the request goes; what lets anybody post there is in it, so it is never shown again.",
        examples=["https://example.org/hooks/healther"],
        json_schema_extra=ui("request", 1, advanced=False, secret=True),
    )
    signing_secret: str | None = Field(
        default=None,
        min_length=16,
        max_length=500,
        title="Signing secret",
        description="With it each request is signed (HMAC-SHA256); never shown again.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        json_schema_extra=ui("request", 2, advanced=False, secret=True),
    )
    method: Literal["POST", "PUT"] = Field(
        default="POST",
        title="Method",
        description="The request method.",
        examples=["POST"],
        json_schema_extra=ui("request", 3),
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        max_length=20,
        title="Headers",
        description="Further headers; their values are never shown again.",
        examples=[{"Authorization": "Bearer secret"}],
        json_schema_extra=ui("request", 4, secret=True),
    )
    body: str | None = Field(
        default=None,
        max_length=20_000,
        title="Body",
        description="JSON of your own with $title, $text and the like in its texts; left out: all facts.",
        examples=['{"summary": "$title", "details": "$text"}'],
        json_schema_extra=ui("request", 5),
    )
    verify_tls: YesNo = Field(
        default=True,
        title="Verify TLS",
        description="Whether the certificate must be valid, trusted and made out to the host.",
        examples=[True],
        json_schema_extra=ui("request", 6),
    )

    @field_validator("headers")
    @classmethod
    def _valid_headers(cls, value: dict[str, str]) -> dict[str, str]:
        if any(name.lower() == "host" for name in value):
            raise ValueError("the header Host comes from the URL")
        return check_headers(value)

    @field_validator("signing_secret")
    @classmethod
    def _valid_secret(cls, value: str | None) -> str | None:
        if value is not None:
            _key(value)
        return check_secret_text(value)

    @field_validator("body")
    @classmethod
    def _valid_body(cls, value: str | None) -> str | None:
        if value is not None:
            check_template(value, _facts(_SAMPLE).keys())
        return value

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Sends the facts, or the body of one's own with facts put into its texts."""
        body = json_body(_facts(message)) if self.body is None else filled(self.body, _facts(message))
        headers = {**self.headers, **self._signature(str(message.id), body), "Idempotency-Key": str(message.id)}
        path = self.url.partition("://")[2].partition("/")[2]
        secrets = [*self.headers.values(), self.signing_secret or "", self.url, path]
        request = Call(
            self.url,
            body,
            method=self.method,
            headers=headers,
            secrets=secrets,
            ends_channel=_GONE,
            verify_tls=self.verify_tls,
        )
        return await call(context, request)

    def _signature(self, message_id: str, body: bytes) -> dict[str, str]:
        """Id, time and signature (standardwebhooks.com); an old time or another body does not pass."""
        at = str(now_ms() // SECOND_MS)
        headers = {"webhook-id": message_id, "webhook-timestamp": at}
        if self.signing_secret is not None:
            signed = f"{message_id}.{at}.".encode() + body
            mac = hmac.digest(_key(self.signing_secret), signed, sha256)
            headers["webhook-signature"] = f"v1,{b64encode(mac).decode()}"
        return headers


def _key(secret: str) -> bytes:
    """The bytes of a secret; one that begins with whsec_ is base64 behind it."""
    if not secret.startswith(SECRET_PREFIX):
        return secret.encode()
    try:
        return b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("what begins with whsec_ must be base64 behind it") from error


def _facts(message: Message) -> dict[str, Any]:
    """What the request tells; times as RFC 3339."""
    at = {name: _time(getattr(message, name)) for name in ("at", "started_at", "ended_at")}
    facts = message.model_dump(
        mode="json", exclude={"subscription_link", "unsubscribe_link", "refuse_link", "language", "time_zone", *at}
    )
    lasted_s = None
    if message.started_at is not None and message.ended_at is not None:
        lasted_s = (message.ended_at - message.started_at - message.unwatched_ms) / SECOND_MS
    return {**facts, **at, "lasted_s": lasted_s, "subject": subject(message), "text": plain(message)}


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else to_utc(at_ms).isoformat().replace("+00:00", "Z")


_SAMPLE = Message(id=UUID(int=0), kind=MessageKind.TEST, thread="", first=True, workspace="", title="", at=0, link="")
