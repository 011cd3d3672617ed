"""One thing the doctor looked at, and what it means."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a finding is marked. Only a PROBLEM makes the doctor end with 1."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding in words: what is so, and what to do where something is to be done."""

    level: Level
    about: str
    text: str


def counted(count: int, one: str, many: str | None = None) -> str:
    """How many there are, in words that fit: `many` is `one` with an s unless it is given."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def ok(about: str, text: str) -> Finding:
    """As it should be."""
    return Finding(Level.OK, about, text)


def note(about: str, text: str) -> Finding:
    """Works, and somebody should know or may want it otherwise."""
    return Finding(Level.NOTE, about, text)


def problem(about: str, text: str) -> Finding:
    """Does not work, or will not."""
    return Finding(Level.PROBLEM, about, text)
