"""The Discord channel."""

import pytest

from healther.channels.base import RetryLaterError
from tests.support.sinks import HttpSink, message, send
from tests.support.wire import response

OPTIONS = {"webhook_url": "https://discord.com/api/webhooks/1/hush"}


async def test_an_embed_mentions_nobody_and_is_no_markdown(sink: HttpSink) -> None:
    what = message(body="@everyone **bold**")
    await send("discord", OPTIONS, what, endpoints={"https://discord.com": sink.url})
    body = sink.requests[0].json
    assert body["allowed_mentions"] == {"parse": []}
    (embed,) = body["embeds"]
    assert embed["title"] == "Down: Shop"
    assert "@everyone" not in embed["description"]
    assert r"\*\*bold\*\*" in embed["description"]


async def test_a_limit_in_the_body_says_when_to_come_back(sink: HttpSink) -> None:
    sink.answer = response("429 Too Many Requests", b'{"message": "slow down", "retry_after": 2.5}')
    with pytest.raises(RetryLaterError) as caught:
        await send("discord", OPTIONS, endpoints={"https://discord.com": sink.url})
    assert caught.value.retry_after_s == 2.5
