"""The weight that a client gives to one of the things it would take."""


def weight_of(parameter: str) -> float:
    """Of `q=0.5` 0.5, of anything else 1, of nonsense 0 (RFC 9110, 12.4.2)."""
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
