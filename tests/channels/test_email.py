"""The email channel: what the mail says and how it is handed over."""

import re

import pytest
from pydantic import ValidationError

from healther.channels import parse_channel
from healther.channels.base import MessageKind, RetryLaterError, UndeliverableError
from healther.net.dial import is_one_of
from tests.support.audit import dials
from tests.support.pki import Pki
from tests.support.sinks import AT, SmtpSink, message, send, smtp_sink

TO = {"to": ["ops@example.org", "boss@example.org"]}


async def test_a_mail_has_text_and_html_and_a_stable_name(mail: SmtpSink) -> None:
    receipt = await send("email", TO, mail_server=mail.server())
    assert "taken as number 1" in receipt.answer
    taken = mail.mails[0]
    assert (taken.sender, taken.to) == ("alerts@healther.example.org", ["ops@example.org"])
    parsed = taken.parsed
    assert parsed["Subject"] == "Down: Shop"
    assert re.fullmatch(
        r"<00000000-0000-0000-0000-000000000007\.[0-9a-f]{16}@healther\.example\.org>", parsed["Message-ID"]
    )
    assert parsed["Auto-Submitted"] == "auto-generated"
    plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert plain is not None
    assert html is not None
    text = plain.get_content()
    assert "Shop (https://shop.example.org/): down - refused" in text
    assert "Since 15 Jan 2027, 08:00:00 UTC" in text
    assert "Has lasted 1 min 1 s so far" in text
    assert "Acknowledge: https://healther.example.org/ack/token" in text
    assert "href='https://healther.example.org/ack/token'" in html.get_content()


async def test_nobody_sees_who_else_gets_it_and_each_mail_has_a_name_of_its_own_that_stays(mail: SmtpSink) -> None:
    for _ in range(2):
        await send("email", TO, mail_server=mail.server())
    assert [each.to for each in mail.mails] == [["ops@example.org"], ["boss@example.org"]] * 2
    for taken in mail.mails:
        assert taken.parsed["To"] == taken.to[0]
        assert taken.parsed["Cc"] is None
    first, second, *again = (each.parsed["Message-ID"] for each in mail.mails)
    assert first != second
    assert again == [first, second]


async def test_where_the_server_ends_midway_the_others_are_tried_later_and_nobody_twice(mail: SmtpSink) -> None:
    three = {"to": ["ops@example.org", "boss@example.org", "ada@example.org"]}
    mail.most = 1
    with pytest.raises(RetryLaterError, match="1 of 3 addresses have it") as caught:
        await send("email", three, mail_server=mail.server())
    assert caught.value.reached == ("ops@example.org",)
    mail.most = None
    reached = frozenset(caught.value.reached)
    receipt = await send("email", three, mail_server=mail.server(), reached=reached)
    assert "taken" in receipt.answer
    assert [each for taken in mail.mails for each in taken.to] == three["to"]
    assert (await send("email", three, mail_server=mail.server(), reached=frozenset(three["to"]))).answer


async def test_when_every_address_is_refused_for_good_all_are_named(mail: SmtpSink) -> None:
    for address in TO["to"]:
        mail.refuse[address] = f"550 5.1.1 no {address}"
    with pytest.raises(UndeliverableError, match=r"no ops@.*no boss@") as caught:
        await send("email", TO, mail_server=mail.server())
    assert caught.value.ends_channel
    mail.refuse["boss@example.org"] = "450 4.2.1 greylisted"
    with pytest.raises(RetryLaterError):
        await send("email", TO, mail_server=mail.server())


async def test_down_and_recovered_are_one_conversation(mail: SmtpSink) -> None:
    for kind in (MessageKind.DOWN, MessageKind.RECOVERED):
        await send("email", TO, message(kind, ended_at=1_800_000_090_000), mail_server=mail.server())
    down, recovered = (taken.parsed for taken in mail.mails if taken.to == ["ops@example.org"])
    assert down["References"] == recovered["References"] == recovered["In-Reply-To"]
    assert down["In-Reply-To"] is None
    body = recovered.get_body(("plain",))
    assert body is not None
    assert "Severity" not in body.get_content(), "it was, and is over"
    assert "Lasted 1 min 30 s: 15 Jan 2027, 08:00:00 UTC to 15 Jan 2027, 08:01:30 UTC" in body.get_content()


async def test_what_people_typed_breaks_no_header_and_is_no_markup(mail: SmtpSink) -> None:
    hostile = 'Shop\r\nBcc: evil@example.org\r\n\r\n<script>alert(1)</script> {{7*7}} "\u2028'
    what = message(title=hostile, workspace=hostile, body=hostile, unsubscribe_link="https://h.example/u\r\nX-Y: z")
    await send("email", TO, what, mail_server=mail.server())
    assert [each for taken in mail.mails for each in taken.to] == TO["to"]
    parsed = mail.mails[0].parsed
    assert parsed["Bcc"] is None
    assert parsed["X-Y"] is None
    assert "{{7*7}}" in parsed["Subject"]
    html = parsed.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


