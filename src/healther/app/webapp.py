"""The web app's built files, answered to whatever no route knows: read once, sent as they were compressed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

# Not the machine's table, which differs; a suffix that is not here fails the build's test.
MEDIA_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
# What the app needs and no more (A11): its own scripts, styles and fonts, and this server's API.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_FOR_A_YEAR = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_PAGE = "index.html"
# Best first; each is a suffix the build writes.
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
# Their unknown paths are problems, never a page.
_MACHINE_PREFIXES = ("/api/", "/status/", "/badge/")

_NOT_BUILT_PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8">
<title>healther: the web app is not built</title>
<h1>The web app is not built</h1>
<p>healther runs, and its API answers under <code>/api/v1</code>. This copy came without the web app's files.
In a checkout, <code>make web</code> builds them (it needs Node.js); where it was installed from one,
<code>make web &amp;&amp; pip install .</code>. Then start healther again.</p></html>
"""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the build in every encoding there is of it; "" is its own."""

    bodies: dict[str, bytes]
    media_type: str
    etag: str
    cache_control: str
    status: int = 200

    def answer(self, accepted: frozenset[str], if_none_match: str) -> Response:
        encoding = next((name for name, _ in _ENCODINGS if name in self.bodies and name in accepted), "")
        # One ETag for each encoding: a cache must not take one for the other (RFC 9110, 8.8.3.3).
        etag = f'"{self.etag}{"-" if encoding else ""}{encoding}"'
        headers = {"ETag": etag, "Cache-Control": self.cache_control, "Vary": "Accept-Encoding"}
        # On a 304 too: a browser puts its headers in the place of those it has kept.
        if self.media_type.startswith("text/html"):
            headers["Content-Security-Policy"] = PAGE_POLICY
        if etag in {each.strip().removeprefix("W/") for each in if_none_match.split(",")}:
            return Response(status_code=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(self.bodies[encoding], self.status, headers, self.media_type)


_NOT_BUILT = _File({"": _NOT_BUILT_PAGE}, MEDIA_TYPES["html"], "not-built", _ASK_AGAIN, 503)


class WebApp:
    """An ASGI app for the paths nothing else answers; what is neither file nor page goes on to `not_found`."""

    def __init__(self, folder: Path, not_found: ASGIApp) -> None:
        self._files = _load(folder)
        self._not_found = not_found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._answer(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        await (response or self._not_found)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        path: str = scope["path"]
        file = self._files.get(path) or (self._page() if _is_for_a_person(path, headers) else None)
        if file is None:
            return None
        return file.answer(_accepted(headers.get("accept-encoding", "")), headers.get("if-none-match", ""))

    def _page(self) -> _File:
        return self._files.get(f"/{_PAGE}") or _NOT_BUILT


def built_files() -> Path:
    """Where the build of the web app lies in this installation; it may be missing."""
    return Path(__file__).parents[1] / "webapp" / "dist"


def is_built(folder: Path) -> bool:
    """Whether there is a web app to open."""
    return (folder / _PAGE).is_file()


def _is_for_a_person(path: str, headers: Headers) -> bool:
    """Addresses inside the app are drawn by the app: a browser asks for text/html, and none has a file's suffix."""
    if path == "/":
        return True
    is_name = "." not in path.rpartition("/")[2]
    return is_name and not path.startswith(_MACHINE_PREFIXES) and "text/html" in headers.get("accept", "")


def _accepted(header: str) -> frozenset[str]:
    """The encodings of an Accept-Encoding, those refused by `q=0` left out."""
    parts = (part.replace(" ", "").lower().partition(";") for part in header.split(","))
    return frozenset(name for name, _, quality in parts if quality not in ("q=0", "q=0.0", "q=0.00", "q=0.000"))


@cache
def _load(folder: Path) -> dict[str, _File]:
    """Every file by its path; once a process, and empty where nothing was built."""
    return dict(_read(folder, "/")) if folder.is_dir() else {}


def _read(folder: Path, path: str) -> Iterator[tuple[str, _File]]:
    entries = {entry.name: entry for entry in folder.iterdir() if not entry.name.startswith(".")}
    for name, entry in entries.items():
        suffix = name.rpartition(".")[2]
        if entry.is_dir():
            yield from _read(entry, f"{path}{name}/")
        elif suffix in MEDIA_TYPES:
            body = entry.read_bytes()
            packed = {code: entries[name + end].read_bytes() for code, end in _ENCODINGS if name + end in entries}
            # The build names what lies in assets/ by its content.
            caching = _FOR_A_YEAR if path.startswith("/assets/") else _ASK_AGAIN
            digest = blake2b(body, digest_size=16).hexdigest()
            yield f"{path}{name}", _File({"": body} | packed, MEDIA_TYPES[suffix], digest, caching)
