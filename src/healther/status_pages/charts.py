"""The latency chart of a component: a line as SVG, scaled to its own highest value. No styles in it (CSP)."""

from markupsafe import Markup

from healther.status_pages.snapshot import Latency
from healther.status_pages.words import Words

_ACROSS, HEIGHT = 10, 40
"""Of an hour, and of the whole: whole numbers, for a page has thousands of them."""
_PAD = 2


def draw(latency: Latency) -> Markup:
    """`<svg>` with a line for each stretch of hours that were measured; nothing for none."""
    values = latency.medians
    highest = max((value for value in values if value is not None), default=0.0)
    if not highest:
        return Markup()
    width = _ACROSS * max(1, len(values) - 1)
    path, before = "", None
    for hour, value in enumerate(values):
        y = None if value is None else round(HEIGHT - _PAD - value / highest * (HEIGHT - 2 * _PAD))
        if y is not None:
            # From one point to the next: what repeats compresses. An hour alone is a dot, a line to itself.
            path += f"M{hour * _ACROSS} {y}h0" if before is None else f"l{_ACROSS} {y - before}"
        before = y
    return Markup(  # noqa: S704 - numbers of our own
        f'<svg class="chart" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="{path}"/></svg>'
    )


def describe(latency: Latency, words: Words) -> str:
    """The chart in a sentence, for whoever does not see it."""
    known = [value for value in latency.medians if value is not None]
    median, low, high = (words.milliseconds(value) for value in (latency.median, min(known), max(known)))
    return words.latency_label.format(median=median, low=low, high=high)
