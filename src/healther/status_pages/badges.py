"""Badges: an SVG for a README, and the same as JSON for shields.io. Drawn from a snapshot; no fonts, no scripts."""

from enum import StrEnum

from markupsafe import escape
from pydantic_core import to_json

from healther.status_pages.snapshot import Component, Look, Snapshot
from healther.status_pages.words import Words
from healther.watchers.states import State

# Readable under white text (4.5:1).
COLOURS = {
    State.HEALTHY: "#157a3b",
    State.DEGRADED: "#9a5f00",
    State.DOWN: "#c02626",
    State.UNKNOWN: "#676772",
    State.MAINTENANCE: "#2a66b3",
    State.PENDING: "#0f6f7d",
    State.PAUSED: "#676772",
}
_LABEL_COLOUR = "#3a3a44"
_HEIGHT = 20
_PAD = 6
# Widths of an 11 px sans-serif, near enough: the text is set to the width it was given.
_NARROW = frozenset("fijlrtI.,:;'|!()[] 1")
_WIDE = frozenset("mwMW@%")


class Figure(StrEnum):
    """What a badge shows."""

    STATE = "state"
    UPTIME_DAY = "uptime-24h"
    UPTIME_WEEK = "uptime-7d"
    UPTIME_MONTH = "uptime-30d"
    UPTIME_QUARTER = "uptime-90d"
    LATENCY = "latency"


_DAYS = {Figure.UPTIME_DAY: 1, Figure.UPTIME_WEEK: 7, Figure.UPTIME_MONTH: 30, Figure.UPTIME_QUARTER: 90}


class Badge:
    """A label, a message, and the colour behind it."""

    def __init__(self, label: str, message: str, state: State) -> None:
        self.label = label
        self.message = message
        self.state = state

    def svg(self) -> bytes:
        """A flat badge, 20 px high."""
        left, right = _width(self.label), _width(self.message)
        whole, label, message = left + right, escape(self.label), escape(self.message)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{_HEIGHT}" role="img" '
            f'aria-label="{label}: {message}"><title>{label}: {message}</title>'
            f'<clipPath id="r"><rect width="{whole}" height="{_HEIGHT}" rx="4"/></clipPath>'
            f'<g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="{_LABEL_COLOUR}"/>'
            f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{COLOURS[self.state]}"/></g>'
            '<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
            f"{_text(label, left / 2, left)}{_text(message, left + right / 2, right)}</g></svg>"
        ).encode()

    def shields(self) -> bytes:
        """A PublicBadge."""
        return to_json(
            {
                "schemaVersion": 1,
                "label": self.label,
                "message": self.message,
                "color": COLOURS[self.state],
                "isError": self.state is State.DOWN,
            }
        )


def page_badge(snapshot: Snapshot) -> Badge:
    """The whole page's state."""
    return Badge(snapshot.look.title, snapshot.look.words.states[snapshot.state], snapshot.state)


def component_badge(component: Component, figure: Figure, look: Look) -> Badge | None:
    """A figure of one service; None for one that the page does not show."""
    words = look.words
    if figure is Figure.STATE:
        return Badge(component.name, words.states[component.state], component.state)
    if figure is Figure.LATENCY:
        return _latency(component, words) if component.latency is not None else None
    if not look.show_uptime:
        return None
    uptime = component.uptime(_DAYS[figure])
    label = words.badge_uptime.format(days=figure.removeprefix("uptime-"))
    return Badge(label, words.figure(uptime), _grade(uptime))


def _latency(component: Component, words: Words) -> Badge:
    median = component.latency.median if component.latency else None
    text = words.uptime_unknown if median is None else f"{words.milliseconds(median)} ms"
    return Badge(words.badge_latency, text, State.UNKNOWN if median is None else State.HEALTHY)


def _grade(uptime: float | None) -> State:
    if uptime is None:
        return State.UNKNOWN
    return State.HEALTHY if uptime >= 99.9 else State.DEGRADED if uptime >= 99 else State.DOWN


def _width(text: str) -> int:
    units = sum(4.2 if char in _NARROW else 10.2 if char in _WIDE or ord(char) > 0x2E7F else 6.9 for char in text)
    return round(units) + 2 * _PAD


def _text(text: str, middle: float, width: int) -> str:
    return f'<text x="{middle:g}" y="14" textLength="{width - 2 * _PAD}" lengthAdjust="spacingAndGlyphs">{text}</text>'
