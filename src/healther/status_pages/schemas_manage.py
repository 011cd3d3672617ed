"""Wire schemas of managing status pages: what goes in (unknown fields refused) and what comes out."""

import re
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Base64Bytes, BaseModel, Field, SecretStr, StringConstraints

from healther.accounts.schemas import Slug
from healther.accounts.slugs import MAX_LENGTH, PATTERN
from healther.core.json_values import YesNo
from healther.core.text import Name, Patch, Wire, one_line, plain_text
from healther.core.zones import zone_of
from healther.status_pages.models import PageAccess
from healther.status_pages.schemas_domain import Domain, DomainPublic

MIN_PASSWORD = 8
MOST_SECTIONS = 50
MOST_COMPONENTS = 500


def _colour(value: str) -> str:
    if not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise ValueError("must be a colour such as #0a7d4f")
    return value.lower()


def _zone(value: str) -> str:
    return zone_of(value).key


def _link(value: str) -> str:
    try:
        url = urlsplit(one_line(value))
        known = (url.scheme in ("http", "https") and bool(url.hostname)) or (url.scheme == "mailto" and bool(url.path))
    except ValueError:
        known = False
    if not known or " " in value:
        raise ValueError("must be an http, https or mailto address, e.g. https://example.org/imprint")
    return value


def _key(value: str) -> str:
    if not PATTERN.fullmatch(value):
        raise ValueError("must be lower-case letters, digits and single hyphens between them, e.g. web-shop")
    return value


Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=1000),
    AfterValidator(plain_text),
    Field(title="Description", description="A sentence or two under the title.", examples=["Shop, API and payments."]),
]
Accent = Annotated[
    str,
    StringConstraints(max_length=7),
    AfterValidator(_colour),
    Field(
        title="Accent colour",
        description="Of links; darkened or lightened where it would be hard to read. Null = healther's own.",
        examples=["#0a7d4f"],
    ),
]
Password = Annotated[
    SecretStr,
    Field(
        title="Password",
        description=f"For access `password`; {MIN_PASSWORD} characters or more. It never comes out again.",
        min_length=MIN_PASSWORD,
        max_length=1000,
        json_schema_extra={"writeOnly": True},
        examples=["correct horse battery"],
    ),
]
Zone = Annotated[
    str,
    StringConstraints(max_length=60),
    AfterValidator(_zone),
    Field(
        title="Time zone",
        description="The days of the bars are counted in it; readers see times in their own.",
        examples=["Europe/Berlin"],
    ),
]
Published = Annotated[YesNo, Field(title="Published", description="Off: nobody can tell that the page exists.")]
Access = Annotated[
    PageAccess,
    Field(
        title="Who may see it",
        description="`public`; `unlisted` = whoever has the address, kept from search engines; `password`.",
    ),
]
NoIndex = Annotated[YesNo, Field(title="Keep from search engines", description="Asks search engines to stay away.")]
ShowBars = Annotated[YesNo, Field(title="Show daily bars", description="90 days, a bar a day.")]
ShowUptime = Annotated[YesNo, Field(title="Show uptime", description="In percent over 90 days, floored.")]
ShowLatency = Annotated[YesNo, Field(title="Show response times", description="A chart of the last 24 hours.")]
Subscribers = Annotated[
    YesNo,
    Field(
        title="Let people subscribe",
        description="By email, webhook or Slack; needs a mail server (HEALTHER_SMTP_URL, HEALTHER_MAIL_FROM).",
    ),
]
PageLanguage = Annotated[Literal["en", "de"], Field(title="Language", description="What the page says is in it.")]


class FooterLinkBody(Wire):
    """A link below the page."""

    label: Name = Field(title="Text", examples=["Imprint"])
    url: Annotated[str, StringConstraints(max_length=2000), AfterValidator(_link)] = Field(
        title="Address", examples=["https://example.org/imprint"]
    )


class ComponentBody(Wire):
    """A watcher under a public name."""

    watcher_id: UUID = Field(title="Watcher", examples=["01a209c3-4d4f-77a1-9ccc-47d635fc90f9"])
    name: Name = Field(title="Public name", examples=["Shop"])
    key: Annotated[str, StringConstraints(max_length=MAX_LENGTH), AfterValidator(_key)] | None = Field(
        default=None,
        title="Key",
        description="What its badges are called: `/badge/{slug}/{key}.svg`. Made from the name when left out.",
        examples=["shop"],
    )


