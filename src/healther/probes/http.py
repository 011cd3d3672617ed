"""The HTTP probe: one request on a new connection, redirects followed, every phase timed."""

from collections.abc import Coroutine
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from healther.core.forms import ui
from healther.core.json_values import Whole, YesNo
from healther.net.headers import check_headers, check_secret_text
from healther.net.response import DEFAULT_MAX_BODY_BYTES
from healther.net.target import parse_url
from healther.probes import _http_run
from healther.probes._http_expect import check_search_cost, parse_expected_body, parse_statuses
from healther.probes._http_plan import Plan, make_plan
from healther.probes._http_rules import check_client_certificate
from healther.probes.base import Observation, ProbeContext


class HttpProbe(BaseModel, frozen=True, extra="forbid"):
    """Asks a URL over HTTP or HTTPS and compares the status and the body with what is expected."""

    kind: Literal["http"] = Field(
        default="http", title="Kind", description="What kind of check this is.", examples=["http"]
    )
    url: str = Field(
        title="URL",
        description="The full address to ask, http:// or https://, without credentials.",
        examples=["https://example.com/health"],
        max_length=2048,
        json_schema_extra=ui("request", 1, advanced=False),
    )
    expected_status: str = Field(
        default="200-299",
        title="Expected status",
        description="Status codes that count as success: single codes, ranges and classes, comma-separated.",
        examples=["200", "2xx", "200-299,404"],
        min_length=3,
        max_length=200,
        json_schema_extra=ui("expectation", 2, advanced=False),
    )
    expected_body: str | None = Field(
        default=None,
        title="Expected body",
        description="Text the body must contain, or a pattern between slashes (RE2; flags i, m, s after it).",
        examples=["ok", "/status: (up|ok)/i"],
        min_length=1,
        max_length=2000,
        json_schema_extra=ui("expectation", 3, advanced=False),
    )
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = Field(
        default="GET",
        title="Method",
        description="The request method.",
        examples=["GET", "HEAD"],
        json_schema_extra=ui("request", 4),
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        title="Headers",
        description="Headers to send besides healther's own; values are never shown again.",
        examples=[{"X-Api-Key": "secret"}],
        max_length=50,
        json_schema_extra=ui("request", 5, secret=True),
    )
    body: str | None = Field(
        default=None,
        title="Body",
        description="The request body, sent as UTF-8; never shown again. Set Content-Type in the headers "
        "(otherwise application/json for JSON, text/plain for the rest).",
        examples=['{"ping": true}'],
        max_length=65_536,
        json_schema_extra=ui("request", 6, secret=True),
    )
    basic_username: str | None = Field(
        default=None,
        title="Basic auth user",
        description="User name for HTTP basic authentication.",
        examples=["monitor"],
        max_length=256,
        json_schema_extra=ui("authentication", 7),
    )
    basic_password: str | None = Field(
        default=None,
        title="Basic auth password",
        description="Password for HTTP basic authentication; never shown again.",
        examples=["secret"],
        max_length=1024,
        json_schema_extra=ui("authentication", 8, secret=True),
    )
    bearer_token: str | None = Field(
        default=None,
        title="Bearer token",
        description="Sent as `Authorization: Bearer ...`; never shown again.",
        examples=["eyJhbGciOi..."],
        max_length=8192,
        json_schema_extra=ui("authentication", 9, secret=True),
    )
    max_redirects: Whole = Field(
        default=5,
        title="Redirects",
        description="How many redirects are followed; 0 judges the redirect itself.",
        examples=[5, 0],
        ge=0,
        le=10,
        json_schema_extra=ui("connection", 10),
    )
    verify_tls: YesNo = Field(
        default=True,
        title="Verify TLS",
        description="Whether the certificate must be valid, trusted and made out to the host.",
        examples=[True],
        json_schema_extra=ui("connection", 11),
    )
    client_certificate: str | None = Field(
        default=None,
        title="Client certificate",
        description="Certificate (chain) to present, PEM.",
        examples=["-----BEGIN CERTIFICATE-----\n..."],
        max_length=32_768,
        json_schema_extra=ui("connection", 12),
    )
    client_key: str | None = Field(
        default=None,
        title="Client key",
        description="Private key of the client certificate, PEM without a passphrase; never shown again.",
        examples=["-----BEGIN PRIVATE KEY-----\n..."],
        max_length=32_768,
        json_schema_extra=ui("connection", 13, secret=True),
    )
    http2: YesNo = Field(
        default=False,
        title="HTTP/2",
        description="Offer HTTP/2 on https (used when the server takes it).",
        examples=[True],
        json_schema_extra=ui("connection", 14),
    )
    max_body_bytes: Whole = Field(
        default=DEFAULT_MAX_BODY_BYTES,
        title="Body limit (bytes)",
        description="How much of the body is read and searched; reading stops there, which is no failure.",
        examples=[DEFAULT_MAX_BODY_BYTES],
        ge=0,
        le=10 * DEFAULT_MAX_BODY_BYTES,
        json_schema_extra=ui("connection", 15),
    )

    @field_validator("url")
    @classmethod
    def _valid_url(cls, value: str) -> str:
        parse_url(value.strip())
        return value.strip()

    @field_validator("expected_status")
    @classmethod
    def _valid_status(cls, value: str) -> str:
        parse_statuses(value)
        return value

    @field_validator("expected_body")
    @classmethod
    def _valid_body(cls, value: str | None) -> str | None:
        if value is not None:
            parse_expected_body(value)
        return value

    @field_validator("headers")
    @classmethod
    def _valid_headers(cls, value: dict[str, str]) -> dict[str, str]:
        return check_headers(value)

    @field_validator("basic_username", "basic_password", "bearer_token")
    @classmethod
    def _valid_secret(cls, value: str | None) -> str | None:
        return check_secret_text(value)

    @model_validator(mode="after")
    def _fits_together(self) -> "HttpProbe":
        given = {name.lower() for name in self.headers}
        if self.bearer_token is not None and self.basic_username is not None:
            raise ValueError("give either a bearer token or a basic auth user, not both")
        if self.has_authorization and "authorization" in given:
            raise ValueError("the Authorization header is also made by the auth fields: remove one of them")
        if self.basic_password is not None and self.basic_username is None:
            raise ValueError("basic_password needs basic_username")
        if self.basic_username is not None and ":" in self.basic_username:
            raise ValueError("basic_username must not contain a colon (RFC 7617)")
        if self.body and self.method in ("GET", "HEAD"):
            raise ValueError(f"a body is not sent with {self.method}: choose POST, PUT, PATCH or DELETE")
        if self.expected_body is not None:
            check_search_cost(parse_expected_body(self.expected_body), self.max_body_bytes)
        check_client_certificate(self.client_certificate, self.client_key)
        return self

    @property
    def has_authorization(self) -> bool:
        """Whether one of the auth fields makes an Authorization header."""
        return self.bearer_token is not None or self.basic_username is not None

    @cached_property
    def plan(self) -> Plan:
        """The configuration made ready to run."""
        return make_plan(self)

    def run(self, context: ProbeContext) -> Coroutine[Any, Any, Observation]:
        """Looks once; never raises for what the target does, and has answered by the context's deadline."""
        return _http_run.run(self.plan, context)

    def compiled(self) -> _http_run.CompiledHttpProbe:
        """The same check without the configuration it was made of."""
        return _http_run.CompiledHttpProbe(self.plan)
