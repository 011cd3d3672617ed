"""Markdown that people write, as HTML that is safe to show anybody: the one place where that is decided (S11).

CommonMark with tables and strike-through, without raw HTML and pictures; what comes out is sanitised once more. What a
text costs and what it grows into is bounded (core/markdown_bounds.py): one that asks for more is shown as it was typed.
"""

import asyncio
from functools import lru_cache
from html import escape
from typing import Annotated

import nh3
from pydantic import AfterValidator, Field, StringConstraints

from healther.core.markdown_bounds import TooMuchError, bounded_parser, parsed, weight_of
from healther.core.text import plain_text

MAX_CHARACTERS = 20_000
SMALL_CHARACTERS = 100
"""So much is rendered on the event loop: in less than a millisecond, whatever it is."""
GROWS_BY = 12
"""A text may become so many times as long: a link of few letters does, so does one of signs that addresses escape."""
GROWS_ANYWAY = 2_000
MOST_HTML = 5 * MAX_CHARACTERS + 10
"""An ampersand is five characters of HTML."""
_DEEPEST = 6

_TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5",
    "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

_RENDERER = bounded_parser()

Markdown = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_CHARACTERS),
    AfterValidator(plain_text),
    Field(
        description="CommonMark with tables; no HTML, no pictures.",
        examples=["The payment provider is **down**; we are talking to them."],
    ),
]


async def rendered(*texts: str, below: int = 2) -> list[str]:
    """Each text as `to_html` has it; more than a few words in a thread, as other tenants' checks are on the loop."""
    if sum(map(len, texts)) <= SMALL_CHARACTERS:
        return [to_html(text, below=below) for text in texts]
    return await asyncio.to_thread(lambda: [to_html(text, below=below) for text in texts])


@lru_cache(maxsize=256)
def to_html(text: str, *, below: int = 2) -> str:
    """The text as sanitised HTML of at most `MOST_HTML` characters; links lead out without telling where from.

    `below` is the level of the page's heading that it stands under: none is left out, whichever the writer began with.
    """
    if not text:
        return ""
    most = min(MOST_HTML, GROWS_BY * len(text) + GROWS_ANYWAY)
    try:
        html = _grown(text, below, most)
    except TooMuchError:
        return _as_typed(text)
    return html if len(html) <= most else _as_typed(text)


def _grown(text: str, below: int, most: int) -> str:
    tokens = parsed(_RENDERER, text)
    if weight_of(tokens) > most:
        raise TooMuchError
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(_DEEPEST, below + 1 + levels.index(token.tag))}"
    return _cleaned(_RENDERER.renderer.render(tokens, _RENDERER.options, {}))


def _as_typed(text: str) -> str:
    """Nothing of it is lost: every line as it is."""
    return _cleaned(f"<p>{escape(text, quote=False).replace(chr(10), '<br>')}</p>")


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()
