"""Wire schemas of the end of an account."""

from uuid import UUID

from pydantic import BaseModel, Field, SecretStr

from healther.core.text import Wire

MOST_WORKSPACES = 1_000


class AccountDelete(Wire):
    """Deletes the account of whoever asks."""

    current_password: SecretStr
    workspaces: list[UUID] = Field(
        default_factory=list,
        max_length=MOST_WORKSPACES,
        description="The workspaces that go with it: all in which you are alone, as `GET /users/me/deletion` says.",
        examples=[["01a209c3-4d4f-77a1-9ccc-47d635fc90f8"]],
    )


class WorkspaceNamed(BaseModel):
    """A workspace of theirs."""

    id: UUID
    name: str = Field(examples=["Acme"])
    slug: str = Field(examples=["acme"])


class DeletionPublic(BaseModel):
    """What would become of what an account has, if it were deleted now."""

    alone: list[WorkspaceNamed] = Field(
        description="They have no other member, and are deleted with everything in them."
    )
    left: list[WorkspaceNamed] = Field(description="They stay, without you.")
    last_owner: list[WorkspaceNamed] = Field(
        description="You are their last owner, and they have other members: while there is one, the account stays."
    )
    only_account: bool = Field(
        description="Nobody else has one. Unless anybody may sign up, the operator makes the next."
    )
