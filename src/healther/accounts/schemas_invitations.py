"""Wire schemas of invitations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, SecretStr

from healther.accounts.models import Role
from healther.accounts.schemas import NewPassword
from healther.core.text import Email, FullName, Wire

By = Annotated[
    Literal["mail", "link"] | None,
    Field(
        description="How the link gets to them: by mail, or shown to you to hand over; null = by mail where this "
        "healther can send it."
    ),
]
Token = Annotated[
    SecretStr,
    Field(max_length=200, description="What stands behind the # of the link.", examples=["Zk3q9QxA..."]),
]


class InvitationCreate(Wire):
    """Asks somebody to become a member, whether they have an account or not."""

    email: Email
    role: Role = Role.OBSERVER
    by: By = None


class InvitationAgain(Wire):
    """Another link for the same invitation."""

    by: By = None


class InvitationPublic(BaseModel):
    """An open invitation, without its link."""

    id: UUID
    email: str
    role: Role
    invited_by: str = Field(description="Whoever sent it last.", examples=["Ada Lovelace"])
    mailed: bool = Field(description="False: its link was shown, to be handed over.")
    works: bool = Field(description="False: it has expired, or whoever sent it may not invite any more.")
    created_at: datetime
    expires_at: datetime


class InvitationMade(InvitationPublic):
    """An invitation and, unless it was mailed, its link: in this answer alone."""

    link: str | None = Field(examples=["https://status.example.org/invitation#Zk3q9QxA..."])
    mail_error: str | None = Field(description="Why the mail could not be sent; hand the link over instead.")


class InvitationToken(Wire):
    """The token of a link."""

    token: Token


class InvitationRegister(InvitationToken):
    """An account for the address that was invited."""

    full_name: FullName = Field(examples=["Ada Lovelace"])
    password: NewPassword


class InvitationSeen(BaseModel):
    """What whoever has the link is told."""

    workspace: str = Field(description="Its name.", examples=["Acme production"])
    role: Role
    email: str = Field(description="For whom, masked.", examples=["a•••@example.org"])
    expires_at: datetime
    expired: bool
