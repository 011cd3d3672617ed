"""The Opsgenie channel."""

from healther.channels.base import MessageKind
from tests.support.sinks import HttpSink, message, send

OPTIONS = {"api_key": "hush", "region": "eu"}
ELSEWHERE = "https://api.eu.opsgenie.com"


async def test_recovery_closes_the_alert_that_down_opened(sink: HttpSink) -> None:
    for kind in (MessageKind.DOWN, MessageKind.RECOVERED):
        await send("opsgenie", OPTIONS, message(kind), endpoints={ELSEWHERE: sink.url})
    opened, closed = sink.requests
    assert opened.path == "/v2/alerts"
    assert opened.headers["authorization"] == "GenieKey hush"
    assert (opened.json["alias"], opened.json["priority"]) == ("incident-7", "P2")
    assert closed.path == "/v2/alerts/incident-7/close?identifierType=alias"
