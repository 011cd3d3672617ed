"""The PagerDuty channel."""

import pytest

from healther.channels.base import MessageKind
from tests.support.sinks import HttpSink, message, send

OPTIONS = {"integration_key": "hush"}
ELSEWHERE = "https://events.pagerduty.com"


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (MessageKind.DOWN, ["trigger"]),
        (MessageKind.REMINDER, ["trigger"]),
        (MessageKind.RECOVERED, ["resolve"]),
        (MessageKind.SETTLED, ["resolve"]),
        (MessageKind.UNWATCHED, ["resolve"]),
        (MessageKind.TEST, ["trigger", "resolve"]),
    ],
)
async def test_recovery_resolves_what_down_triggered(sink: HttpSink, kind: MessageKind, action: list[str]) -> None:
    await send("pagerduty", OPTIONS, message(kind), endpoints={ELSEWHERE: sink.url})
    assert [request.json["event_action"] for request in sink.requests] == action
    assert {request.json["dedup_key"] for request in sink.requests} == {"incident-7"}


async def test_an_event_says_how_bad_it_is(sink: HttpSink) -> None:
    await send("pagerduty", OPTIONS, message(severity="critical"), endpoints={ELSEWHERE: sink.url})
    assert sink.requests[0].json["payload"]["severity"] == "critical"
    assert sink.requests[0].json["payload"]["source"] == "https://shop.example.org/"
