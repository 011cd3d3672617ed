"""Markdown people write is safe to show anybody (S11)."""

import re
import sys
import threading
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healther.core.markdown import GROWS_ANYWAY, GROWS_BY, MAX_CHARACTERS, MOST_HTML, rendered, to_html

PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)", "![x](https://example.org/pixel.png)", "<https://e.org/\"onclick=x>",
    '[x](https://e.org "onmouseover=alert(1)")', "`<b>`", "</p></div><form action=//evil>",
    "[x]: javascript:alert(1)\n[x]", "<style>*{display:none}</style>", "<iframe src=//evil></iframe>", "{{7*7}}",
]  # fmt: skip
TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
ATTRIBUTES = re.compile(r'(?: (?:href|title|rel|start)="[^"<>]*")* ?/?')


def inert(html: str) -> bool:
    """Whether there is nothing in it but text, harmless tags and links to the web or by mail."""
    links = re.findall(r'href="([^"]*)"', html)
    return (
        html.count("<") == len(TAG.findall(html))
        and all(
            tag not in {"script", "img", "style", "iframe", "form", "input", "svg"} for _, tag, _ in TAG.findall(html)
        )
        and all(ATTRIBUTES.fullmatch(attributes) for _, _, attributes in TAG.findall(html))
        and not any(re.match(r"\s*(javascript|data|vbscript):", link, re.IGNORECASE) for link in links)
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_s11_a_payload_comes_out_inert(payload: str) -> None:
    assert inert(to_html(payload))


@given(
    st.lists(
        st.sampled_from([*PAYLOADS, "# ", "\n", "> ", "- ", "**", "|", "`", "~~", "<", ">", '"', "&"]), max_size=12
    )
)
def test_s11_so_do_payloads_in_any_mixture(parts: list[str]) -> None:
    assert inert(to_html("".join(parts)))


def test_what_people_write_reads_as_they_meant_it() -> None:
    html = to_html("# Now\n\nIt is **down**, see [here](https://example.org).\n\n- one\n- two\n\n|a|\n|-|\n|1|")
    assert "<h3>Now</h3>" in html
    assert "<strong>down</strong>" in html
    assert '<a href="https://example.org" rel="noopener noreferrer nofollow">here</a>' in html
    assert html.count("<li>") == 2
    assert "<td>1</td>" in html
    assert to_html("") == ""


def test_headings_follow_the_page_s_own_and_skip_none_whichever_the_writer_began_with() -> None:
    assert to_html("## Before\n\n#### Why\n\n## After") == "<h3>Before</h3>\n<h4>Why</h4>\n<h3>After</h3>"
    assert to_html("# One\n\n## Two\n\n### Three\n\n#### Four", below=3).count("<h6>") == 2


ROW = "|x\n"
AMPLIFIERS = {
    "a table whose short rows are filled up": "|" + "a|" * 1500 + "\n|" + "-|" * 1500 + "\n" + ROW * MAX_CHARACTERS,
    "a narrow one": "|" + "a|" * 30 + "\n|" + "-|" * 30 + "\n" + ROW * MAX_CHARACTERS,
    "a reference with a long title": f"[a]: http://e.org/ '{'%' * 3000}{chr(34) * 3000}'\n\n" + "[a]" * MAX_CHARACTERS,
    "a reference with a long address": f"[a]: http://e.org/{'é' * 1900}\n\n" + "[a]" * MAX_CHARACTERS,
    "links by mail": "<a@b>" * MAX_CHARACTERS,
    "links that lead nowhere": "[]()" * MAX_CHARACTERS,
    "quotes within quotes": (">" * 19 + "a\n\n") * MAX_CHARACTERS,
    "lists within quotes": (">- " * 8 + "a\n>\n\n") * MAX_CHARACTERS,
    "lists by turns": "1.\n2)\n" * MAX_CHARACTERS,
    "a line that goes on and on in nested quotes": "> " * 9 + "a\n" + "b\n" * MAX_CHARACTERS,
    "brackets": "[" * MAX_CHARACTERS,
    "ampersands": "&" * MAX_CHARACTERS,
}
MOST_CALLS = 1_000_000


def grown(text: str) -> str:
    """The HTML, made anew."""
    html = to_html.__wrapped__(text)
    assert len(html) <= min(GROWS_BY * len(text) + GROWS_ANYWAY, MOST_HTML)
    assert inert(html)
    return html


def calls_of(text: str) -> int:
    """How many functions are called to render it."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        to_html.__wrapped__(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("name", AMPLIFIERS)
def test_s12_what_a_text_grows_into_and_what_it_costs_is_bounded(name: str) -> None:
    text = AMPLIFIERS[name][:MAX_CHARACTERS].strip()
    assert calls_of(text) < MOST_CALLS
    grown(text)


PIECES = ["[a]", "[a]: /b 'c'\n", "|", "|-|-|\n", "\n", "\n\n", "> ", "- ", "1. ", "  ", "*", "**", "_", "~~", "`",
          "<a:b>", "[", "](", ")", "&", "<", '"', "\\", "x", "é", "#", "```\n", "|a|b|c|d|\n|-|-|-|-|\n"]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=8),
    st.integers(1, MAX_CHARACTERS),
)
def test_s12_so_is_it_of_anything_said_over_and_over(head: list[str], again: list[str], length: int) -> None:
    said = "".join(again)
    grown(("".join(head) + said * (length // len(said) + 1))[:length].strip())


def test_a_text_that_asks_for_too_much_is_shown_as_it_was_typed_to_its_last_word() -> None:
    text = ("|" + "a|" * 1500 + "\n|" + "-|" * 1500 + "\n" + ROW * 4000)[:MAX_CHARACTERS].strip()
    html = grown(text)
    assert html == f"<p>{text}</p>".replace("\n", "<br>")
    assert grown("[a]: /b '" + '"' * 9000 + "'\n\n" + "[a] <b>" * 1000).endswith("[a] &lt;b&gt;</p>")


def test_a_long_post_mortem_with_lists_and_a_table_is_no_such_text() -> None:
    part = "Since *noon* the provider was **down**, see [there](https://example.org/4711).\n\n- one\n- two `x`\n\n"
    table = "| service | since |\n|---|---|\n" + "| shop | 12:04 |\n" * 200
    html = grown((part * 130 + table + "\n" + part * 30)[:MAX_CHARACTERS].strip())
    assert html.count("<td>") == 400
    assert html.count("<ul>") > 150


async def test_more_than_a_few_words_are_rendered_off_the_event_loop() -> None:
    to_html.cache_clear()
    where: set[int] = set()

    class Watched(str):
        """A text that knows where it is looked at."""

        def __hash__(self) -> int:
            where.add(threading.get_ident())
            return super().__hash__()

    long = Watched("word " * 40)
    assert await rendered(long, "") == [f"<p>{long.strip()}</p>", ""]
    assert where
    assert threading.get_ident() not in where
    assert await rendered("**few**", "words") == ["<p><strong>few</strong></p>", "<p>words</p>"]
