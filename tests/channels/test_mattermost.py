"""The Mattermost channel."""

from tests.support.sinks import HttpSink, message, send


async def test_a_post_mentions_nobody(sink: HttpSink) -> None:
    what = message(title="@channel *Shop*")
    await send("mattermost", {"webhook_url": f"{sink.url}/hooks/hush", "channel": "ops"}, what)
    (request,) = sink.requests
    (attachment,) = request.json["attachments"]
    assert request.json["channel"] == "ops"
    assert "@channel" not in request.body.decode()
    assert attachment["title"].endswith(r"\*Shop\*")
    assert "[Acknowledge](https://healther.example.org/ack/token)" in attachment["text"]
