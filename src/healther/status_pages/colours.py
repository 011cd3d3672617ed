"""An accent colour somebody chose, made readable on light and on dark ground (WCAG 2.2, 1.4.3 and 1.4.11)."""

from typing import NamedTuple

LIGHT_GROUND = "#f4f4f7"
DARK_GROUND = "#222228"
# The hardest of the grounds in assets/tokens.css that a page puts text on.
MIN_CONTRAST = 4.5
_STEPS = 40


class Accent(NamedTuple):
    """`#rrggbb` for text and lines on light and on dark ground."""

    light: str
    dark: str


def accent_of(colour: str) -> Accent:
    """The nearest shades of `colour` (`#rrggbb`) that are readable on either ground."""
    return Accent(_towards(colour, "#000000", LIGHT_GROUND), _towards(colour, "#ffffff", DARK_GROUND))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _towards(colour: str, end: str, ground: str) -> str:
    """The first step from `colour` to `end` that stands out from `ground`."""
    steps = (_mixed(colour, end, step / _STEPS) for step in range(_STEPS + 1))
    return next(shade for shade in steps if contrast(shade, ground) >= MIN_CONTRAST)


def _mixed(one: str, other: str, share: float) -> str:
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
