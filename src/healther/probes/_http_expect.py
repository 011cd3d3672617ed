"""What an HTTP check expects: status codes written by people, and text or a pattern in the body."""

import functools
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

import re2

MAX_PATTERN_LENGTH = 1000
# Pattern instructions times bytes: what a search may cost at worst, about ten seconds of one thread.
MAX_SEARCH_COST = 2**29
SHOWN_CHARACTERS = 80

_RANGE = re.compile(r"(?P<low>[1-5][0-9]{2})(?:\s*-\s*(?P<high>[1-5][0-9]{2}))?|(?P<hundreds>[1-5])xx", re.IGNORECASE)
_PATTERN = re.compile(r"/(?P<pattern>.+)/(?P<flags>[A-Za-z]{0,3})", re.DOTALL)
_FLAGS = frozenset("ims")


@functools.lru_cache(maxsize=1024)
def parse_statuses(text: str) -> frozenset[int]:
    """The codes of `200`, `2xx`, `200-299,404`; raises ValueError."""
    codes: set[int] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"{part.strip()!r} is not a status: write 200, 2xx, 200-299 or a list such as 200-299,404")
        low = int(match["low"] or int(match["hundreds"]) * 100)
        high = int(match["high"] or (low if match["low"] else low + 99))
        if high < low:
            raise ValueError(f"{part.strip()!r} is an empty range: write the smaller status first")
        codes.update(range(low, high + 1))
    if max(codes) < 200:
        raise ValueError(f"{text!r} is never the answer: statuses below 200 only announce one; write e.g. 200-299")
    return frozenset(codes)


def describe_status(status: int) -> str:
    """`503 Service Unavailable`, or the bare number when nobody registered it."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


class BodyExpectation(Protocol):
    """Something the body must satisfy."""

    @property
    def cost_per_byte(self) -> int:
        """How many steps a byte may cost, at worst."""
        ...

    def failure(self, body: bytes) -> str | None:
        """Why the body (UTF-8) does not satisfy it; None when it does."""
        ...


@dataclass(frozen=True, slots=True)
class Contains:
    """The body contains a text."""

    text: str

    @property
    def cost_per_byte(self) -> int:
        """See BodyExpectation: `in` is a few nanoseconds whatever the text."""
        return 0

    def failure(self, body: bytes) -> str | None:
        """See BodyExpectation."""
        if self.text.encode() in body:
            return None
        return f"expected the body to contain {_shown(self.text)}: not found in {len(body)} bytes"


@dataclass(frozen=True, slots=True)
class Matches:
    """The body matches an RE2 pattern somewhere, in time linear in the body whatever the pattern."""

    text: str
    compiled: "re2._Regexp[str]"

    @property
    def cost_per_byte(self) -> int:
        """See BodyExpectation: the pattern's instructions."""
        return int(self.compiled.programsize)

    def failure(self, body: bytes) -> str | None:
        """See BodyExpectation."""
        if self.compiled.search(body) is not None:
            return None
        return f"expected the body to match {_shown(self.text)}: no match in {len(body)} bytes"


def check_search_cost(expectation: BodyExpectation, max_body_bytes: int) -> None:
    """Raises ValueError for a pattern that could take too long on a body of `max_body_bytes`."""
    if expectation.cost_per_byte * max_body_bytes > MAX_SEARCH_COST:
        most = MAX_SEARCH_COST // expectation.cost_per_byte
        raise ValueError(
            f"the pattern is too large to search so much: shorten it or set max_body_bytes to {most} or less"
        )


@functools.lru_cache(maxsize=1024)
def parse_expected_body(text: str) -> BodyExpectation:
    """`/pattern/` with the flags i, m, s, or else a text to contain; raises ValueError for an invalid pattern."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        return Contains(text)
    if len(match["pattern"]) > MAX_PATTERN_LENGTH:
        raise ValueError(f"the pattern must not be longer than {MAX_PATTERN_LENGTH} characters")
    unknown = "".join(sorted(set(match["flags"]) - _FLAGS))
    if unknown:
        raise ValueError(
            f"unknown flag {unknown} after the pattern: i, m and s are possible; to find {text!r} itself, "
            "write it as a pattern, with a backslash before each slash in it"
        )
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = "i" not in match["flags"]
    options.dot_nl = "s" in match["flags"]
    options.never_capture = True
    pattern = f"(?m:{match['pattern']})" if "m" in match["flags"] else match["pattern"]
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        detail = error.args[0].decode() if isinstance(error.args[0], bytes) else error
        raise ValueError(
            f"the pattern is not valid RE2 ({detail}); look-around and back-references are not supported"
        ) from error
    return Matches(text, compiled)


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…")
