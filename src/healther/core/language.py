"""The language a reader asks for, of those that healther speaks."""

from typing import Literal

SpokenLanguage = Literal["en", "de"]


def spoken_language(accept_language: str) -> SpokenLanguage | None:
    """The first of healther's languages in an `Accept-Language` header (RFC 9110, 12.5.4); None = it names neither.

    Browsers list what they prefer first; weights are not read.
    """
    for part in accept_language.split(","):
        match part.strip()[:2].lower():
            case "en":
                return "en"
            case "de":
                return "de"
    return None
