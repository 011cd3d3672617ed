"""Slugs: the names of workspaces in addresses."""

import re
import secrets
import unicodedata

MAX_LENGTH = 63
PATTERN = re.compile(r"[a-z0-9](-?[a-z0-9])*")
# Words that are, or may become, a path or a host of healther itself.
_RESERVED_WORDS = """
about account accounts admin api app apps assets auth badge badges blog check dashboard demo docs embed feed feeds
healther healthz help home incidents index internal invite issues login logout mail metrics new null openapi page pages
password ping pricing privacy problems public readyz register robots root rss search security settings sign-in sign-out
sign-up static status statuspage subscribe support system terms undefined user users watchers web workspace workspaces
www
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
# As people spell them where there is no such key; `ß` folds to `ss` by itself.
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "œ": "oe"})
_SUFFIX_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def check_slug(value: str) -> str:
    """The slug unchanged; raises ValueError saying what it may look like."""
    if not PATTERN.fullmatch(value):
        raise ValueError("must be lower-case letters, digits and single hyphens between them, e.g. acme-eu")
    if value in RESERVED:
        raise ValueError(f"{value!r} is reserved; choose another")
    return value


def slug_from(name: str) -> str:
    """A slug that reads like the name; `workspace` where nothing of it is left."""
    spelled = unicodedata.normalize("NFC", name.casefold()).translate(_SPELLED)
    ascii_name = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name)[: MAX_LENGTH - 7].strip("-")
    return slug if len(slug) > 1 else "workspace"


def with_suffix(slug: str) -> str:
    """The slug with five random characters, for when it is taken or reserved."""
    return f"{slug}-{''.join(secrets.choice(_SUFFIX_ALPHABET) for _ in range(5))}"
