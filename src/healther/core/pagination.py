"""Lists by cursor: stable while rows come and go, opaque to clients."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
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
    return page_from(rows, [item(row) for row in rows[:limit]], cursor)


def page_from(rows: Sequence[R], items: list[T], cursor: Callable[[R], str]) -> Page[T]:
    """A page of what became of the first rows, and whether there are more."""
    return Page(items=items, next_cursor=cursor(rows[len(items) - 1]) if len(rows) > len(items) else None)


def within(weights: Iterable[int], most: int) -> int:
    """How many of the first rows weigh at most so much together; one at least, so that a list always goes on."""
    count = weight = 0
    for each in weights:
        weight += each
        if weight > most and count:
            break
        count += 1
    return count


class Cursors:
    """The cursors of one list in one order: opaque, made from the sort key of a page's last row.

    `scope` says which list and which order it is; a cursor of another scope is refused.
    """

    def __init__(self, *scope: object) -> None:
        text = json.dumps([str(part) for part in scope])
        self._mark = blake2b(text.encode(), digest_size=6).hexdigest()

    def encode(self, *parts: str | int) -> str:
        """The cursor of the row with this sort key."""
        return base64.urlsafe_b64encode(_written([self._mark, *parts])).rstrip(b"=").decode()

    def decode(self, cursor: str, kinds: tuple[type, ...]) -> list[str | int]:
        """The sort key in `cursor`; raises InvalidProblem when it is of another list, another order or no cursor."""
        try:
            parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            # A lone surrogate, which JSON can spell, is no text that a database could compare with.
            _written(parts)
        except (binascii.Error, RecursionError, ValueError) as error:
            raise _bad_cursor() from error
        if not isinstance(parts, list) or [type(part) for part in parts] != [str, *kinds]:
            raise _bad_cursor()
        if any(isinstance(part, int) and not -_MAX_INT <= part < _MAX_INT for part in parts):
            raise _bad_cursor()
        if parts[0] != self._mark:
            raise InvalidProblem.field(
                "query.cursor", "belongs to another list or order; begin at the first page, without a cursor"
            )
        return parts[1:]

    def decode_named(self, cursor: str | None) -> tuple[str, UUID] | None:
        """The (name, id) a list sorted by name goes on after; None = from its start. Raises InvalidProblem."""
        if cursor is None:
            return None
        name, row_id = self.decode(cursor, (str, str))
        try:
            return without_nul(str(name)), UUID(str(row_id))
        except ValueError as error:
            raise _bad_cursor() from error

    def decode_timed(self, cursor: str | None) -> tuple[int, UUID] | None:
        """The (epoch ms, id) a list sorted by time goes on after; None = from its start. Raises InvalidProblem."""
        if cursor is None:
            return None
        at, row_id = self.decode(cursor, (int, str))
        try:
            return int(at), UUID(str(row_id))
        except ValueError as error:
            raise _bad_cursor() from error


def _written(parts: object) -> bytes:
    return json.dumps(parts, ensure_ascii=False).encode()


def _bad_cursor() -> InvalidProblem:
    return InvalidProblem.field("query.cursor", "is not a cursor of this list; use next_cursor of the page before")
