"""Lists by cursor: stable while rows come and go, opaque to clients."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from healther.core.errors import InvalidProblem
from healther.core.text import without_nul

T = TypeVar("T")
R = TypeVar("R")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_MAX_INT = 2**63
"""What a BIGINT holds."""

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` of the page before.")]


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(default=None, description="Pass as `cursor` for the next page; null = the end.")


def page_of(rows: Sequence[R], limit: int, item: Callable[[R], T], cursor: Callable[[R], str]) -> Page[T]:
    """A page from up to `limit` + 1 rows: the one too many says that there is a next page."""
    shown = rows[:limit]
    return Page(items=[item(row) for row in shown], next_cursor=cursor(shown[-1]) if len(rows) > limit else None)


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
    if any(isinstance(part, int) and not -_MAX_INT <= part < _MAX_INT for part in parts):
        raise _bad_cursor()
    return parts


def decode_named_cursor(cursor: str | None) -> tuple[str, UUID] | None:
    """The (name, id) a list sorted by name goes on after; None = from its start. Raises InvalidProblem."""
    if cursor is None:
        return None
    name, row_id = decode_cursor(cursor, (str, str))
    try:
        return without_nul(str(name)), UUID(str(row_id))
    except ValueError as error:
        raise _bad_cursor() from error


def _bad_cursor() -> InvalidProblem:
    return InvalidProblem.field("query.cursor", "is not a cursor of this list; use next_cursor of the page before")
