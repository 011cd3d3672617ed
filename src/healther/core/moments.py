"""Moments in a query: how they are asked for, and as epoch milliseconds."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from healther.core.clock import to_ms
from healther.core.errors import InvalidProblem

_YEAR_9999_MS = 253_370_764_800_000

From = Annotated[
    AwareDatetime | None,
    Query(alias="from", description="Included; with a time zone.", examples=["2026-01-31T00:00:00Z"]),
]
To = Annotated[AwareDatetime | None, Query(description="Excluded; with a time zone. Left out: now.")]


def moment_ms(at: AwareDatetime, where: str) -> int:
    """A moment of a query in epoch ms; raises InvalidProblem for one no calendar of ours has."""
    ms = to_ms(at)
    if not 0 <= ms <= _YEAR_9999_MS:
        raise InvalidProblem.field(where, "must be a time between 1970 and 9998")
    return ms


def window_ms(from_: AwareDatetime | None, to: AwareDatetime | None) -> tuple[int | None, int | None]:
    """Both ends of a window, either of which may be left out; raises InvalidProblem where it ends before it begins."""
    start_ms, end_ms = optional_ms(from_, "query.from"), optional_ms(to, "query.to")
    if start_ms is not None and end_ms is not None and start_ms >= end_ms:
        raise InvalidProblem.field("query.from", "must be before `to`")
    return start_ms, end_ms


def optional_ms(at: AwareDatetime | None, where: str) -> int | None:
    """The same, where it may be left out."""
    return None if at is None else moment_ms(at, where)
