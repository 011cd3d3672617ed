"""Numbers as they go over the wire."""

from typing import Annotated

from pydantic import AfterValidator


def to_the_microsecond(value: float) -> float:
    """Milliseconds with three decimals."""
    return round(value, 3)


Millis = Annotated[float, AfterValidator(to_the_microsecond)]
"""Milliseconds, rounded to microseconds: what a 4-byte float or a clock adds behind that is noise."""
