"""The picture shown where somebody shares the page's address (Open Graph), drawn with Pillow's own font."""

from datetime import datetime
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from healther.core.clock import to_utc
from healther.status_pages.badges import COLOURS
from healther.status_pages.snapshot import Snapshot
from healther.watchers.states import State

SIZE = (1200, 630)
_GROUND, _INK, _MUTED = "#fcfcfd", "#1a1a20", "#55555f"
_MARGIN = 80
_MOST_DOTS = 60


def card(snapshot: Snapshot) -> bytes:
    """A PNG of 1200 x 630: title, the state in words, a square a service."""
    image = Image.new("RGB", SIZE, _GROUND)
    draw = ImageDraw.Draw(image)
    colour = COLOURS[snapshot.state]
    draw.rectangle((0, 0, SIZE[0], 16), fill=colour)
    draw.text((_MARGIN, 110), _fitted(snapshot.look.title, 76), fill=_INK, font=_font(76))
    draw.ellipse((_MARGIN, 268, _MARGIN + 44, 312), fill=colour)
    draw.text((_MARGIN + 70, 262), _fitted(snapshot.summary, 44), fill=colour, font=_font(44))
    _squares(draw, [component.state for component in snapshot.components])
    at = snapshot.look.words.moment(_local(snapshot))
    draw.text((_MARGIN, 540), f"{snapshot.look.words.as_of} {at}", fill=_MUTED, font=_font(26))
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _local(snapshot: Snapshot) -> datetime:
    return to_utc(snapshot.at_ms).astimezone(snapshot.look.zone)


def _squares(draw: ImageDraw.ImageDraw, states: list[State]) -> None:
    shown = states[:_MOST_DOTS]
    across = 30
    for number, state in enumerate(shown):
        x, y = _MARGIN + number % across * 35, 380 + number // across * 40
        draw.rounded_rectangle((x, y, x + 25, y + 30), 5, fill=COLOURS[state])


def _fitted(text: str, size: int) -> str:
    """The text, or as much of it as fits."""
    font, room = _font(size), SIZE[0] - 2 * _MARGIN - 70
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "...") > room:
        text = text[:-1]
    return text + "..."


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
