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
# A text stands below a page's own headings.
_DEEPER = 3
_DEEPEST = 6

_TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td",
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
def to_html(text: str) -> str:
    """The text as sanitised HTML; links lead out without telling where from."""
    if not text:
        return ""
    tokens = _RENDERER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_DEEPEST, int(token.tag[1:]) + _DEEPER)}"
    html: str = _RENDERER.renderer.render(tokens, _RENDERER.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()
