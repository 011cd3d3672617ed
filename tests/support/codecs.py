"""What this process has asked Python's codecs for."""

import encodings


def looked_up(charset: str) -> set[str]:
    """The spellings of this name under which Python remembers it, found or not."""
    return {name for name in encodings._cache if name.replace("_", "-") == charset.replace("_", "-").lower()}
