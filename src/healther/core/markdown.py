"""Markdown that people write, as HTML that is safe to show anybody: the one place where that is decided (S11).

CommonMark with tables and strike-through, without raw HTML and pictures; what comes out is sanitised once more.
"""

from functools import lru_cache
from typing import Annotated

import nh3
from markdown_it import MarkdownIt
from pydantic import AfterValidator, Field, StringConstraints

from healther.core.text import without_nul

MAX_CHARACTERS = 20_000
_DEEPEST = 6

_TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5",
    "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

_RENDERER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")

Markdown = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_CHARACTERS),
    AfterValidator(without_nul),
    Field(
        description="CommonMark with tables; no HTML, no pictures.",
        examples=["The payment provider is **down**; we are talking to them."],
    ),
]


@lru_cache(maxsize=512)
def to_html(text: str, *, below: int = 2) -> str:
    """The text as sanitised HTML; links lead out without telling where from.

    `below` is the level of the page's heading that it stands under: none is left out, whichever the writer began with.
    """
    if not text:
        return ""
    tokens = _RENDERER.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(_DEEPEST, below + 1 + levels.index(token.tag))}"
    html: str = _RENDERER.renderer.render(tokens, _RENDERER.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()
