"""A hook of MkDocs: what pages link to outside of docs/ (`../CHANGELOG.md`, `../deploy/...`) comes along.

The site's root is docs/; a file from elsewhere lies in the site where it lies in the repository.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
ALWAYS = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "web/README.md", "web/public/favicon.svg")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#|/)([^)#\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds every file that is linked to from a page, from a page that came along too."""
    linked = {target for page in files.documentation_pages() for target in _outside(page.src_uri)}
    waiting = sorted(linked | set(ALWAYS))
    while waiting:
        path = waiting.pop()
        if files.get_file_from_path(path) is None and (ROOT / path).is_file():
            files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
            waiting += _outside(path) if path.endswith(".md") else ()
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Points links at where things lie in the site."""
    here = page.file.src_uri

    def moved(link: str) -> str:
        target = _in_site(_in_repository(here, link))
        return link if target == link else posixpath.relpath(target, posixpath.dirname(here) or ".")

    return _each_link(markdown, moved)


def _in_repository(page: str, link: str) -> str:
    where = page if (ROOT / page).is_file() and not (ROOT / "docs" / page).is_file() else f"docs/{page}"
    return posixpath.normpath(posixpath.join(posixpath.dirname(where), link))


def _in_site(path: str) -> str:
    return path.removeprefix("docs/")


def _outside(page: str) -> Iterator[str]:
    source = ROOT / "docs" / page
    text = (source if source.is_file() else ROOT / page).read_text()
    for part in _CODE.split(text)[::2]:
        for link in _LINK.findall(part):
            path = _in_repository(page, link)
            if not path.startswith("docs/"):
                yield path


def _each_link(markdown: str, change: Callable[[str], str]) -> str:
    parts = _CODE.split(markdown)
    parts[::2] = [_LINK.sub(lambda match: change(match[1]), part) for part in parts[::2]]
    return "".join(parts)
