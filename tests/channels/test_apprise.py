"""The Apprise channel: a hundred services, and the same guard (S2)."""

import socket
import sys
import types

import pytest
import requests
from apprise import Apprise
from apprise.manager_plugins import NotificationManager
from pydantic import ValidationError

from healther.channels import parse_channel
from healther.channels._apprise_services import OWN_KINDS, SERVICES
from healther.channels.base import MessageKind, RetryLaterError, UndeliverableError
from tests.support.audit import dials
from tests.support.sinks import HttpSink, message, send
from tests.support.wire import response


async def test_a_service_is_sent_to_through_the_guarded_network(sink: HttpSink) -> None:
    with dials() as dialled:
        receipt = await send("apprise", {"url": f"json://127.0.0.1:{sink.port}/hook"})
    assert receipt.answer == "answered 200"
    (request,) = sink.requests
    assert request.json["title"] == "Down: Shop"
    assert request.json["type"] == "failure"
    assert dialled == [("127.0.0.1", sink.port)]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "169.254.169.254"])
async def test_no_spelling_of_a_private_address_is_dialled(sink: HttpSink, host: str) -> None:
    with dials() as dialled, pytest.raises((UndeliverableError, RetryLaterError)):
        await send("apprise", {"url": f"json://{host}:{sink.port}/"}, allow=())
    assert (dialled, sink.requests) == ([], [])


async def test_a_redirect_to_a_private_address_is_not_followed(sink: HttpSink) -> None:
    sink.answer = response("302 Found", b"", f"Location: http://127.0.0.1:{sink.port + 1}/")
    with dials() as dialled, pytest.raises(UndeliverableError, match="not allowed to reach"):
        await send("apprise", {"url": f"json://127.0.0.1:{sink.port}/"}, allow=[f"127.0.0.1/32:{sink.port}"])
    assert dialled == [("127.0.0.1", sink.port)]


async def test_proxies_of_the_environment_are_not_used(sink: HttpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    await send("apprise", {"url": f"json://127.0.0.1:{sink.port}/"})
    assert len(sink.requests) == 1


def test_requests_sends_nothing_where_no_network_was_lent() -> None:
    with dials() as dialled, pytest.raises(requests.exceptions.ConnectionError):
        requests.get("http://127.0.0.1:9/", timeout=1)
    assert dialled == []


async def test_a_service_s_answer_decides_what_follows(sink: HttpSink) -> None:
    for status, kind in (("410 Gone", UndeliverableError), ("500 Oops", RetryLaterError), ("404 No", RetryLaterError)):
        sink.answer = response(status, b"")
        with pytest.raises(kind):
            await send("apprise", {"url": f"json://127.0.0.1:{sink.port}/"})


async def test_a_url_that_apprise_makes_nothing_of_is_told() -> None:
    with pytest.raises(UndeliverableError, match="cannot use this URL"):
        await send("apprise", {"url": "gotify://"})


async def test_what_apprise_takes_without_sending_anything_is_no_success(sink: HttpSink) -> None:
    with dials() as dialled, pytest.raises(UndeliverableError, match="sent nothing") as caught:
        await send("apprise", {"url": "jira://k"}, message(MessageKind.TEST))
    assert (dialled, caught.value.ends_channel) == ([], False)


async def test_what_a_plugin_raises_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_more: object) -> None:
        raise ValueError("could not cast 'my-hush-password'")

    monkeypatch.setattr(Apprise, "instantiate", fails)
    with pytest.raises(RetryLaterError, match="ValueError") as caught:
        await send("apprise", {"url": "gotify://127.0.0.1/hush"})
    assert "hush" not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)


@pytest.mark.parametrize(
    "url",
    [
        "mailto://u:p@127.0.0.1", "mqtt://127.0.0.1", "syslog://", "rsyslog://127.0.0.1", "dbus://", "windows://",
        "macosx://", "gnome://", "irc://127.0.0.1", "xmpp://a:b@127.0.0.1", "growl://127.0.0.1", "fcm://p/k?keyfile=/etc/passwd",
        "workflows://h/w/s?template=/etc/passwd", "file:///etc/passwd", "vapid://a@b.c", "aprs://a:b@c", "slack://a/b/c",
        "include file:///x", "json", "JSON ://x",
    ],
)  # fmt: skip
def test_services_that_do_not_go_through_the_guard_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        parse_channel("apprise", {"url": url})


def test_every_allowed_service_sends_by_requests_alone() -> None:
    plugins = NotificationManager()
    known = set(plugins.schemas())
    assert SERVICES - known == set()
    assert SERVICES & OWN_KINDS.keys() == set()
    assert len(SERVICES) > 150
    forbidden = {"socket", "smtplib", "subprocess", "ssl", "select", "asyncio", "http", "urllib3"}
    for schema in sorted(SERVICES):
        modules = [
            sys.modules[each.__module__]
            for each in plugins[schema].__mro__
            if each.__module__.startswith("apprise.plugins.") and each.__module__ != "apprise.plugins.base"
        ]
        used = {name for module in modules for name, each in vars(module).items() if isinstance(each, types.ModuleType)}
        assert "requests" in used, schema
        assert used & forbidden == set(), schema
        assert not any(each is socket.socket for module in modules for each in vars(module).values()), schema
