"""Lists by cursor: stable while rows come and go, opaque to clients."""

import base64
import binascii
import json
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from healther.core.errors import InvalidProblem

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(default=None, description="Pass as `cursor` for the next page; null = the end.")


def encode_cursor(*parts: str | int) -> str:
    """An opaque cursor from the sort key of the last row."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str, kinds: tuple[type, ...]) -> list[str | int]:
    """The sort key in `cursor`; raises InvalidProblem when it was not made by `encode_cursor` for this list."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise _bad_cursor() from error
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise _bad_cursor()
    return parts


def _bad_cursor() -> InvalidProblem:
    return InvalidProblem.field("query.cursor", "is not a cursor of this list; use next_cursor of the page before")