class SectionBody(Wire):
    """A heading and what stands under it, in order."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(one_line)] = Field(
        default="", title="Heading", description="Empty = no heading.", examples=["Checkout"]
    )
    components: list[ComponentBody] = Field(default_factory=list, title="Services", max_length=MOST_COMPONENTS)


FooterLinks = Annotated[list[FooterLinkBody], Field(title="Footer links", max_length=10)]
Sections = Annotated[
    list[SectionBody],
    Field(
        title="Sections", description="The whole document: what is not in it is off the page.", max_length=MOST_SECTIONS
    ),
]


class StatusPageCreate(Wire):
    """A new status page."""

    title: Name = Field(title="Title", examples=["Acme"])
    slug: Slug | None = Field(
        default=None,
        title="Address",
        description="`/status/{slug}`. Made from the title when left out.",
        examples=["acme"],
    )
    description: Description = ""
    accent: Accent | None = None
    custom_domain: Domain | None = None
    is_published: Published = True
    access: Access = PageAccess.PUBLIC
    password: Password | None = None
    noindex: NoIndex = False
    show_bars: ShowBars = True
    show_uptime: ShowUptime = True
    show_latency: ShowLatency = False
    subscribers: Subscribers = True
    footer_links: FooterLinks = Field(default_factory=list)
    time_zone: Zone = "UTC"
    language: PageLanguage = "en"
    sections: Sections = Field(default_factory=list)


class StatusPageUpdate(Patch):
    """Changes of a status page; `sections` replaces the whole document."""

    title: Name | None = Field(default=None, title="Title")
    slug: Slug | None = Field(default=None, title="Address")
    description: Description | None = None
    accent: Accent | None = None
    custom_domain: Domain | None = None
    is_published: Published | None = None
    access: Access | None = None
    password: Password | None = None
    noindex: NoIndex | None = None
    show_bars: ShowBars | None = None
    show_uptime: ShowUptime | None = None
    show_latency: ShowLatency | None = None
    subscribers: Subscribers | None = None
    footer_links: FooterLinks | None = None
    time_zone: Zone | None = None
    language: PageLanguage | None = None
    sections: Sections | None = None

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """An accent, a domain and a password can be taken away."""
        return frozenset({"accent", "custom_domain", "password"})


class LogoUpload(Wire):
    """A picture for the top of the page."""

    image: Base64Bytes = Field(
        title="Picture",
        description="PNG, JPEG or WebP in base64, 512 KiB at most; redrawn as a PNG of 512 x 128 at most.",
        max_length=700_000,
        examples=["iVBORw0KGgo..."],
    )


class ComponentPublic(BaseModel):
    """A watcher under its public name."""

    watcher_id: UUID
    name: str
    key: str = Field(description="What its badges are called.")


class SectionPublic(BaseModel):
    """A heading and what stands under it."""

    name: str
    components: list[ComponentPublic]


class FooterLinkPublic(BaseModel):
    """A link below the page."""

    label: str
    url: str


class StatusPagePublic(BaseModel):
    """A status page as its workspace manages it."""

    id: UUID
    slug: str
    title: str
    description: str
    accent: str | None
    custom_domain: str | None = Field(description="What was entered; served as `domain` says.")
    domain: DomainPublic | None = Field(description="How it stands with the custom domain; null = none.")
    is_published: bool
    access: PageAccess
    has_password: bool = Field(description="The password itself never comes out.")
    has_logo: bool
    noindex: bool
    show_bars: bool
    show_uptime: bool
    show_latency: bool
    subscribers: bool
    footer_links: list[FooterLinkPublic]
    time_zone: str
    language: str
    sections: list[SectionPublic]
    url: str = Field(description="Where people find it.", examples=["https://status.example.org/"])
    domain_target: str = Field(
        description="Where the CNAME of a custom domain leads: HEALTHER_PUBLIC_URL's host.",
        examples=["healther.example.org"],
    )
    created_at: datetime
    updated_at: datetime
