"""What a row of the role table is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

WORKSPACE = "/api/v1/workspaces/{workspace_id}"


class Who(StrEnum):
    """The least that lets somebody pass."""

    ANYONE = "anyone"
    USER = "user"
    OBSERVER = "observer"
    ADMIN = "admin"
    OWNER = "owner"


@dataclass(frozen=True)
class Row:
    """One route."""

    who: Who
    works: tuple[int, ...] = (200,)
    """What answers whoever may: success, or what shows that only the content stood in the way."""
    body: dict[str, Any] | None = None
    form: bool = False
    in_person: bool = False
    """No API key may, whatever its scope."""
    spent: bool = False
    """The request ends the sign-in, the membership or the thing itself: it gets people and things of its own."""
