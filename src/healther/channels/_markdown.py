"""Text for services that read Markdown: what a person typed stays what they typed, and notifies nobody."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+|~<>!])")
_ZERO_WIDTH = "\u200b"


def literal(text: str) -> str:
    """The text with Markdown's signs escaped and every `@` kept from being a mention."""
    return _SPECIAL.sub(r"\\\1", text).replace("@", f"@{_ZERO_WIDTH}")