async def test_a_subscriber_can_unsubscribe_by_one_click(mail: SmtpSink) -> None:
    await send("email", TO, message(unsubscribe_link="https://h.example/u/1"), mail_server=mail.server())
    parsed = mail.mails[0].parsed
    assert parsed["List-Unsubscribe"] == "<https://h.example/u/1>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_links_and_ids_leave_as_they_are_however_long(mail: SmtpSink) -> None:
    """RFC 2369 and 8058: a mail client neither unfolds nor decodes the link before it looks for `<https://`."""
    link = f"https://status.healther.example.org/subscription/{'aB3-_' * 13}/unsubscribe"
    server = mail.server(sender=f"alerts@{'a-long-name.' * 6}example.org")
    what = message(MessageKind.RECOVERED, unsubscribe_link=link, title="Käse " * 40)
    await send("email", TO, what, mail_server=server)
    head, _, _ = mail.mails[0].raw.partition(b"\r\n\r\n")
    lines = head.decode("ascii").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    assert headers["List-Unsubscribe"] == f"<{link}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for name in ("Message-ID", "References", "In-Reply-To"):
        assert re.fullmatch(r"<[\w.@-]+>", headers[name]), headers[name]
    assert "=?utf-8?" in headers["Subject"]
    assert max(map(len, lines)) < 998


def bodies(mail: SmtpSink) -> tuple[str, str]:
    """The text and the HTML of the last mail."""
    parsed = mail.mails[-1].parsed
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content()


async def test_an_update_is_rendered_as_on_the_page_and_stays_as_typed_in_the_text(mail: SmtpSink) -> None:
    typed = (
        "Found **it** [l](https://example.org) <script>alert(1)</script> [x](javascript:alert(1))\n\n```\nopen fence"
    )
    what = message(MessageKind.UPDATE, body=typed, concerns="Concerns *Shop*", acknowledge_link=None)
    await send("email", TO, what, mail_server=mail.server())
    text, html = bodies(mail)
    assert typed in text
    assert 'Found <strong>it</strong> <a href="https://example.org"' in html
    assert "<script" not in html
    assert 'href="javascript:' not in html
    assert "Concerns *Shop*" in text
    assert "Concerns *Shop*" in html


async def test_words_that_are_no_markdown_arrive_as_they_are(mail: SmtpSink) -> None:
    await send("email", TO, message(MessageKind.MAINTENANCE, body="2 * 3 * 4 <b>"), mail_server=mail.server())
    assert "2 * 3 * 4 &lt;b&gt;" in bodies(mail)[1]


async def test_maintenance_that_is_to_come_is_planned_and_not_over(mail: SmtpSink) -> None:
    six_days, hour = 6 * 86_400_000, 3_600_000
    start = AT + six_days
    for language, end, says in (
        ("en", start + hour, "Planned: 21 Jan 2027, 08:00:00 UTC to 21 Jan 2027, 09:00:00 UTC (1 h)"),
        ("en", None, "Planned: from 21 Jan 2027, 08:00:00 UTC, open end"),
        ("de", start + hour, "Geplant: 21. Jan. 2027, 08:00:00 UTC bis 21. Jan. 2027, 09:00:00 UTC (1 h)"),
        ("de", None, "Geplant: ab 21. Jan. 2027, 08:00:00 UTC, Ende offen"),
    ):
        what = message(MessageKind.MAINTENANCE, started_at=start, ended_at=end, language=language)
        await send("email", TO, what, mail_server=mail.server())
        for body in bodies(mail):
            assert says in body
            assert "Lasted" not in body
            assert "Dauer" not in body


@pytest.mark.parametrize("sender", ["healther@localhost", "healther@x.test", "healther@mail.local"])
async def test_mail_leaves_from_a_name_that_only_the_operator_s_network_knows(mail: SmtpSink, sender: str) -> None:
    await send("email", TO, mail_server=mail.server(sender=sender))
    assert mail.mails[0].sender == sender
    assert mail.mails[0].parsed["From"].addresses[0].addr_spec == sender


async def test_german_readers_get_german_words_and_their_own_clock(mail: SmtpSink) -> None:
    await send("email", TO, message(language="de", time_zone="Europe/Berlin"), mail_server=mail.server())
    parsed = mail.mails[0].parsed
    body = parsed.get_body(("plain",))
    assert body is not None
    assert parsed["Subject"] == "Ausfall: Shop"
    assert "Seit 15. Jan. 2027, 09:00:00 CET" in body.get_content()


