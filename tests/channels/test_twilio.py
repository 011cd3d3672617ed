"""The Twilio channel."""

from base64 import b64encode
from urllib.parse import parse_qs

from tests.support.sinks import HttpSink, message, send

SID = "AC" + "0" * 32
OPTIONS = {"to": "+491511234567", "account_sid": SID, "auth_token": "hush", "sender": "+15005550006"}


async def test_an_sms_is_short_and_keeps_its_link(sink: HttpSink) -> None:
    await send("twilio", OPTIONS, message(title="Shop " * 200), endpoints={"https://api.twilio.com": sink.url})
    (request,) = sink.requests
    form = parse_qs(request.body.decode())
    assert request.path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert request.headers["authorization"] == f"Basic {b64encode(f'{SID}:hush'.encode()).decode()}"
    assert (form["To"], form["From"]) == (["+491511234567"], ["+15005550006"])
    assert len(form["Body"][0]) <= 400
    assert form["Body"][0].endswith(" https://healther.example.org/w/acme/incidents/7")


async def test_a_messaging_service_may_be_the_sender(sink: HttpSink) -> None:
    service = "MG" + "0" * 32
    await send("twilio", {**OPTIONS, "sender": service}, endpoints={"https://api.twilio.com": sink.url})
    assert parse_qs(sink.requests[0].body.decode())["MessagingServiceSid"] == [service]
