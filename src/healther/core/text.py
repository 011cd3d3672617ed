"""Text from outside, made safe to store, log and put into a header or a mail: types for wire schemas."""

import re
import unicodedata
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

# Controls, line and paragraph separators break a line (S16).
_BREAKS = frozenset({"Cc", "Zl", "Zp", "Cs"})
# Bidirectional overrides reorder the text around them, annotations and tags hide a text in another, and what Unicode
# has made no character (its 66 noncharacters) nobody can have meant.
_TRICKS = (
    "\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f\ufdd0-\ufdef"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
)  # fmt: skip
_TRICK = re.compile(f"[{_TRICKS}]")
# What tags are for: the flags of England, Scotland and Wales, and of regions like them (UTS #51).
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
# No script stacks so many on one letter; a dozen cover the lines above and below.
_MOST_MARKS = 10

# Letters, numbers, punctuation and symbols, of which these are drawn as nothing: fillers, and Braille without a dot.
_SEEN = frozenset("LNPS")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# Names no public mail server has (RFC 6761, 6762, 8375), which networks of one's own use.
_INTERNAL = frozenset({"arpa", "local", "localhost", "test"})
_PUBLIC = ".example.org"

# Mail to either of these names is the same person's, and dots before the @ are nothing there.
_DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}

# What a mail program makes a link of, or a reader: a name or number of a host. Signs that a scheme, an address of mail
# or a host in disguise (`evil[.]example`) needs are none of a name's, nor has a name the digits of a telephone.
# Other marks pass for the dot of one to a reader, and so does a dot with a space before it.
_PLACE = re.compile(
    r"\bwww\b|[^\W_][.。,·|][^\W\d_]{2,}|\s[.。,·|][^\W\d_]{2,}|\d\.\d+\.\d+\.\d"
    r"|[.。,·|]\s*(?:com|net|org|info|biz|io|app|dev|online|site|shop|example)\b",
    re.IGNORECASE,
)
_MARKS = frozenset(" '\u2019&+-\u2013\u2014(),.!?/#\u00b7|")
_MOST_DIGITS = 6


def one_line(value: str) -> str:
    """The text unchanged; raises ValueError when it holds a line break, a control or a character that tricks readers.

    So it does for a text of which nothing can be seen, though it is no space, and for one that grows out of its line.
    """
    trick, marks = _trick_in(value), 0
    for char in value:
        category = unicodedata.category(char)
        if category in _BREAKS or char == trick:
            raise ValueError(f"must be one line of plain text (it has the character U+{ord(char):04X})")
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            raise ValueError(f"must be one line of plain text (it has more than {_MOST_MARKS} marks on one letter)")
    if value.strip() and not any(unicodedata.category(char)[0] in _SEEN and char not in _BLANK for char in value):
        raise ValueError("must have a letter, a digit or a sign that can be seen")
    return value


def flat(value: str) -> str:
    """The text as one line: line breaks, controls and characters that trick readers become spaces."""
    clean = (
        " " if unicodedata.category(char) in _BREAKS or char.isspace() else char for char in _TRICK.sub(" ", value)
    )
    return " ".join("".join(clean).split())


def leads_nowhere(value: str) -> bool:
    """Whether the text is one line, has only what names have, and nothing that is, or passes for, a way to somebody."""
    spelt = unicodedata.normalize("NFKC", value)
    plain = all(unicodedata.category(char)[0] in "LMN" or char in _MARKS for char in value + spelt)
    digits = sum(unicodedata.category(char)[0] == "N" for char in spelt)
    return plain and digits <= _MOST_DIGITS and flat(value) == value and _PLACE.search(spelt) is None


def plain_text(value: str) -> str:
    """The text unchanged, of any number of lines; raises ValueError for U+0000 and for what tricks readers."""
    trick = _trick_in(without_nul(value))
    if trick is not None:
        raise ValueError(f"must be plain text (it has the character U+{ord(trick):04X})")
    return value


def _trick_in(value: str) -> str | None:
    found = _TRICK.search(_FLAG.sub("", value))
    return None if found is None else found[0]


