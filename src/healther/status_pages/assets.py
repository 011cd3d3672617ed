"""The files a page links to: one stylesheet, one script, the marks. Named by their content, kept for a year."""

from hashlib import blake2b
from importlib.resources import files

from healther.status_pages.answer import Answer, make_answer
from healther.watchers.states import State

PREFIX = "/status/assets/"
_YEAR = "public, max-age=31536000, immutable"

_MARKS = {
    State.HEALTHY: ("#1c9a4b", '<path d="m5 8.5 2 2 4-4.5"/>'),
    State.DEGRADED: ("#bf7600", '<path d="M8 4.5v4M8 11v.5"/>'),
    State.DOWN: ("#d93838", '<path d="m5.5 5.5 5 5m0-5-5 5"/>'),
    State.UNKNOWN: ("#80808c", '<path d="M6.3 6.2c.2-2.2 3.6-2 3.4.2-.1 1.2-1.7 1.4-1.7 2.6M8 11v.5"/>'),
    State.MAINTENANCE: ("#3579cf", '<path d="M5 8h6M8 5v6"/>'),
    State.PENDING: ("#178a9b", '<path d="M8 5v3.2l2 1.3"/>'),
    State.PAUSED: ("#80808c", '<path d="M6.5 5.5v5m3-5v5"/>'),
}


def _text(name: str) -> str:
    return files("healther.status_pages").joinpath("assets", name).read_text("utf-8")


def _mark(state: State) -> str:
    colour, lines = _MARKS[state]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<circle cx="8" cy="8" r="8" fill="{colour}"/>'
        '<g fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
        f"{lines}</g></svg>"
    )


_PLAIN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="#80808c"/></svg>'
)


class _Files:
    """Every file under its name with its content's hash."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.stylesheet = self._add(
            "status", "css", "text/css; charset=utf-8", _text("tokens.css") + _text("status.css")
        )
        self.script = self._add("status", "js", "text/javascript; charset=utf-8", _text("status.js"))
        # Of pages that tell of no state: browsers would ask for /favicon.ico.
        self.icon = self._add("plain", "svg", "image/svg+xml", _PLAIN)
        self.icons = {state: self._add(state.label, "svg", "image/svg+xml", _mark(state)) for state in _MARKS}

    def _add(self, stem: str, suffix: str, media_type: str, content: str) -> str:
        body = content.encode()
        path = f"{PREFIX}{stem}.{blake2b(body, digest_size=6).hexdigest()}.{suffix}"
        headers = {"Content-Type": media_type, "Cache-Control": _YEAR, "Cross-Origin-Resource-Policy": "same-origin"}
        self.answers[path] = make_answer(body, headers, thorough=True)
        return path


FILES = _Files()
