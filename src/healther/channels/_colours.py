"""The colour, symbol and urgency of a message where a service has such things."""

from healther.channels.base import Message, MessageKind

_BAD = frozenset({MessageKind.DOWN, MessageKind.REMINDER, MessageKind.ESCALATION})
_UNWELL = frozenset({MessageKind.DEGRADED, MessageKind.CERTIFICATE, MessageKind.FLAPPING, MessageKind.PARTLY_RECOVERED})
_GOOD = frozenset({MessageKind.RECOVERED, MessageKind.SETTLED})


def colour(message: Message) -> str:
    """`#rrggbb`."""
    if message.kind in _BAD:
        return "#c62828"
    if message.kind in _UNWELL:
        return "#b26a00"
    return "#2e7d32" if message.kind in _GOOD else "#37618e"


def is_urgent(message: Message) -> bool:
    """Whether somebody should look now."""
    return message.kind in _BAD


def is_over(message: Message) -> bool:
    """Whether this ends what an earlier message of the thread began."""
    return message.kind in _GOOD or message.kind is MessageKind.UNWATCHED


def severity(message: Message) -> str:
    """PagerDuty's word: critical, error, warning or info."""
    if message.kind in _BAD:
        return "critical" if message.severity == "critical" else "error"
    return "warning" if message.kind in _UNWELL else "info"
