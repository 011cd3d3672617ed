"""How much one Markdown text may ask of the parser.

Everything in CommonMark is linear but two things: rows of a table are filled up to its heading, and a reference defined
once may be used in every third character. Steps are counted, and what comes out is weighed before it is written.
"""

from collections.abc import Iterable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import text as plain_text
from markdown_it.token import Token

MOST_STEPS = 12_000
"""Tokens made, and places where one was looked for: more than 20,000 characters of prose, lists and tables take."""
_TAG_CHARACTERS = 4
_LINK_CHARACTERS = 60
"""What a link has besides its address: `rel`, and its quotes."""


class TooMuchError(Exception):
    """The text asks for more than one may."""


class _Steps:
    def __init__(self) -> None:
        self.taken = 0

    def take(self) -> None:
        self.taken += 1
        if self.taken > MOST_STEPS:
            raise TooMuchError


class _Tokens(list[Token]):
    """The tokens of blocks, each of them a step: cells are made within one rule."""

    def __init__(self, steps: _Steps) -> None:
        super().__init__()
        self._steps = steps

    def append(self, token: Token) -> None:
        self._steps.take()
        super().append(token)


def bounded_parser() -> MarkdownIt:
    """CommonMark with tables and strike-through, without HTML and pictures; for `parsed` alone."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    parser.core.ruler.before("block", "counted", _begin)
    # The rule that is tried first wherever one is, in a line and in a block.
    parser.inline.ruler.at("text", _text)
    parser.block.ruler.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return parser


def parsed(parser: MarkdownIt, text: str) -> list[Token]:
    """The tokens of a text; raises TooMuchError."""
    return parser.parse(text, {"steps": _Steps()})


def weight_of(tokens: Iterable[Token]) -> int:
    """The characters they come to, at least."""
    weight = 0
    for token in tokens:
        weight += len(token.content) if token.children is None else weight_of(token.children)
        weight += sum(len(str(value)) for value in token.attrs.values())
        if token.tag:
            weight += _LINK_CHARACTERS if token.type == "link_open" else _TAG_CHARACTERS
    return weight


def _begin(state: StateCore) -> None:
    state.tokens = _Tokens(_steps(state.env))


def _text(state: StateInline, silent: bool) -> bool:
    _steps(state.env).take()
    return plain_text(state, silent)


def _fence(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803 - the library's names
    _steps(state.env).take()
    return fence(state, startLine, endLine, silent)


def _steps(env: Any) -> _Steps:  # noqa: ANN401 - the library's
    steps: _Steps = env["steps"]
    return steps
