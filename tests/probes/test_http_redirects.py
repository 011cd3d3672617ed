"""Where redirects lead, what goes along, and what a trace tells of the way."""

import asyncio
import re
import ssl

import pytest

from healther.probes.base import Reason, Trace
from tests.support.wire import answering, guarded_net, look, read_request, response, serving


async def _check(*parts: bytes, **config):
    async with serving(answering(*parts)) as port, guarded_net() as net:
        return await look(net, f"http://127.0.0.1:{port}/", **config)


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (307, "POST", "POST"),
        (308, "PUT", "PUT"),
        (301, "DELETE", "DELETE"),
    ],
)
async def test_redirects_keep_or_change_the_method_as_the_standard_says(status, method, then):
    seen: list[bytes] = []

    async def handler(reader, writer):
        seen.append(await read_request(reader))
        first = len(seen) == 1
        writer.write(response(f"{status} Moved", b"", "Location: /next") if first else response())

    body = "data" if method in ("POST", "PUT") else None
    async with serving(handler) as port, guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{port}/", method=method, body=body, headers={"X-Mine": "1"})
    assert observation.reason is None
    assert seen[1].startswith(f"{then} /next ".encode())
    assert b"X-Mine: 1" in seen[1]
    assert seen[1].endswith(b"data") == (then in ("POST", "PUT"))
    assert (b"Content-Type" in seen[1]) == (then in ("POST", "PUT"))


async def test_nothing_that_may_be_a_secret_crosses_an_origin_not_even_on_the_way_back():
    seen: dict[str, list[bytes]] = {"a": [], "b": []}
    ports: dict[str, int] = {}

    async def first(reader, writer):
        seen["a"].append(await read_request(reader))
        location = f"http://127.0.0.1:{ports['b']}/b"
        writer.write(response("307 Moved", b"", f"Location: {location}") if len(seen["a"]) == 1 else response("200 OK"))

    async def second(reader, writer):
        seen["b"].append(await read_request(reader))
        writer.write(response("307 Moved", b"", f"Location: http://127.0.0.1:{ports['a']}/back"))

    async with serving(first) as ports["a"], serving(second) as ports["b"], guarded_net() as net:
        observation = await look(
            net,
            f"http://127.0.0.1:{ports['a']}/",
            method="POST",
            body="b0dy-secret",
            headers={"X-Api-Key": "k3y-secret", "Cookie": "c00kie-secret", "User-Agent": "agent-secret"},
            basic_username="u",
            basic_password="pw-secret",
        )
    assert observation.reason is None
    assert seen["a"][0].count(b"secret") == 4
    assert b"Authorization: Basic" in seen["a"][0]
    for later in (seen["b"][0], seen["a"][1]):
        assert b"secret" not in later
        assert b"Authorization" not in later
        assert later.startswith(b"POST /b")
        assert b"Content-Length: 0\r\n" in later


async def test_a_client_certificate_is_shown_to_the_origin_it_is_for_and_to_no_other(pki):
    shown: dict[str, list[bytes | None]] = {"a": [], "b": []}
    ports: dict[str, int] = {}

    def note(name, writer):
        shown[name].append(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))

    async def first(reader, writer):
        note("a", writer)
        path = (await read_request(reader)).split()[1]
        writer.write(
            response(
                "302 Found", b"", "Location: /next" if path == b"/" else f"Location: https://127.0.0.1:{ports['b']}/"
            )
        )

    async def second(reader, writer):
        note("b", writer)
        await read_request(reader)
        writer.write(response("200 OK"))

    mine = pki.ca.issue_cert("healther")
    chain = [pem.bytes() for pem in mine.cert_chain_pems]
    asks = pki.server("127.0.0.1", ask_client=True)
    asks.verify_mode = ssl.CERT_OPTIONAL
    async with (
        serving(first, tls=asks) as ports["a"],
        serving(second, tls=asks) as ports["b"],
        guarded_net(ca_file=pki.ca_file) as net,
    ):
        observation = await look(
            net,
            f"https://127.0.0.1:{ports['a']}/",
            client_certificate=b"".join(chain).decode(),
            client_key=mine.private_key_pem.bytes().decode(),
        )
    assert observation.reason is None
    assert shown == {"a": [ssl.PEM_cert_to_DER_cert(chain[0].decode())] * 2, "b": [None]}


@pytest.mark.parametrize("limit", [1, 3, 10])
async def test_redirects_end_at_the_limit(limit):
    seen: list[bytes] = []
    again = answering(response("302 Found", b"", "Location: /again"), seen=seen)
    async with serving(again) as port, guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{port}/", max_redirects=limit)
    assert observation.reason is Reason.TOO_MANY_REDIRECTS
    assert observation.message == f"more than {limit} redirects"
    assert observation.response_status == 302
    assert len(seen) == 1 + limit


async def test_without_redirects_the_redirect_itself_is_judged():
    moved = response("301 Moved Permanently", b"", "Location: http://169.254.169.254/")
    assert (await _check(moved, max_redirects=0, expected_status="301")).reason is None
    observation = await _check(moved, max_redirects=0)
    assert observation.reason is Reason.STATUS_MISMATCH