@pytest.mark.parametrize(
    ("refused", "reply", "kind", "ends"),
    [
        ("ops@example.org", "550 5.1.1 no such user", UndeliverableError, True),
        ("ops@example.org", "550 5.7.1 relaying denied", UndeliverableError, False),
        ("ops@example.org", "450 4.2.1 greylisted", RetryLaterError, None),
        ("DATA", "554 5.6.0 not like this", UndeliverableError, False),
        ("DATA", "451 4.3.0 try later", RetryLaterError, None),
        ("MAIL", "421 4.3.2 shutting down", RetryLaterError, None),
    ],
)
async def test_what_a_reply_means(
    mail: SmtpSink, refused: str, reply: str, kind: type[Exception], ends: bool | None
) -> None:
    mail.refuse[refused] = reply
    with pytest.raises(kind) as caught:
        await send("email", {"to": ["ops@example.org"]}, mail_server=mail.server())
    assert getattr(caught.value, "ends_channel", None) == ends
    assert reply.split(" ", 1)[1] in caught.value.answer


async def test_one_bad_address_among_good_ones_is_told_and_costs_nobody_a_mail(mail: SmtpSink) -> None:
    mail.refuse["boss@example.org"] = "550 5.1.1 no such user"
    receipt = await send("email", TO, mail_server=mail.server())
    assert "not for boss@example.org: 550" in receipt.answer
    assert mail.mails[0].to == ["ops@example.org"]


async def test_a_server_of_ones_own_is_signed_in_to_over_tls(pki: Pki) -> None:
    with smtp_sink(pki.server("127.0.0.1")) as sink:
        options = {
            **TO, "host": "127.0.0.1", "port": sink.port, "username": "ada", "password": "open sesame",
            "sender": "ada@example.org",
        }  # fmt: skip
        await send("email", options, ca_file=pki.ca_file)
        assert sink.logins == [("ada", True)]
        assert sink.mails[0].sender == "ada@example.org"
        with pytest.raises(UndeliverableError, match="refused the sign-in") as caught:
            await send("email", {**options, "password": "wrong"}, ca_file=pki.ca_file)
        assert caught.value.ends_channel
        with pytest.raises(RetryLaterError):
            await send("email", options)  # signed by an authority nobody knows
        assert len(sink.mails) == 2


async def test_a_server_without_starttls_gets_no_password(mail: SmtpSink) -> None:
    options = {
        **TO, "host": "127.0.0.1", "port": mail.port, "username": "ada", "password": "x", "sender": "ada@example.org"
    }  # fmt: skip
    with pytest.raises(RetryLaterError):
        await send("email", options)
    assert (mail.logins, mail.mails) == ([], [])


async def test_the_operator_is_told_what_to_set() -> None:
    with pytest.raises(UndeliverableError, match="HEALTHER_SMTP_URL"):
        await send("email", TO)


async def test_the_operator_s_server_may_be_on_this_machine_and_a_tenant_s_may_not(mail: SmtpSink) -> None:
    await send("email", TO, mail_server=mail.server(), allow=())
    assert len(mail.mails) == 2
    options = {**TO, "host": "localhost", "port": mail.port, "security": "none", "sender": "ada@example.org"}
    with pytest.raises(UndeliverableError, match="not allowed to reach"):
        await send("email", options, allow=())
    assert len(mail.mails) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2", "::ffff:127.0.0.1"])
async def test_no_channel_names_the_operator_s_server_as_its_own(mail: SmtpSink, host: str) -> None:
    options = {**TO, "host": host, "port": mail.port, "security": "none", "sender": "stranger@example.org"}
    with dials() as dialled, pytest.raises(UndeliverableError) as caught:
        await send("email", options, mail_server=mail.server(host="localhost"), allow=("127.0.0.0/8", "::/0"))
    assert (dialled, mail.mails, caught.value.ends_channel) == ([], [], False)
    await send("email", options | {"host": "127.0.0.1"})
    assert len(mail.mails) == 2


@pytest.mark.parametrize(
    ("operators", "address", "ours", "one"),
    [
        (["198.51.100.7"], "198.51.100.7", "192.0.2.1", True),
        (["198.51.100.7"], "::ffff:198.51.100.7", None, True),
        (["198.51.100.7"], "198.51.100.8", "192.0.2.1", False),
        (["127.0.0.1"], "203.0.113.5", "203.0.113.5", True),
        (["127.0.0.1"], "203.0.113.5", "192.0.2.1", False),
        (["198.51.100.7"], "203.0.113.5", "203.0.113.5", False),
        (["::1"], "0.0.0.0", None, True),
        ([], "127.0.0.1", "127.0.0.1", False),
    ],
)
def test_a_relay_on_this_machine_is_known_by_every_address_of_the_machine(
    operators: list[str], address: str, ours: str | None, one: bool
) -> None:
    assert is_one_of(operators, address, ours) is one


@pytest.mark.parametrize(
    "options",
    [
        {"to": ["ops@example.org\r\nBcc: x@y.org"]},
        {"to": []},
        {**TO, "username": "ada", "password": "x"},
        {**TO, "host": "smtp.example.org"},
        {**TO, "host": "smtp.example.org", "sender": "a@b.org", "security": "none", "username": "a", "password": "b"},
    ],
)
def test_what_does_not_fit_together_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_channel("email", options)
