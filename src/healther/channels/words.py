"""A message's facts as words: subject, plain text, HTML, and a line for small screens. Nothing in them is evaluated.

Facts go in one after the other and are never looked through for placeholders of ours or anybody's: `{{7*7}}` in a name
arrives as it was typed (S3).
"""

from collections.abc import Iterator
from html import escape
from zoneinfo import ZoneInfo

from healther.channels._colours import is_over
from healther.channels._words import ENGLISH, Words
from healther.channels._words_de import GERMAN
from healther.channels.base import Affected, Message, MessageKind
from healther.core.clock import MINUTE_MS, SECOND_MS, lasting, to_utc
from healther.core.markdown import to_html
from healther.core.text import flat

_ELLIPSIS = "…"


def words_of(message: Message) -> Words:
    """The words of the message's language; English for one that has none."""
    return GERMAN if message.language == "de" else ENGLISH


def link_name(message: Message) -> str:
    """What the message's link is called: what it is for."""
    words = words_of(message)
    names = {
        MessageKind.CONFIRM: words.confirm,
        MessageKind.INVITATION: words.invitation,
        MessageKind.RESET: words.reset,
    }
    return names.get(message.kind, words.open_it)


def subject(message: Message, most: int = 200) -> str:
    """What happened to what, in one line of at most `most` characters."""
    return shortened(flat(words_of(message).heads[message.kind].replace("{title}", message.title)), most)


def facts(message: Message) -> list[str]:
    """What is to be told below the subject, a line each: what, why, since when, how long."""
    concerns = [flat(message.concerns)] if message.concerns else []
    meaning = [words_of(message).flapping] if message.kind is MessageKind.FLAPPING else []
    return [*_affected(message), *concerns, *meaning, *_times(message)]


def plain(message: Message) -> str:
    """The whole message as plain text."""
    words = words_of(message)
    parts = [subject(message), "\n".join(facts(message)), message.body.strip(), "\n".join(_links(message, words))]
    if message.note:
        parts.append(words.why.replace("{note}", message.note))
    return "\n\n".join(part for part in parts if part) + "\n"


def html(message: Message) -> str:
    """The whole message as a small HTML document; everything in it is escaped, Markdown rendered as on the page."""
    words = words_of(message)
    parts = [f"<h1 style='font-size:18px;margin:0 0 12px'>{escape(subject(message))}</h1>"]
    lines = facts(message)
    if lines:
        parts.append("<p>" + "<br>".join(escape(line) for line in lines) + "</p>")
    parts += _body(message)
    links = [(link_name(message), message.link), (words.acknowledge, message.acknowledge_link)]
    buttons = [f"<a href='{escape(url)}'>{escape(label)}</a>" for label, url in links if url]
    if buttons:
        parts.append("<p>" + " · ".join(buttons) + "</p>")
    small = [escape(words.why.replace("{note}", message.note))] if message.note else []
    if message.subscription_link:
        small.append(f"<a href='{escape(message.subscription_link)}'>{escape(words.subscription)}</a>")
    if message.refuse_link:
        small.append(f"<a href='{escape(message.refuse_link)}'>{escape(_refusal_name(message, words))}</a>")
    if small:
        parts.append("<p style='color:#666;font-size:13px'>" + "<br>".join(small) + "</p>")
    body = "\n".join(parts)
    return (
        f"<!doctype html><html lang='{'de' if words is GERMAN else 'en'}'><meta charset='utf-8'>"
        f"<body style='font:15px/1.5 system-ui,sans-serif;max-width:640px;margin:24px'>\n{body}\n</body></html>\n"
    )


def short(message: Message, most: int) -> str:
    """The message in one text of at most `most` characters, its link always whole."""
    reasons = [each.reason for each in message.affected if each.reason]
    said = subject(message)
    if message.kind is MessageKind.FLAPPING:
        said = f"{said} - {words_of(message).flapping_short}"
    elif reasons:
        said = f"{said} - {flat(reasons[0])}"
    room = most - len(message.link) - 1
    return f"{shortened(said, room)} {message.link}" if room > 20 else shortened(said, most)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= most else text[: max(0, most - 1)].rstrip() + _ELLIPSIS


def moment(message: Message, at_ms: int) -> str:
    """A moment in the reader's time zone."""
    words, at = words_of(message), to_utc(at_ms).astimezone(ZoneInfo(message.time_zone))
    return words.date_time.format(
        day=at.day, month=words.months[at.month - 1], year=at.year, time=f"{at:%H:%M:%S}", zone=at.strftime("%Z")
    )


def _affected(message: Message) -> Iterator[str]:
    words = words_of(message)
    for each in message.affected:
        yield _line(each, words, alone=message.affected_count == 1)
    more = message.affected_count - len(message.affected)
    if message.affected and more > 0:
        yield words.more.replace("{count}", str(more))


def _line(each: Affected, words: Words, *, alone: bool) -> str:
    reason = f" - {flat(each.reason)}" if each.reason else ""
    target = f" ({flat(each.target)})" if each.target else ""
    # Of one alone the message says below for how long, and from when to when.
    known = each.lasted_s is not None and not alone
    after = " " + words.after.format(time=lasting(round((each.lasted_s or 0) * SECOND_MS))) if known else ""
    return f"{flat(each.name)}{target}: {words.states.get(each.state, each.state)}{after}{reason}"


def _times(message: Message) -> Iterator[str]:
    words = words_of(message)
    start, end = message.started_at, message.ended_at
    if message.kind is MessageKind.MAINTENANCE and start is not None:
        yield _planned(message, words, start, end)
    elif start is not None and end is not None:
        form = words.lasted_seen if message.unwatched_ms else words.lasted
        yield form.format(
            time=lasting(max(0, end - start - message.unwatched_ms)),
            unwatched=lasting(message.unwatched_ms),
            start=moment(message, start),
            end=moment(message, end),
        )
    elif start is not None:
        yield words.since.format(at=moment(message, start))
        if message.at - start >= MINUTE_MS:
            yield words.for_now.format(time=lasting(message.at - start))
    if message.severity and not is_over(message):
        yield words.severity.format(severity=words.severities.get(message.severity, message.severity))


def _planned(message: Message, words: Words, start: int, end: int | None) -> str:
    """When maintenance will be: nothing of it has to have happened yet."""
    if end is None:
        return words.planned_open.format(start=moment(message, start))
    return words.planned.format(
        time=lasting(max(0, end - start)), start=moment(message, start), end=moment(message, end)
    )


def _body(message: Message) -> Iterator[str]:
    text = message.body.strip()
    if message.kind is MessageKind.UPDATE:
        yield to_html(text)
    else:
        yield from (f"<p style='white-space:pre-line'>{escape(part)}</p>" for part in text.split("\n\n") if part)


def _refusal_name(message: Message, words: Words) -> str:
    return words.refuse if message.kind == MessageKind.INVITATION else words.refuse_all


def _links(message: Message, words: Words) -> Iterator[str]:
    yield f"{link_name(message)}: {message.link}"
    if message.acknowledge_link:
        yield f"{words.acknowledge}: {message.acknowledge_link}"
    if message.subscription_link:
        yield f"{words.subscription}: {message.subscription_link}"
    if message.refuse_link:
        yield f"{_refusal_name(message, words)}: {message.refuse_link}"
