"""Wire schemas of getting an account back, and of its new address."""

from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from healther.accounts.schemas import NewPassword
from healther.core.text import Email, Wire

LinkToken = Annotated[
    SecretStr,
    Field(max_length=2_000, description="What stands behind the # of the link.", examples=["Zk3q9QxA..."]),
]


class Forgotten(Wire):
    """Somebody forgot the password of the account of this address."""

    email: Email


class LinkPromised(BaseModel):
    """The same whether or not there is such an account."""

    email: str = Field(description="What was asked for, as accounts have it.", examples=["ada@example.org"])
    minutes: int = Field(description="For so long a link works, if one was mailed.", examples=[60])


class PasswordReset(Wire):
    """A new password, by the link that was mailed."""

    token: LinkToken
    password: NewPassword


class EmailConfirmed(Wire):
    """The new address of an account says yes, by the link that was mailed to it."""

    token: LinkToken