def without_nul(value: str) -> str:
    """The text unchanged; raises ValueError when it holds U+0000, which no database text can."""
    if "\x00" in value:
        raise ValueError("must not contain the character U+0000")
    return value


def normal_email(value: str) -> str:
    """The address as it is stored and compared: one spelling, lower case; raises ValueError when it is none.

    Names without a public suffix (`admin@home.lan`) are fine: nothing is sent to prove the address.
    """
    if not value.isprintable():
        raise ValueError("must be an email address such as ada@example.org")
    try:
        checked = validate_email(value.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise ValueError(f"must be an email address such as ada@example.org ({error})") from error
    if "." not in checked.domain:
        raise ValueError(f"must be an email address such as ada@example.org ({checked.domain} is no domain)")
    local, spelt = checked.local_part, unicodedata.normalize("NFKC", checked.local_part)
    if spelt != local:
        # A full-width ada is another account than ada, and looks the same.
        raise ValueError(f"must be an email address such as ada@example.org (write {spelt}@{checked.domain})")
    return checked.normalized.lower()


def mailbox_of(address: str) -> str:
    """The mailbox behind an address: `ada+shop@example.org` is Ada's, like every other tag.

    So are the dots of Gmail's, which has two names. To be compared and counted with, not to write to.
    """
    name, _, domain = address.rpartition("@")
    name = name.partition("+")[0] or name
    if domain in _DOTLESS:
        name = name.replace(".", "") or name
    return f"{name}@{_DOTLESS.get(domain, domain)}"


def masked_email(address: str) -> str:
    """Enough of it to know it again, not enough to write to."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}"


def ascii_email(address: str) -> str:
    """The address in the spelling every mail server takes; raises ValueError when it has none (RFC 6531).

    Domains that only one network knows pass here: whether they may is decided where an address comes in.
    """
    # No option of the validator lets them pass; below a public name they are looked at as any other.
    below = _PUBLIC if _is_internal(address) else ""
    checked = validate_email(address + below, check_deliverability=False, globally_deliverable=False)
    if checked.ascii_email is None:
        raise ValueError(f"{address} has letters before the @ that most mail servers do not take")
    return checked.ascii_email.removesuffix(below)


def operator_email(value: str) -> str:
    """The operator's own address, in ASCII: also one of a name that only their network knows (`healther@localhost`)."""
    address = value.strip()
    return ascii_email(address).lower() if _is_internal(address) else ascii_email(normal_email(address))


def _is_internal(address: str) -> bool:
    return address.lower().rpartition("@")[2].rpartition(".")[2] in _INTERNAL


Email = Annotated[
    str,
    StringConstraints(max_length=320),
    AfterValidator(normal_email),
    Field(json_schema_extra={"format": "email"}, examples=["ada@example.org"]),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(one_line)]
FullName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(one_line)
]


MAX_ENTRIES = 3000
"""More than any request needs: a bulk action names up to 2,000 watchers."""


def _has_more_entries_than(limit: int, data: object) -> bool:
    """Whether an object or list, or one in it, has more than so many entries; as deep as JSON can be parsed."""
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict | list):
            if len(each) > limit:
                return True
            waiting.extend(each.values() if isinstance(each, dict) else each)
    return False


class Wire(BaseModel):
    """A request body: unknown fields are refused (S9), and its errors never repeat what was sent."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _not_endless(cls, data: object) -> object:
        """Before a line of error is made for each of 90,000 unknown fields (S13)."""
        if _has_more_entries_than(MAX_ENTRIES, data):
            raise ValueError(f"has more than {MAX_ENTRIES:,} entries in one object or list")
        return data


class Patch(Wire):
    """A partial update: what is absent stays; null is for fields that say so in `NULLABLE`."""

    @classmethod
    def nullable(cls) -> frozenset[str]:
        """The fields whose null means "none"."""
        return frozenset()

    @field_validator("*", mode="before")
    @classmethod
    def _null_is_a_value(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.field_name not in cls.nullable():
            raise ValueError("cannot be null; leave it out to keep it as it is")
        return value
