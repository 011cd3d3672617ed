"""The latency chart of a component: a line as SVG, scaled to its own highest value. No styles in it (CSP)."""

from markupsafe import Markup

from healther.status_pages.snapshot import Latency
from healther.status_pages.words import Words

_ACROSS, HEIGHT = 10, 40
"""Of an hour, and of the whole: whole numbers, for a page has thousands of them."""
_PAD = 2


def draw(latency: Latency) -> Markup:
    """`<svg>` with a polyline for each stretch of hours that were measured; nothing for none."""
    values = latency.medians
    highest = max((value for value in values if value is not None), default=0.0)
    if not highest:
        return Markup()
    width = _ACROSS * max(1, len(values) - 1)
    lines: list[list[str]] = [[]]
    for hour, value in enumerate(values):
        if value is None:
            lines.append([])
            continue
        lines[-1].append(f"{hour * _ACROSS},{HEIGHT - _PAD - value / highest * (HEIGHT - 2 * _PAD):.0f}")
    drawn = "".join(_line(points) for points in lines if points)
    return Markup(  # noqa: S704 - numbers of our own
        f'<svg class="chart" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
    )


def _line(points: list[str]) -> str:
    if len(points) == 1:
        # A single hour has no length: a dot as a line to itself.
        points = points * 2
    return f'<polyline points="{" ".join(points)}"/>'


def describe(latency: Latency, words: Words) -> str:
    """The chart in a sentence, for whoever does not see it."""
    known = [value for value in latency.medians if value is not None]
    median, low, high = (words.milliseconds(value) for value in (latency.median, min(known), max(known)))
    return words.latency_label.format(median=median, low=low, high=high)
