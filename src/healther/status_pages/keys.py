"""Keys of components: what a badge's address calls a service."""

from collections.abc import Iterable, Sequence

from healther.accounts.slugs import MAX_LENGTH, slug_from


def distinct_keys(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """A key for each name that reads like it; the second of the same gets `-2`."""
    used = set(taken)
    keys = []
    for name in names:
        stem = key = _stem(name)
        number = 1
        while key in used:
            number += 1
            key = f"{stem[: MAX_LENGTH - 6]}-{number}"
        used.add(key)
        keys.append(key)
    return keys


def _stem(name: str) -> str:
    slug = slug_from(name)
    # What `slug_from` makes of a name in another script is about workspaces.
    return "service" if slug == "workspace" and "workspace" not in name.casefold() else slug
