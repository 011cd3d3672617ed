"""In which language something of a page is asked for. However a client writes it, it is one of a few wishes."""

import re
from typing import NamedTuple

from starlette.types import Scope

from healther.core.language import spoken_language
from healther.status_pages.words import Language

# The first one counts, in any case: as Nginx reads it (deploy/nginx), which keeps a copy for each.
_CHOSEN = re.compile(rb"(?:^|&)lang=([^&]*)", re.IGNORECASE)
_CHOICES: dict[bytes, Language] = {b"en": "en", b"de": "de"}


class Wish(NamedTuple):
    """What somebody chose by `?lang=`, and what their browser prefers; None = nothing that pages speak."""

    chosen: Language | None = None
    preferred: Language | None = None


NONE = Wish()


def wish_of(scope: Scope) -> Wish:
    """The wish of a request."""
    query: bytes = scope["query_string"]
    preferred = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return Wish(_chosen(query) if query else None, spoken_language(preferred.decode("latin-1")) if preferred else None)


def _chosen(query: bytes) -> Language | None:
    found = _CHOSEN.search(query)
    return _CHOICES.get(found[1].lower()) if found else None
