"""Rendering: a snapshot in, bytes out. Pure, slow enough for a thread, and escaped by default (S11)."""

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import cache
from hashlib import blake2b, sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from healther.core.clock import to_utc
from healther.status_pages import charts
from healther.status_pages.assets import FILES
from healther.status_pages.bars import days_of
from healther.status_pages.colours import accent_of
from healther.status_pages.snapshot import Event, Look, Snapshot, Story
from healther.status_pages.subscribers.places import Kind
from healther.status_pages.subscribers.words import SubscriberWords, subscriber_words
from healther.status_pages.words import LANGUAGE_NAMES, Language, Words
from healther.status_pages.words_de import words_of
from healther.watchers.states import State

_POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'self'; img-src 'self'; "
    "script-src 'self'; style-src 'self'{styles}; frame-ancestors {framed}"
)


# What HTML shows as nothing breaks an XML document (XML 1.0, 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_MARK = Markup('<svg class="mark" width="16" height="16" aria-hidden="true"><use href="#mark-{}"/></svg>')
_MARKS = {state: _MARK.format(state.label) for state in State}


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("healther.status_pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters["utc"] = to_utc
    made.filters["iso"] = iso
    made.globals.update(files=FILES, charts=charts, marks=_MARKS)
    return made


def iso(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


_ENVIRONMENT = _environment()


def html(snapshot: Snapshot, origin: str, *, stale: bool) -> bytes:
    """The page; `origin` is the scheme and host its absolute addresses begin with."""
    look = snapshot.look
    base = base_of(look)
    return _rendered(
        "page.html",
        **_common(look, origin),
        snapshot=snapshot,
        stale=stale,
        past=_past(snapshot),
        days="|".join(look.words.day_of.format(day=look.words.date(day), parts="") for day in snapshot.dates),
        shown=[
            (section.name, [(each, days_of(each, snapshot.dates[0], look.words)) for each in section.components])
            for section in snapshot.sections
        ],
        zone=look.zone,
        subscribe=subscriber_words(look.words.language).link if look.subscribers else "",
        logo_tag=blake2b(look.logo, digest_size=6).hexdigest() if look.logo else "",
        card=f"{origin}{base}/card.png{_spoken(look)}",
        others=[each for each in LANGUAGE_NAMES.items() if look.follows_reader and each[0] != look.words.language],
    )


def embed(snapshot: Snapshot, origin: str) -> bytes:
    """The overall state alone, for other people's pages."""
    return _rendered("embed.html", **_common(snapshot.look, origin), snapshot=snapshot)


def feed(snapshot: Snapshot, origin: str) -> bytes:
    """The events as Atom (RFC 4287)."""
    oldest = datetime.combine(snapshot.dates[0], time(), UTC)
    moments = [event.ended_ms or event.started_ms for event in snapshot.events]
    moments += [update.edited_ms or update.at_ms for story in snapshot.stories for update in story.updates]
    moments += [each.started_ms if each.running else each.announced_ms for each in snapshot.announced]
    updated = max(map(to_utc, moments), default=oldest)
    keys = {component.name: component.key for component in snapshot.components}
    rendered = _rendered(
        "feed.atom", **_common(snapshot.look, origin), origin=origin, snapshot=snapshot, updated=updated, keys=keys
    )
    return _NOT_XML.sub("", rendered.decode()).encode()


def _past(snapshot: Snapshot) -> list[tuple[Event | None, Story | None]]:
    """What was, the latest first: stretches of trouble, and the incidents that were told."""
    lines: list[tuple[int, Event | None, Story | None]] = [(e.started_ms, e, None) for e in snapshot.events]
    lines += [(story.started_ms, None, story) for story in snapshot.past_stories]
    return [(event, story) for _, event, story in sorted(lines, key=lambda line: -line[0])]


@cache
def missing(language: Language) -> bytes:
    """What is said where no page is, or none that is published: the same for both."""
    words = words_of(language)
    return _message(words, words.missing_title, words.missing_text)


@cache
def away(language: Language) -> bytes:
    """What is said when a page is asked for that nobody has in memory, and the database does not answer."""
    words = words_of(language)
    return _message(words, words.away_title, words.away_text)


def over(words: Words) -> bytes:
    """What is said to whoever follows a link to acknowledge whose time is over."""
    return _message(words, words.ack_over_title, words.ack_over_text)


def acknowledge(
    words: Words,
    title: str,
    text: str,
    *,
    affected: Sequence[str],
    more: int,
    started_ms: int,
    action: str,
    again: str,
    incident_url: str,
) -> bytes:
    """The page behind a link to acknowledge; an empty `action` draws no button. `again`: what its press confirms."""
    return _rendered(
        "acknowledge.html",
        words=words,
        title=title,
        text=text,
        affected=affected,
        more=more,
        started_ms=started_ms,
        zone=UTC,
        action=action,
        again=again,
        incident_url=incident_url,
        hidden=True,
        accent_css="",
    )


def subscription(
    look: Look | None,
    words: SubscriberWords,
    title: str,
    text: str,
    *,
    error: str = "",
    action: str = "",
    button: str = "",
    asks: bool = False,
    kind: Kind = Kind.EMAIL,
    components: Sequence[tuple[str, str]] = (),
    chosen: Sequence[str] | None = None,
    leave: str = "",
    back: str = "",
) -> bytes:
    """A page of a subscription; an empty `action` draws no form, `asks` one for the address."""
    language = "en" if look is None else look.words.language
    return _rendered(
        "subscribe.html",
        words=words,
        language=language,
        title=title,
        text=text,
        error=error,
        action=action,
        button=button,
        asks=asks,
        kind=kind,
        components=components,
        chosen=chosen,
        leave=leave,
        back=back,
        hidden=True,
        accent_css="",
    )


def consent(
    language: str, title: str, text: str, *, said: str = "", action: str = "", answers: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The page on which an address says whether it wants mail: a button for each answer (value, label)."""
    return _rendered(
        "consent.html",
        language=language,
        title=title,
        text=text,
        said=said,
        action=action,
        answers=answers,
        hidden=True,
        accent_css="",
    )


def locked(look: Look, action: str, error: str = "") -> bytes:
    """The form that asks for a page's password. It says nothing of the page but its language."""
    return _message(look.words, look.words.locked_title, look.words.locked_text, form=action, error=error)


def policy_of(look: Look | None = None, *, framed: bool = False) -> str:
    """The Content-Security-Policy of what is rendered here; only the embeddable snippet may be framed."""
    css = accent_css(look) if look else ""
    styles = f" 'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'" if css else ""
    return _POLICY.format(styles=styles, framed="*" if framed else "'none'")


def accent_css(look: Look) -> str:
    """The page's accent in place of ours, readable on light and on dark."""
    if look.accent is None:
        return ""
    light, dark = accent_of(look.accent)
    return f":root{{--accent-text:light-dark({light},{dark});--focus-ring:light-dark({light},{dark})}}"


def base_of(look: Look) -> str:
    """The path everything of the page lies under; the same on its own domain."""
    return f"/status/{look.slug}"


def address_of(look: Look, origin: str) -> str:
    """Where people find the page."""
    return f"https://{look.custom_domain}/" if look.custom_domain else origin + base_of(look)


def _spoken(look: Look) -> str:
    """What the links of a page that follows its readers end with: where they lead nobody's browser is asked."""
    return f"?lang={look.words.language}" if look.follows_reader else ""


def _common(look: Look, origin: str) -> dict[str, object]:
    return {
        "look": look,
        "spoken": _spoken(look),
        "words": look.words,
        "base": base_of(look),
        "address": address_of(look, origin),
        "accent_css": Markup(accent_css(look)),  # noqa: S704 - two colours that were checked when they were saved
        "hidden": look.hidden,
    }


def _message(words: Words, title: str, text: str, *, form: str = "", error: str = "") -> bytes:
    return _rendered(
        "message.html", words=words, title=title, text=text, form=form, error=error, hidden=True, accent_css=""
    )


def _rendered(template: str, **values: object) -> bytes:
    return _ENVIRONMENT.get_template(template).render(values).encode()
