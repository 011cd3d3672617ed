"""Which encoding of an answer a client takes (RFC 9110, 12.5.3)."""

from functools import lru_cache

from healther.core.weights import weight_of

_ENCODINGS = ("br", "gzip")


@lru_cache(maxsize=512)
def preferred(accept_encoding: bytes) -> str:
    """The best of our encodings a client takes; `identity` where it takes none (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accept_encoding.decode("latin-1").lower().split(","):
        name, _, parameter = part.strip().partition(";")
        weights[name.strip()] = weight_of(parameter)
    taken = {name: weights.get(name, weights.get("*", 0.0)) for name in _ENCODINGS}
    best = max(_ENCODINGS, key=lambda name: taken[name])
    return best if taken[best] > 0 else "identity"
