"""The Microsoft Teams channel."""

from tests.support.sinks import HttpSink, message, send

URL = "https://prod.westeurope.logic.azure.com/workflows/a?sig=hush"


async def test_a_card_of_runs_knows_no_markdown(sink: HttpSink) -> None:
    what = message(title="**Shop** [x](https://evil.example)")
    await send("teams", {"webhook_url": URL}, what, endpoints={"https://prod.westeurope.logic.azure.com": sink.url})
    (request,) = sink.requests
    assert request.path == "/workflows/a?sig=hush"
    card = request.json["attachments"][0]["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert card["body"][0]["inlines"][0]["text"] == "Down: **Shop** [x](https://evil.example)"
    assert [action["title"] for action in card["actions"]] == ["Open", "Acknowledge"]
