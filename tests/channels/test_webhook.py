"""The webhook channel: what arrives, signed; and what an answer means."""

import hmac
import json
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from pydantic import ValidationError

from healther.channels import parse_channel
from healther.channels._http import LONGEST_RETRY_AFTER_S
from healther.channels.base import Affected, RetryLaterError, UndeliverableError
from tests.support.sinks import HttpSink, message, send
from tests.support.wire import response

SECRET = "whsec_" + b64encode(b"a key of twenty-four byte").decode()


async def test_it_is_signed_and_named_so_that_a_second_try_is_known(sink: HttpSink) -> None:
    await send("webhook", {"url": f"{sink.url}/hook", "signing_secret": SECRET, "headers": {"X-Key": "hush"}})
    (request,) = sink.requests
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    mac = hmac.digest(b64decode(SECRET.removeprefix("whsec_")), signed, sha256)
    assert request.headers["webhook-signature"] == f"v1,{b64encode(mac).decode()}"
    assert request.headers["idempotency-key"] == request.headers["webhook-id"] == str(message().id)
    assert request.headers["x-key"] == "hush"
    assert (request.json["kind"], request.json["title"], request.json["started_at"]) == (
        "down",
        "Shop",
        "2027-01-15T08:00:00Z",
    )


async def test_a_body_of_ones_own_is_filled_and_never_evaluated(sink: HttpSink) -> None:
    own = {
        "a": "$title",
        "b": "{{7*7}} {% include x %} $$5",
        "c": ["on $workspace: ${affected_count}"],
        "d": "$affected",
    }
    body = json.dumps(own)
    what = message(title='{{7*7}} $link "quoted"', affected=(Affected(name="n", target="t", state="down"),))
    await send("webhook", {"url": sink.url, "body": body}, what)
    sent = sink.requests[0].json
    assert sent["a"] == '{{7*7}} $link "quoted"'
    assert sent["b"] == "{{7*7}} {% include x %} $5"
    assert sent["c"] == ["on Acme: 1"]
    assert sent["d"] == [{"name": "n", "target": "t", "state": "down", "reason": None, "lasted_s": None}]


@pytest.mark.parametrize(
    ("body", "says"), [("{", "must be JSON"), ('{"a": "$nonsense"}', "no fact \\$nonsense"), ('"5 $"', "write \\$\\$")]
)
def test_a_body_that_cannot_be_filled_is_refused(body: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        parse_channel("webhook", {"url": "https://example.org/", "body": body})


def test_facts_in_more_places_than_anybody_needs_are_refused() -> None:
    places = {"url": "https://example.org/", "body": json.dumps({"a": "$text ${text}" * 100, "b": "$$text"})}
    parse_channel("webhook", places)
    with pytest.raises(ValidationError, match="facts in 2,600 places; 200 at most"):
        parse_channel("webhook", {**places, "body": json.dumps(["$text" * 2600])})


async def test_a_body_that_grows_past_what_is_sent_is_given_up_and_says_what_to_do(sink: HttpSink) -> None:
    many = tuple(Affected(name="n" * 90, target="t" * 90, state="down") for _ in range(26))
    body = {"url": sink.url, "body": json.dumps({"a": "$text" * 100})}
    with pytest.raises(UndeliverableError, match=r"comes to \d+ KiB, and 256 KiB is the most.*less often") as given_up:
        await send("webhook", body, message(affected=many))
    assert not given_up.value.ends_channel
    with pytest.raises(UndeliverableError, match="256 KiB"):
        await send("webhook", {**body, "body": json.dumps(["$title" * 100])}, message(title='"' * 2000))
    assert sink.requests == []
    await send("webhook", {**body, "body": json.dumps({"a": "$text" * 10})}, message(affected=many))
    assert len(sink.requests[0].json["a"]) > 26 * 180 * 10


@pytest.mark.parametrize(
    ("status", "kind", "ends"),
    [
        ("410 Gone", UndeliverableError, True),
        ("400 Bad Request", UndeliverableError, False),
        ("404 Not Found", RetryLaterError, None),
        ("503 Service Unavailable", RetryLaterError, None),
        ("302 Found", UndeliverableError, False),
    ],
)
async def test_what_an_answer_means(sink: HttpSink, status: str, kind: type[Exception], ends: bool | None) -> None:
    sink.answer = response(status, b"what?")
    with pytest.raises(kind) as caught:
        await send("webhook", {"url": sink.url})
    assert getattr(caught.value, "ends_channel", None) == ends
    assert caught.value.answer.startswith(f"answered {status[:3]}: what?")


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"retry_after": NaN}', None),
        (b'{"retry_after": -1}', None),
        (b'{"retry_after": 1' + b"0" * 400 + b"}", LONGEST_RETRY_AFTER_S),
        (b'{"parameters": [1]}', None),
        (b"[" * 5_000, None),
    ],
)
async def test_a_body_that_answers_nonsense_for_a_time_is_another_try(
    sink: HttpSink, body: bytes, seconds: float | None
) -> None:
    sink.answer = response("429 Too Many Requests", body)
    with pytest.raises(RetryLaterError) as caught:
        await send("webhook", {"url": sink.url})
    assert caught.value.retry_after_s == seconds


@pytest.mark.parametrize(("given", "seconds"), [("120", 120), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("soon", None)])
async def test_retry_after_is_honoured(sink: HttpSink, given: str, seconds: float | None) -> None:
    sink.answer = response("429 Too Many Requests", b"", f"Retry-After: {given}")
    with pytest.raises(RetryLaterError) as caught:
        await send("webhook", {"url": sink.url})
    assert caught.value.retry_after_s == seconds


async def test_a_redirect_is_followed_on_the_same_server_only(sink: HttpSink) -> None:
    sink.answer = response("308 Permanent Redirect", b"", "Location: /other")
    with pytest.raises(UndeliverableError, match="answered 308"):
        await send("webhook", {"url": f"{sink.url}/first"})
    assert [request.path for request in sink.requests] == ["/first", "/other", "/other", "/other"]
    assert len({request.body for request in sink.requests}) == 1
    sink.answer = response("307 Temporary Redirect", b"", "Location: http://127.0.0.2:1/")
    with pytest.raises(UndeliverableError, match="points to another server"):
        await send("webhook", {"url": sink.url})


def test_nothing_breaks_out_of_a_header() -> None:
    with pytest.raises(ValidationError, match="one line"):
        parse_channel("webhook", {"url": "https://example.org/", "headers": {"X-Key": "a\r\nX-Other: b"}})
