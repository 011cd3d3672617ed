"""Conditional requests (RFC 9110, 13.1)."""


def matches_etag(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has this version: any of its list, compared weakly (13.1.2)."""
    if if_none_match is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags
