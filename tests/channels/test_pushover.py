"""The Pushover channel."""

from urllib.parse import parse_qs

from healther.channels.base import MessageKind
from tests.support.sinks import HttpSink, message, send

OPTIONS = {"user_key": "u" * 30, "app_token": "a" * 30}


async def test_an_outage_is_of_high_priority_and_its_end_is_not(sink: HttpSink) -> None:
    for kind in (MessageKind.DOWN, MessageKind.RECOVERED):
        await send("pushover", OPTIONS, message(kind), endpoints={"https://api.pushover.net": sink.url})
    forms = [parse_qs(request.body.decode()) for request in sink.requests]
    assert [form["priority"] for form in forms] == [["1"], ["0"]]
    assert forms[0]["title"] == ["Down: Shop"]
    assert forms[0]["url"] == ["https://healther.example.org/ack/token"]
