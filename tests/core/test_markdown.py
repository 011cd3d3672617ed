"""Markdown people write is safe to show anybody (S11)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healther.core.markdown import to_html

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
