"""The Slack channel."""

from tests.support.sinks import HttpSink, message, send

URL = "https://hooks.slack.com/services/T0/B0/hush"


async def test_a_post_has_the_facts_and_the_links_and_no_mention(sink: HttpSink) -> None:
    what = message(title="<!channel> & co")
    receipt = await send("slack", {"webhook_url": URL}, what, endpoints={"https://hooks.slack.com": sink.url})
    assert receipt.answer == "answered 200: ok"
    (request,) = sink.requests
    assert (request.method, request.path) == ("POST", "/services/T0/B0/hush")
    assert request.json["text"] == "Down: &lt;!channel&gt; &amp; co"
    (attachment,) = request.json["attachments"]
    assert "Shop (https://shop.example.org/): down - refused" in attachment["text"]
    assert "<https://healther.example.org/ack/token|Acknowledge>" in attachment["text"]
