"""Sending over HTTP, for every kind that does: one request through the guard, its answer judged by its status."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from healther.channels.base import Receipt, RetryLaterError, SendContext, SendError, UndeliverableError
from healther.channels.words import shortened
from healther.core.clock import SECOND_MS, now_ms, to_ms
from healther.core.text import flat
from healther.net.errors import NetError
from healther.net.fetch import Answer, fetch
from healther.net.request import Headers
from healther.net.target import Target, join_url, parse_url

MAX_REDIRECTS = 3
SHOWN_ANSWER = 200
LONGEST_RETRY_AFTER_S = 24 * 3600.0

# The service says that the credential or the address itself is wrong: no message will ever get through.
GONE = frozenset({401, 403, 404, 410})
# Worth another try whatever the message is: too early, too many, a time-out, a conflict.
_AGAIN = frozenset({408, 409, 423, 425, 429})


@dataclass(frozen=True, slots=True)
class Call:
    """One request: where, how, and what must not be shown of it."""

    url: str
    body: bytes
    content_type: str = "application/json"
    method: str = "POST"
    headers: Mapping[str, str] | None = None
    secrets: Collection[str] = ()
    """Hidden wherever the other side's answer repeats them."""
    ends_channel: frozenset[int] = GONE
    """Statuses after which the channel is of no use."""
    verify_tls: bool = True


def json_body(value: object) -> bytes:
    """The value as compact JSON, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def form_body(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Pairs as an HTML form sends them."""
    return urlencode(list(pairs)).encode()


async def call(context: SendContext, call: Call) -> Receipt:
    """Makes the call and judges its answer; raises RetryLaterError or UndeliverableError."""
    answer = await ask(context, call)
    return Receipt(said(answer, call.secrets))


async def ask(context: SendContext, call: Call) -> Answer:
    """The answer of a call that was taken (2xx); raises RetryLaterError or UndeliverableError for every other."""
    target = _target(context, call.url)
    headers: Headers = (("Content-Type", call.content_type), *(call.headers or {}).items())
    for _ in range(MAX_REDIRECTS + 1):
        try:
            answer = await fetch(
                context.net,
                call.method,
                target,
                headers=headers,
                body=call.body,
                deadline=context.deadline,
                verify_tls=call.verify_tls,
            )
            if answer.status not in (307, 308):
                break
            target = _following(target, answer)
        except NetError as error:
            raise refused(error) from error
    if 200 <= answer.status < 300:
        return answer
    raise judged(answer, call.secrets, call.ends_channel)


def refused(error: NetError) -> SendError:
    """What a failure on the way means: the guard's refusal is for good, everything else may pass."""
    if error.reason in ("blocked", "misconfigured"):
        return UndeliverableError(error.message, ends_channel=False)
    return RetryLaterError(error.message)


def judged(answer: Answer, secrets: Collection[str] = (), ends_channel: frozenset[int] = GONE) -> SendError:
    """What a status that is no success means."""
    text = said(answer, secrets)
    if answer.status in ends_channel:
        return UndeliverableError(text, ends_channel=True)
    if answer.status in _AGAIN or answer.status >= 500:
        return RetryLaterError(text, retry_after_s(answer))
    if 300 <= answer.status < 400:
        return UndeliverableError(f"{text}: give the address it points to", ends_channel=False)
    if answer.status in (401, 403, 404):
        return RetryLaterError(text)
    return UndeliverableError(text, ends_channel=False)


def said(answer: Answer, secrets: Collection[str] = ()) -> str:
    """What the other side answered, in a line: status and the beginning of the body."""
    body = flat(answer.body.decode("utf-8", "replace"))
    for secret in secrets:
        if len(secret) >= 4:
            body = body.replace(secret, "[hidden]")
    status = f"answered {answer.status}"
    return f"{status}: {shortened(body, SHOWN_ANSWER)}" if body else status


def retry_after_s(answer: Answer) -> float | None:
    """The Retry-After of an answer in seconds (RFC 9110, 10.2.3), a JSON `retry_after` (Discord, Telegram), or None."""
    given = answer.headers.get("retry-after", "").strip()
    seconds: float | None = None
    if given.isascii() and given.replace(".", "", 1).isdigit():
        seconds = float(given)
    elif given:
        try:
            seconds = (to_ms(parsedate_to_datetime(given)) - now_ms()) / SECOND_MS
        except ValueError:
            seconds = None
    if seconds is None:
        seconds = _retry_after_in(answer.body)
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)


def _retry_after_in(body: bytes) -> float | None:
    """Whatever the other side sends: also no number (NaN), a larger one than there is time, and nesting without end."""
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    inner = value.get("parameters", value) if isinstance(value, dict) else None
    found = inner.get("retry_after") if isinstance(inner, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float) or not found >= 0:
        return None
    return float(min(found, LONGEST_RETRY_AFTER_S))


def _target(context: SendContext, url: str) -> Target:
    try:
        target = parse_url(url)
        origin = f"{target.scheme}://{target.authority}"
        elsewhere = context.endpoints.get(origin)
        return target if elsewhere is None else parse_url(elsewhere + target.path)
    except ValueError as error:
        raise UndeliverableError(str(error), ends_channel=False) from error


def _following(target: Target, answer: Answer) -> Target:
    """Where a redirect that keeps the request leads; another server would be shown what was meant for this one."""
    try:
        following = join_url(target, answer.headers.get("location", ""))
    except ValueError as error:
        raise UndeliverableError(f"answered {answer.status} without a usable address", ends_channel=False) from error
    if following.origin != target.origin:
        raise UndeliverableError(
            f"answered {answer.status} and points to another server ({following.host}): give that address instead",
            ends_channel=False,
        )
    return following
