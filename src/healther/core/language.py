"""The language a reader asks for, of those that healther speaks."""

from functools import lru_cache
from typing import Literal

from healther.core.weights import weight_of

SpokenLanguage = Literal["en", "de"]

_SPOKEN: dict[str, SpokenLanguage] = {"en": "en", "de": "de"}
_MOST_READ = 256
"""Characters: browsers send a quarter. What is remembered of hostile headers is bounded by it."""


def spoken_language(accept_language: str) -> SpokenLanguage | None:
    """The one of healther's languages that an `Accept-Language` header prefers (RFC 9110, 12.5.4); None = neither.

    Of languages with the same weight it is the first, as browsers mean it.
    """
    return _preferred(accept_language[:_MOST_READ])


@lru_cache(maxsize=512)
def _preferred(accept_language: str) -> SpokenLanguage | None:
    best, best_weight = None, 0.0
    for part in accept_language.lower().split(","):
        tag, _, parameter = part.partition(";")
        language = _SPOKEN.get(tag.strip().partition("-")[0])
        weight = weight_of(parameter)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best
