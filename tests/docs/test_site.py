"""The documentation as a site: built strictly, whole, and asking nobody for anything."""

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from tests.support import docs, routes_page

# What a browser loads by itself; where a link leads is the reader's choice.
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}


class Loads(HTMLParser):
    """Every address a page has loaded, and every picture without words."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (address := given.get(LOADED.get(tag, ""))) and given.get("rel") != "canonical":
            self.addresses.append(address)
            if tag == "img" and not given.get("alt"):
                self.silent.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=docs.ROOT, capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def menu() -> list[str]:
    """Every page of mkdocs.yml's menu, in its order."""
    waiting, found = [yaml.safe_load(docs.page("mkdocs.yml"))["nav"]], []
    while waiting:
        entry = waiting.pop(0)
        if isinstance(entry, str):
            found.append(entry)
        else:
            waiting[:0] = entry.values() if isinstance(entry, dict) else entry
    return found


def test_every_picture_is_shown_somewhere() -> None:
    kept = {path.name for path in (docs.ROOT / "docs/images").iterdir()}
    told = docs.page("README.md") + "".join(path.read_text() for path in docs.files("docs/**/*.md"))
    assert {name for name in kept if f"images/{name})" not in told} == set()


def test_every_page_is_in_the_menu_once_and_on_the_index() -> None:
    ours = {str(path.relative_to(docs.ROOT / "docs")) for path in docs.files("docs/**/*.md")}
    assert ours - set(menu()) == set(), "add it to the nav of mkdocs.yml"
    assert len(menu()) == len(set(menu()))
    linked = set(docs.links(docs.ROOT / "docs/README.md"))
    assert ours - linked - {"README.md"} == set(), "link to it from docs/README.md"


def test_the_site_is_built_strictly_and_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == len(menu()) + 1, "each page of the menu, and the one for what is not found"
    for page in pages:
        loads = Loads()
        loads.feed(page.read_text())
        assert loads.silent == [], f"{page.name}: a picture without words"
        assert [each for each in loads.addresses if "//" in each] == [], page.name
        # The page for what is not found is served at any depth.
        for address in loads.addresses if page.name != "404.html" else ():
            assert (page.parent / address.partition("?")[0]).resolve().is_file(), f"{page.name} loads {address}"


def test_what_lies_outside_of_docs_and_is_linked_to_came_along(site: Path) -> None:
    assert (site / "CHANGELOG.html").is_file()
    assert (site / "deploy/prometheus/rules.yml").read_text() == docs.page("deploy/prometheus/rules.yml")
    assert 'href="../security.html#the-guard"' in (site / "channels/email.html").read_text()
    assert 'href="docs/' not in (site / "CONTRIBUTING.html").read_text()


def test_the_page_of_routes_is_of_this_code() -> None:
    assert docs.page("docs/routes.md") == routes_page.routes_page(), "write it anew with: make openapi"
