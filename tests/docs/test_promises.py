"""What the documentation promises is held by tests that exist, and what it links to is there."""

import re

import pytest

from tests.support import docs

PAGES = docs.files("*.md")
# docs/security.md and docs/reliability.md: | `S1` | ... | `tests/...::test_...` |
THREATS = [
    (match[1], line)
    for path in ("docs/security.md", "docs/reliability.md")
    for line in docs.page(path).splitlines()
    if (match := re.match(r"\| ([SARD]\d+) \|", line))
]
# The others come with the features they belong to.
MET = {
    *(f"S{number}" for number in range(1, 18)),
    *(f"A{number}" for number in (1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14)),
    *(f"R{number}" for number in range(1, 16)),
    *(f"D{number}" for number in range(1, 9)),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(docs.ROOT)))
def test_every_link_inside_the_project_leads_somewhere(page):
    broken = []
    for link in docs.links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in docs.anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(docs.ROOT)))
def test_every_test_that_is_named_exists(page):
    named = re.findall(r"`(tests/[\w/]+\.py::\w+)`", page.read_text())
    assert [name for name in named if name not in docs.named_tests()] == []


def test_every_promise_names_the_test_that_holds_it():
    rows = [line for line in docs.page("docs/promises.md").splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row != "| promise | test |"]
    assert len(rows) >= 30
    assert [row for row in rows if not re.search(r"`tests/[\w/]+\.py::\w+`", row)] == []


def test_every_threat_and_fault_that_is_met_has_its_line():
    assert MET - {threat for threat, _ in THREATS} == set()


def test_every_threat_and_fault_names_the_tests_that_meet_it():
    assert [threat for threat, line in THREATS if not re.search(r"`tests/[\w/]+\.py::\w+`", line)] == []
