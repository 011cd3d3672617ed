"""Which encoding of an answer a client takes (RFC 9110, 12.5.3)."""

from functools import lru_cache

_ENCODINGS = ("br", "gzip")


@lru_cache(maxsize=512)
def preferred(accept_encoding: bytes) -> str:
    """The best of our encodings a client takes; `identity` where it takes none (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accept_encoding.decode("latin-1").lower().split(","):
        name, _, parameter = part.strip().partition(";")
        weights[name.strip()] = _weight(parameter)
    taken = {name: weights.get(name, weights.get("*", 0.0)) for name in _ENCODINGS}
    best = max(_ENCODINGS, key=lambda name: taken[name])
    return best if taken[best] > 0 else "identity"


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
