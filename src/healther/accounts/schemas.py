"""Wire schemas of accounts: what goes in (unknown fields refused) and what comes out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, SecretStr, StringConstraints

from healther.accounts.models import Role
from healther.accounts.slugs import check_slug
from healther.core.json_values import YesNo
from healther.core.text import Email, FullName, Name, Patch, Wire, without_nul
from healther.core.zones import zone_of

Slug = Annotated[
    str,
    StringConstraints(min_length=2, max_length=63),
    AfterValidator(check_slug),
    Field(description="In addresses of public pages: lower-case letters, digits and single hyphens."),
]
NewPassword = Annotated[
    SecretStr,
    Field(
        description="8 characters or more, 15 are better; any length, any script.", examples=["correct horse battery"]
    ),
]


def _time_zone(value: str) -> str:
    return zone_of(value).key


TimeZone = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(without_nul),
    AfterValidator(_time_zone),
    Field(description="An IANA time zone; null = the browser's.", examples=["Europe/Berlin"]),
]
Language = Annotated[Literal["en", "de"], Field(description="Null = the browser's.")]
Theme = Literal["light", "dark", "system"]


class UserCreate(Wire):
    """Signing up, with a first workspace if it is named."""

    email: Email
    full_name: FullName = Field(examples=["Ada Lovelace"])
    password: NewPassword
    workspace_name: Name | None = Field(default=None, description="Makes a workspace of this name, owned by you.")


class UserUpdate(Patch):
    """What people change of themselves. A new email needs the password."""

    email: Email | None = None
    full_name: FullName | None = None
    current_password: SecretStr | None = Field(default=None, description="Needed to change the email.")
    time_zone: TimeZone | None = None
    language: Language | None = None
    theme: Theme | None = None

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """Null means what the browser says."""
        return frozenset({"time_zone", "language"})


class UserPublic(BaseModel):
    """A person, as they see themselves."""

    id: UUID
    email: str
    full_name: str
    created_at: datetime
    time_zone: str | None = Field(description="An IANA time zone; null = the browser's.", examples=["Europe/Berlin"])
    language: Literal["en", "de"] | None = Field(description="Null = the browser's.")
    theme: Theme


class UserUpdated(UserPublic):
    """Yourself, after the change."""

    asked: str | None = Field(
        description="The new email, which was mailed a link: it becomes yours when the button behind that is pressed. "
        "The same whether or not somebody has an account with it. Null = none was asked."
    )


class EmailPublic(BaseModel):
    """What your address says to mail by this healther's mail server; only where addresses are asked it may wait."""

    address: str
    state: Literal["confirmed", "waiting", "refused"]
    asked_at: datetime | None = Field(description="Null = not asked yet.")
    problem: str | None = Field(description="Why it was not asked, or why the question has not reached it.")
    mailed_at: str | None = Field(description="Where mail to you goes: an earlier address until this one says yes.")


class SessionPublic(BaseModel):
    """A sign-in of yours."""

    id: UUID
    created_at: datetime = Field(description="When it began.")
    last_used_at: datetime = Field(description="When its access token was last renewed.")
    user_agent: str | None = Field(
        description="Browser and system in one, as far as they are known.", examples=["Firefox 132 on Linux"]
    )
    browser: str | None = Field(description="The browser, or whatever program it was.", examples=["Firefox 132"])
    system: str | None = Field(description="What it runs on.", examples=["Linux"])
    address: str | None = Field(description="The network it came from.", examples=["198.51.100.0/24"])
    current: bool = Field(description="Whether it is the one that asks.")


class SetupPublic(BaseModel):
    """What somebody without an account may do here."""

    needed: bool = Field(description="Nobody has an account yet, and whoever comes makes the first.")
    registration: Literal["first", "open", "closed"] = Field(
        description="Who may sign up: only the first account, everybody, nobody (`healther user create` makes one)."
    )
    mails: bool = Field(
        description="Whether it has a mail server, and so mails a link to whoever forgot their password; without one "
        "the operator sets a new one (`healther user password`)."
    )


class PasswordChange(Wire):
    """A new password; ends every other sign-in."""

    current_password: SecretStr
    new_password: NewPassword


class SignInForm(Wire):
    """The OAuth2 password form (RFC 6749, 4.3.2); `username` is the email."""

    grant_type: Literal["password"] = "password"
    username: str = Field(max_length=320, examples=["ada@example.org"])
    password: SecretStr
    scope: str = ""
    client_id: str | None = None
    client_secret: SecretStr | None = None


class TokenPublic(BaseModel):
    """An access token; the refresh token comes in an HttpOnly cookie beside it."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a scheme
    expires_in: int = Field(description="Seconds.", examples=[3600])


class WorkspaceCreate(Wire):
    """A new workspace; its maker owns it."""

    name: Name = Field(examples=["Acme production"])
    slug: Slug | None = Field(default=None, description="Made from the name when left out.", examples=["acme"])
    is_public: YesNo = Field(default=False, description="Shows its public page to everyone.")


class WorkspaceUpdate(Patch):
    """Changes of a workspace."""

    name: Name | None = None
    slug: Slug | None = None
    is_public: YesNo | None = None


class WorkspacePublic(BaseModel):
    """A workspace, and what you are in it."""

    id: UUID
    name: str
    slug: str
    is_public: bool
    created_at: datetime
    role: Role = Field(description="Your role in it.")


class RegisteredPublic(UserPublic, TokenPublic):
    """The new account, signed in, and its workspace when one was asked for."""

    workspace: WorkspacePublic | None = None


class MemberUpdate(Wire):
    """Another role."""

    role: Role


class MemberPublic(BaseModel):
    """A member of a workspace."""

    user_id: UUID
    email: str
    full_name: str
    role: Role
    created_at: datetime


class AuditEntryPublic(BaseModel):
    """Who did what to which thing, when."""

    id: UUID
    at: datetime
    actor: str = Field(
        description="Their email at that time, with the API key they used; or what is no account.",
        examples=["ada@example.org"],
    )
    actor_id: UUID | None = Field(description="Null for what is no account.")
    action: str = Field(description="A noun and a verb; docs/audit.md has them all.", examples=["watcher.delete"])
    object_id: str | None = Field(description="What it was done to; null where that has no id, or is many.")
    object_name: str | None = Field(description="What that was called.", examples=["Shop"])
    details: dict[str, Any] = Field(description="What more is known of it; never a secret.")
