"""The Telegram channel."""

import pytest

from healther.channels.base import RetryLaterError, UndeliverableError
from tests.support.sinks import HttpSink, send
from tests.support.wire import response

OPTIONS = {"bot_token": "123:hush-hush", "chat_id": "-100", "topic_id": 4}
ELSEWHERE = "https://api.telegram.org"


async def test_plain_text_goes_to_the_chat_and_topic(sink: HttpSink) -> None:
    await send("telegram", OPTIONS, endpoints={ELSEWHERE: sink.url})
    (request,) = sink.requests
    assert request.path == "/bot123:hush-hush/sendMessage"
    assert (request.json["chat_id"], request.json["message_thread_id"]) == ("-100", 4)
    assert request.json["text"].startswith("Down: Shop\n")
    assert "parse_mode" not in request.json


async def test_a_limit_says_when_to_come_back(sink: HttpSink) -> None:
    sink.answer = response("429 Too Many Requests", b'{"ok": false, "parameters": {"retry_after": 7}}')
    with pytest.raises(RetryLaterError) as caught:
        await send("telegram", OPTIONS, endpoints={ELSEWHERE: sink.url})
    assert caught.value.retry_after_s == 7


async def test_a_refused_token_ends_the_channel_and_is_not_told(sink: HttpSink) -> None:
    sink.answer = response("401 Unauthorized", b"no bot 123:hush-hush here")
    with pytest.raises(UndeliverableError) as caught:
        await send("telegram", OPTIONS, endpoints={ELSEWHERE: sink.url})
    assert caught.value.ends_channel
    assert caught.value.answer == "answered 401: no bot [hidden] here"
