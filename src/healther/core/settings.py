"""Settings by environment, prefix HEALTHER_. The table in docs/settings.md is held against this class by a test."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from healther.core.crypto import Sealer
from healther.core.mail_url import parse_mail_url
from healther.core.setting_files import SECRET, SettingFileError, SettingFiles
from healther.core.setting_values import (
    AllowedNetwork,
    BareUrl,
    CollectorUrl,
    HostAndPort,
    Listed,
    check_allowed,
    check_database_url,
    check_domains,
    check_name_servers,
    check_networks,
    check_origins,
    check_secret,
    check_targets,
)
from healther.core.text import operator_email


class Settings(BaseSettings):
    """What an operator decides; everything has a default that works on one laptop."""

    model_config = SettingsConfigDict(env_prefix="HEALTHER_", extra="ignore")

    database_url: str = Field(
        default="sqlite+aiosqlite:///./healther.db",
        json_schema_extra=SECRET,
        description="Where everything is kept: `sqlite+aiosqlite:///path` or `postgresql+psycopg://user:pw@host/db`.",
    )
    database_timeout_s: float = Field(
        default=15,
        ge=1,
        le=600,
        description="Seconds of silence after which either end gives a connection to PostgreSQL up.",
    )
    redis_url: str | None = Field(
        default=None,
        json_schema_extra=SECRET,
        description="Redis for the queue `health-checks`; unset = checks run beside the API (embedded).",
    )
    secret_key: str | None = Field(
        default=None,
        json_schema_extra=SECRET,
        description="Signs tokens and seals secrets, 32 bytes or more. `healther up` makes one at first start.",
    )
    old_secret_keys: Listed = Field(
        default=(),
        json_schema_extra=SECRET,
        description="Earlier SECRET_KEYs, comma-separated: what they sealed is still opened (`healther reseal`).",
    )
    access_token_minutes: int = Field(default=60, ge=1, le=1440, description="How long an access token is valid.")
    public_url: str = Field(default="http://127.0.0.1:8000", description="The address people reach healther under.")
    registration: Literal["first", "open", "closed"] = Field(
        default="first", description="Who may sign up: `first` = only the first account, `open`, `closed`."
    )
    allow_networks: Annotated[Listed, AfterValidator(check_allowed)] = Field(
        default=(),
        description="Private networks watchers and channels may reach, comma-separated CIDR or CIDR:port, "
        "e.g. `192.168.1.0/24`.",
    )
    show_blocked_addresses: bool | None = Field(
        default=None,
        description="Whether tenants are told the address behind a name the guard refused; unset = not where "
        "REGISTRATION is `open`.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged; of libraries INFO at most."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="`json`, `console`, or `auto`: console on a terminal, JSON elsewhere."
    )
    region: str = Field(
        default="default", pattern=r"^[a-z0-9-]{1,40}$", description="The region whose watchers this process checks."
    )
    max_watchers: int = Field(
        default=10_000, ge=1, le=1_000_000, description="Watchers a workspace may have; more are refused."
    )
    max_channels: int = Field(default=50, ge=1, le=10_000, description="Channels a workspace may have.")
    max_mail_addresses: int = Field(
        default=50,
        ge=1,
        le=100_000,
        description="Different addresses a workspace's email channels may name, where they use SMTP_URL.",
    )
    max_mails_per_hour: int = Field(
        default=500,
        ge=1,
        le=1_000_000,
        description="Alert mails a workspace may send by SMTP_URL in an hour; more wait for the next one.",
    )
    max_workspaces: int = Field(
        default=10,
        ge=1,
        le=100_000,
        description="Workspaces an account may own where REGISTRATION is `open`; elsewhere as many as it likes.",
    )
    max_in_flight: int = Field(default=1000, ge=1, le=20_000, description="Checks in flight at once, per engine.")
    max_connections_per_address: int = Field(
        default=1000,
        ge=1,
        le=1_000_000,
        description="Connections one address may hold at one process; half of all at most. Not for TRUSTED_PROXIES.",
    )
    reference_targets: Annotated[Listed, AfterValidator(check_targets)] = Field(
        default=("1.1.1.1:443", "9.9.9.9:443", "8.8.8.8:443"),
        description="host:port list dialled when the first watcher outside this machine has answered and when one "
        "fails, at most once a second, to tell our own network's failure from theirs; empty = never.",
    )
    dns_servers: Annotated[Listed, AfterValidator(check_name_servers)] = Field(
        default=(), description="Name servers for checks, `ip` or `ip:port`; empty = those of the machine."
    )
    smtp_url: str | None = Field(
        default=None,
        json_schema_extra=SECRET,
        description="The mail server: `smtp://user:password@host:587?starttls=required` or `smtps://host`; unset = no "
        "mail is sent but by servers that channels name.",
    )
    mail_from: str | None = Field(default=None, description="The address mail comes from; may be of a `.local` name.")
    metrics_token: str | None = Field(
        default=None,
        min_length=16,
        json_schema_extra=SECRET,
        description="Who sends it as bearer token may read `/metrics`; unset = this machine alone may.",
    )
    metrics_listen: HostAndPort | None = Field(
        default=None,
        description="host:port where a worker answers `/metrics` and `/healthz`; with `--processes N` the N ports from "
        "there on, one each; unset = nowhere.",
    )
    heartbeat_url: BareUrl | None = Field(
        default=None,
        json_schema_extra=SECRET,
        description="Is asked (GET) after a check went all the way - claimed, probed, recorded, read back - and only "
        "then: for whoever should hear when healther itself stands still; unset = nobody.",
    )
    heartbeat_every_s: int = Field(
        default=60, ge=1, le=86_400, description="Seconds between two such canaries, and so between two heartbeats."
    )
    traces_endpoint: CollectorUrl | None = Field(
        default=None,
        description="An OpenTelemetry collector (OTLP over HTTP), e.g. `http://127.0.0.1:4318`; needs "
        "`pip install 'healther[traces]'`; unset = no traces.",
    )
    traces_sample: float = Field(
        default=0.01, ge=0, le=1, description="The share of checks and requests that are traced."
    )
    trusted_proxies: Annotated[Listed, AfterValidator(check_networks)] = Field(
        default=(), description="Addresses whose X-Forwarded-For is believed, comma-separated; empty = none."
    )
    cors_origins: Annotated[Listed, AfterValidator(check_origins)] = Field(
        default=(), description="Origins that may call the API from a browser besides PUBLIC_URL, comma-separated."
    )
    own_hosts: Annotated[Listed, AfterValidator(check_domains)] = Field(
        default=(),
        description="Further hosts of healther itself, comma-separated, `*.example.org` = all below it: no status page "
        "is ever shown under them.",
    )
    trusted_domains: Annotated[Listed, AfterValidator(check_domains)] | None = Field(
        default=None,
        description="Domains that status pages get without a proof in DNS, as OWN_HOSTS are written, `*` = any; unset "
        "= any, but none where REGISTRATION is `open`.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and the files it names."""
        return init_settings, env_settings, SettingFiles(settings_cls)

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str | None) -> str | None:
        if value is not None:
            parse_mail_url(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str | None) -> str | None:
        return None if value is None else operator_email(value)

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError("must be an http or https address such as https://status.example.org")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        return check_database_url(value)

    @field_validator("secret_key")
    @classmethod
    def _strong_secret(cls, value: str | None) -> str | None:
        return None if value is None else check_secret(value)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")

    @property
    def networks(self) -> tuple[AllowedNetwork, ...]:
        """ALLOW_NETWORKS, parsed."""
        return tuple(AllowedNetwork(text) for text in self.allow_networks)

    @property
    def tells_blocked_addresses(self) -> bool:
        """SHOW_BLOCKED_ADDRESSES, decided: among strangers a refusal is no look into the operator's DNS."""
        if self.show_blocked_addresses is not None:
            return self.show_blocked_addresses
        return self.registration != "open"

    @property
    def page_domains(self) -> tuple[str, ...]:
        """TRUSTED_DOMAINS, decided: what a stranger enters is proven first."""
        if self.trusted_domains is not None:
            return self.trusted_domains
        return () if self.registration == "open" else ("*",)

    @property
    def asks_addresses(self) -> bool:
        """Whether an address must say yes before it is mailed by SMTP_URL: where anybody may enter any."""
        return self.registration == "open"

    @property
    def most_workspaces(self) -> int | None:
        """MAX_WORKSPACES, where it counts."""
        return self.max_workspaces if self.registration == "open" else None

    @property
    def mail_configured(self) -> bool:
        """Whether this healther can send mail by itself."""
        return self.smtp_url is not None and self.mail_from is not None

    def sealer(self, purpose: str) -> Sealer:
        """Seals and opens secrets for one purpose; raises SettingsError without a SECRET_KEY."""
        return Sealer(self.require_secret_key(), purpose, self.old_secret_keys)

    def require_secret_key(self) -> str:
        """The secret key; raises SettingsError with what to do when there is none."""
        if self.secret_key is None:
            raise SettingsError("HEALTHER_SECRET_KEY is not set; make one with: openssl rand -base64 48")
        return self.secret_key


class SettingsError(ValueError):
    """The environment holds a setting that cannot be used; the text says which, why, and what to do."""


def load_settings() -> Settings:
    """The settings from the environment; raises SettingsError."""
    try:
        return Settings()
    except SettingFileError as error:
        raise SettingsError(str(error)) from None
    except ValidationError as error:
        lines = [
            f"HEALTHER_{str(each['loc'][0]).upper()}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsError("\n".join(lines)) from None