async def test_a_redirect_without_a_location_is_judged_as_it_is():
    assert (await _check(response("302 Found"), expected_status="302")).reason is None


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://u:s3cret@127.0.0.1/", "http://2130706433/"])
async def test_a_redirect_that_cannot_be_followed_says_why_without_quoting_it(location):
    observation = await _check(response("302 Found", b"", f"Location: {location}"))
    assert observation.reason is Reason.BAD_RESPONSE
    assert "redirects to a place that cannot be followed" in observation.message
    assert "s3cret" not in observation.message


async def test_a_location_with_spaces_and_umlauts_is_followed():
    seen: list[bytes] = []

    async def handler(reader, writer):
        seen.append(await read_request(reader))
        raw = "HTTP/1.1 302 Found\r\nLocation: /größe und mehr\r\nContent-Length: 0\r\n\r\n".encode()
        writer.write(raw if len(seen) == 1 else response())

    async with serving(handler) as port, guarded_net() as net:
        assert (await look(net, f"http://127.0.0.1:{port}/")).reason is None
    assert seen[1].startswith(b"GET /gr%C3%B6%C3%9Fe%20und%20mehr ")


async def test_phases_of_redirects_add_up_and_the_trace_tells_them_apart():
    seen: list[bytes] = []

    async def handler(reader, writer):
        seen.append(await read_request(reader))
        await asyncio.sleep(0.03)
        writer.write(response("302 Found", b"", "Location: /two") if len(seen) == 1 else response("200 OK", b"end"))

    trace = Trace()
    async with serving(handler) as port, guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{port}/", trace=trace)
    assert [(hop.status, hop.url.rpartition(":")[2].partition("/")[2]) for hop in trace.hops] == [
        (302, ""),
        (200, "two"),
    ]
    assert [hop.address for hop in trace.hops] == ["127.0.0.1"] * 2
    assert all(hop.phases.first_byte_ms >= 29 for hop in trace.hops)
    assert observation.phases.first_byte_ms == pytest.approx(sum(hop.phases.first_byte_ms for hop in trace.hops))
    assert trace.body_excerpt == "end"


async def test_a_trace_hides_what_was_sent_in_confidence_when_the_server_echoes_it():
    async def echo(reader, writer):
        request = await read_request(reader)
        key = re.search(rb"X-Api-Key: (\S+)", request)[1].decode()
        writer.write(response("200 OK", request, f"X-Echo: {key}"))

    trace = Trace()
    async with serving(echo) as port, guarded_net() as net:
        await look(
            net,
            f"http://127.0.0.1:{port}/",
            trace=trace,
            method="POST",
            headers={"X-Api-Key": "k3y-secret"},
            body="b0dy-secret",
            bearer_token="bearer-secret",
        )
    assert "secret" not in repr(trace)
    assert "[hidden]" in trace.body_excerpt
    assert dict(trace.hops[0].headers)["X-Echo"] == "[hidden]"


@pytest.mark.parametrize(
    ("echoed", "where"),
    [
        ("http://{key}.ok.example/x?{key}", "host and query"),
        ("/x?{lower}", "another case"),
        ("/x?{percent}", "percent-encoded"),
        ("/x?{twice}", "encoded twice"),
        ("https://[{key}/", "no address at all"),
    ],
)
async def test_a_redirect_to_what_was_sent_in_confidence_does_not_tell_it(echoed: str, where: str):
    key = "SecretValue77"
    percent = "".join(f"%{ord(char):02x}" for char in key)
    twice = percent.replace("%", "%25")

    async def handler(reader, writer):
        await read_request(reader)
        place = echoed.format(key=key, lower=key.lower(), percent=percent, twice=twice)
        writer.write(response("302 Found", b"", f"Location: {place}", f"X-{key}: {percent}"))

    trace = Trace()
    async with serving(handler) as port, guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{port}/", trace=trace, headers={"X-K": key}, max_redirects=1)
    told = repr(trace) + repr(observation)
    for spelling in (key, key.lower(), percent, twice):
        assert spelling not in told, where
    assert "[hidden]" in told
    assert observation.message


async def test_a_password_is_hidden_where_a_server_echoes_it_in_plain_and_percent_encoded():
    async def echo(reader, writer):
        await read_request(reader)
        writer.write(response("200 OK", b"you are ada:p%40ss w0rd, P@SS+W0RD, and %zz stays"))

    trace = Trace()
    async with serving(echo) as port, guarded_net() as net:
        await look(net, f"http://127.0.0.1:{port}/", trace=trace, basic_username="ada", basic_password="p@ss w0rd")
    assert trace.body_excerpt == "you are [hidden], [hidden], and %zz stays"


async def test_what_the_url_says_itself_is_not_hidden():
    async def handler(reader, writer):
        await read_request(reader)
        writer.write(response("200 OK", b"hello"))

    trace = Trace()
    async with serving(handler) as port, guarded_net() as net:
        url = f"http://127.0.0.1:{port}/"
        await look(net, url, trace=trace, headers={"Origin": f"http://127.0.0.1:{port}", "X-K": "k3y-secret"})
    assert trace.hops[0].url == url
