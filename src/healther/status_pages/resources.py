"""What a page consists of on the wire: which paths, rendered how, with which headers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from healther.core.later import Later
from healther.status_pages import badges, documents, render
from healther.status_pages.answer import Answer, make_answer
from healther.status_pages.badges import Badge, Figure
from healther.status_pages.models import PageAccess
from healther.status_pages.snapshot import Look, Snapshot
from healther.status_pages.words import Language
from healther.status_pages.words_de import words_of

if TYPE_CHECKING:
    from healther.status_pages import card
else:
    card = Later("healther.status_pages.card")

# Caches may show a page this old while they fetch it anew, and for a day when healther cannot be reached.
SHARED = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
PRIVATE = "private, no-store"


class Shot(NamedTuple):
    """A snapshot, whether it is older than it should be, and where its absolute addresses begin."""

    snapshot: Snapshot
    stale: bool
    origin: str

    @property
    def look(self) -> Look:
        """How the page looks."""
        return self.snapshot.look

    def in_language(self, language: Language) -> "Shot":
        """The same in another language."""
        if language == self.look.words.language:
            return self
        return self._replace(snapshot=self.snapshot.in_words(words_of(language)))


Renderer = Callable[[Shot], Answer | None]


def renderer_of(path: str, look: Look) -> Renderer | None:
    """What answers `path` of this page; None = the page has no such thing."""
    base = render.base_of(look)
    fixed = _FIXED.get(path.removeprefix(base)) if path.startswith(base) else None
    return fixed or _badge_of(path, look.slug)


def eager_paths(look: Look) -> tuple[str, ...]:
    """What visitors of a page ask for again and again: it is rendered before anybody waits for it."""
    base = render.base_of(look)
    return base, f"{base}.json"


def spoken_paths(look: Look) -> frozenset[str]:
    """What comes in the language of whoever reads it. The rest is read by programs, and by people elsewhere."""
    base = render.base_of(look)
    return frozenset((base, f"{base}/embed")) if look.follows_reader else frozenset()


def _page(shot: Shot) -> Answer:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": render.policy_of(shot.look),
        "X-Frame-Options": "DENY",
        **_spoken(shot.look),
    }
    return _answer(render.html(shot.snapshot, shot.origin, stale=shot.stale), headers, shot.look)


def _embed(shot: Shot) -> Answer:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": render.policy_of(shot.look, framed=True),
        **_spoken(shot.look),
    }
    return _answer(render.embed(shot.snapshot, shot.origin), headers, shot.look, open_=True)


def _spoken(look: Look) -> dict[str, str]:
    """Headers of what comes in the language of whoever reads it (RFC 9110, 12.5.5)."""
    said: dict[str, str] = {"Content-Language": look.words.language}
    return said | {"Vary": "Accept-Language"} if look.follows_reader else said


def _json(shot: Shot) -> Answer:
    return _answer(
        documents.document(shot.snapshot, stale=shot.stale), {"Content-Type": "application/json"}, shot.look, open_=True
    )


def _feed(shot: Shot) -> Answer:
    headers = {"Content-Type": "application/atom+xml; charset=utf-8"}
    return _answer(render.feed(shot.snapshot, shot.origin), headers, shot.look, open_=True)


def _card(shot: Shot) -> Answer:
    return _answer(card.card(shot.snapshot), {"Content-Type": "image/png"}, shot.look, open_=True)


def _logo(shot: Shot) -> Answer | None:
    if shot.look.logo is None:
        return None
    return _answer(shot.look.logo, {"Content-Type": "image/png"}, shot.look, open_=True)


_FIXED: dict[str, Renderer] = {
    "": _page,
    ".json": _json,
    "/embed": _embed,
    "/feed.atom": _feed,
    "/card.png": _card,
    "/logo": _logo,
}


def _badge_of(path: str, slug: str) -> Renderer | None:
    """`/badge/{slug}.svg`, `/badge/{slug}/{key}.svg`, `/badge/{slug}/{key}/{figure}.svg`; each with `.json` too."""
    name, _, suffix = path.rpartition(".")
    if suffix not in ("svg", "json"):
        return None
    if name == f"/badge/{slug}":
        return lambda shot: _drawn(badges.page_badge(shot.snapshot), suffix, shot.look)
    key, _, figure = name.removeprefix(f"/badge/{slug}/").partition("/")
    if not name.startswith(f"/badge/{slug}/") or figure not in {"", *Figure}:
        return None

    def one(shot: Shot) -> Answer | None:
        component = next((each for each in shot.snapshot.components if key in (each.key, each.lasting_key)), None)
        badge = component and badges.component_badge(component, Figure(figure or Figure.STATE), shot.look)
        return _drawn(badge, suffix, shot.look) if badge else None

    return one


def _drawn(badge: Badge, suffix: str, look: Look) -> Answer:
    if suffix == "json":
        return _answer(badge.shields(), {"Content-Type": "application/json"}, look, open_=True)
    headers = {"Content-Type": "image/svg+xml", "Content-Security-Policy": "default-src 'none'"}
    return _answer(badge.svg(), headers, look, open_=True)


def _answer(body: bytes, headers: dict[str, str], look: Look, *, open_: bool = False) -> Answer:
    """With the headers all have; `open_` = other sites may show it, unless it lies behind a password."""
    locked = look.access is PageAccess.PASSWORD
    sent = {**headers, "Cache-Control": PRIVATE if locked else SHARED}
    if look.hidden:
        sent["X-Robots-Tag"] = "noindex"
    if open_ and not locked:
        sent |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    else:
        sent["Cross-Origin-Resource-Policy"] = "same-origin"
    return make_answer(body, sent, compress=not headers["Content-Type"].startswith("image/png"))
