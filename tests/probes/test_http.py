"""The HTTP probe against real servers: what is sent, what is judged, where redirects lead."""

import asyncio
import gzip
import re
import zlib

import pytest

from healther.probes import parse_probe
from healther.probes.base import Reason, Trace
from tests.support.servers import free_port
from tests.support.wire import answering, guarded_net, look, read_request, response, serving


async def _check(*parts: bytes, seen=None, path="/", pause_s=0.0, timeout_s=10.0, trace=None, **config):
    async with serving(answering(*parts, seen=seen, pause_s=pause_s)) as port, guarded_net() as net:
        return await look(net, f"http://127.0.0.1:{port}{path}", timeout_s=timeout_s, trace=trace, **config)


async def test_a_healthy_answer_has_a_status_and_every_phase():
    observation = await _check(response("200 OK", b"hello"), expected_body="ell")
    assert observation.reason is None
    assert observation.message is None
    assert observation.response_status == 200
    phases = observation.phases
    assert phases.dns_ms is None
    assert phases.tls_ms is None
    assert min(phases.connect_ms, phases.first_byte_ms) > 0
    assert observation.response_time_ms == pytest.approx(phases.connect_ms + phases.first_byte_ms + phases.transfer_ms)


async def test_a_name_has_a_dns_phase():
    async with serving(answering(response())) as port, guarded_net() as net:
        observation = await look(net, f"http://localhost:{port}/")
    assert observation.reason is None
    assert observation.phases.dns_ms > 0


async def test_waiting_counts_in_the_phase_it_happens_in():
    async def slow(reader, writer):
        await read_request(reader)
        await asyncio.sleep(0.05)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.write(b"cd")

    async with serving(slow) as port, guarded_net() as net:
        phases = (await look(net, f"http://127.0.0.1:{port}/")).phases
    assert phases.first_byte_ms >= 49
    assert phases.transfer_ms >= 99
    assert phases.connect_ms < 49


@pytest.mark.parametrize(
    ("expected", "status", "healthy"),
    [
        ("200-299", "204 No Content", True),
        ("200", "201 Created", False),
        ("2xx", "299 Odd", True),
        ("200-299,404", "404 Not Found", True),
        ("5XX", "503 Service Unavailable", True),
        ("200-299", "503 Service Unavailable", False),
        ("200", "599 Odd", False),
    ],
)
async def test_the_status_is_compared_with_what_is_expected(expected, status, healthy):
    observation = await _check(response(status), expected_status=expected)
    assert (observation.reason is None) == healthy
    assert observation.response_status == int(status[:3])
    assert observation.response_time_ms > 0
    if not healthy:
        assert observation.reason is Reason.STATUS_MISMATCH


async def test_a_status_mismatch_says_what_was_expected_and_what_came():
    observation = await _check(response("503 Sorry"))
    assert observation.message == "expected status 200-299, got 503 Service Unavailable"


@pytest.mark.parametrize(
    ("expected", "body", "healthy"),
    [
        ("ok", b"all ok here", True),
        ("ok", b"all OK here", False),
        ("größe", "größe".encode(), True),
        ("/status: (up|ok)/", b"status: ok", True),
        ("/STATUS/i", b"status", True),
        ("/^b$/", b"a\nb\nc", False),
        ("/^b$/m", b"a\nb\nc", True),
        ("/a.c/", b"a\nc", False),
        ("/a.c/s", b"a\nc", True),
        ("/gr.ße/", "größe".encode(), True),
        ("/x", b"/x", True),
        ("ok", b"", False),
    ],
)
async def test_the_body_is_searched_for_text_or_a_pattern(expected, body, healthy):
    observation = await _check(response("200 OK", body), expected_body=expected)
    assert (observation.reason is None) == healthy, observation.message


async def test_a_body_mismatch_says_what_was_looked_for_and_where():
    observation = await _check(response("200 OK", b"x" * 300), expected_body="all is well")
    assert observation.reason is Reason.BODY_MISMATCH
    assert observation.message == "expected the body to contain 'all is well': not found in 300 bytes"
    assert observation.response_status == 200


async def test_text_in_another_charset_is_found():
    body = response("200 OK", "größe".encode("latin-1"), "Content-Type: text/html; charset=ISO-8859-1")
    assert (await _check(body, expected_body="größe")).reason is None
    odd = response("200 OK", b"plain", "Content-Type: text/html; charset=klingon")
    assert (await _check(odd, expected_body="plain")).reason is None


_RAW = zlib.compressobj(wbits=-15)
_RAW_DEFLATE = _RAW.compress(b"packed") + _RAW.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"packed", mtime=0)),
        ("x-gzip", gzip.compress(b"packed", mtime=0)),
        ("deflate", zlib.compress(b"packed")),
        ("deflate", _RAW_DEFLATE),
        ("identity", b"packed"),
    ],
)
async def test_a_packed_body_is_unpacked_before_it_is_searched(encoding, body):
    parts = response("200 OK", body, f"Content-Encoding: {encoding}")
    assert (await _check(parts, expected_body="/^packed$/")).reason is None


@pytest.mark.parametrize(
    ("encoding", "body", "words"), [("br", b"\x01", "'br', which was not asked for"), ("gzip", b"no", "damaged")]
)
async def test_a_body_that_cannot_be_unpacked_says_so_only_where_it_is_needed(encoding, body, words):
    parts = response("200 OK", body, f"Content-Encoding: {encoding}")
    observation = await _check(parts, expected_body="x")
    assert observation.reason is Reason.BAD_RESPONSE
    assert words in observation.message
    assert (await _check(parts)).reason is None


async def test_chunks_with_extensions_and_trailers_are_put_together():
    parts = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"3;x=y\r\nhel\r\n2\r\nlo\r\n",
        b"0\r\nX-Trailer: 1\r\n\r\n",
    )
    trace = Trace()
    assert (await _check(*parts, expected_body="/^hello$/", trace=trace)).reason is None
    assert "X-Trailer" not in dict(trace.hops[0].headers)


async def test_a_body_without_length_ends_with_the_connection():
    assert (await _check(b"HTTP/1.1 200 OK\r\n\r\nall of it", expected_body="/^all of it$/")).reason is None


async def test_interim_responses_are_passed_over():
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    observation = await _check(early + response("200 OK", b"fin"), expected_body="fin")
    assert (observation.reason, observation.response_status) == (None, 200)


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
async def test_answers_without_a_body_do_not_wait_for_one(status):
    async def keeps_open(reader, writer):
        await read_request(reader)
        writer.write(f"HTTP/1.1 {status}\r\n\r\n".encode())
        await reader.read()

    async with serving(keeps_open) as port, guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{port}/", expected_status=status[:3])
    assert observation.reason is None


async def test_head_does_not_wait_for_the_body_the_headers_promise():
    async def keeps_open(reader, writer):
        assert (await read_request(reader)).startswith(b"HEAD / ")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        await reader.read()

    async with serving(keeps_open) as port, guarded_net() as net:
        assert (await look(net, f"http://127.0.0.1:{port}/", method="HEAD")).reason is None


async def test_the_request_is_what_the_configuration_says():
    seen: list[bytes] = []
    await _check(
        response(),
        seen=seen,
        path="/a?b=c",
        method="POST",
        headers={"X-One": "1", "User-Agent": "me", "Host": "other.example:81"},
        body='{"a": "ü"}',
        bearer_token="t0ken",
    )
    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a?b=c HTTP/1.1"
    assert sorted(lines[1:]) == sorted(
        [
            "Accept: */*",
            "Accept-Encoding: gzip, deflate",
            "X-One: 1",
            "User-Agent: me",
            "Host: other.example:81",
            "Authorization: Bearer t0ken",
            "Content-Type: application/json",
            "Content-Length: 11",
            "Connection: close",
        ]
    )
    assert body == '{"a": "ü"}'.encode()


async def test_basic_auth_and_plain_bodies_are_encoded():
    seen: list[bytes] = []
    await _check(response(), seen=seen, method="PUT", body="plain", basic_username="ü", basic_password="p:w")
    assert b"Authorization: Basic w7w6cDp3\r\n" in seen[0]
    assert b"Content-Type: text/plain; charset=utf-8\r\n" in seen[0]


async def test_a_large_request_body_is_sent_whole():
    seen: list[bytes] = []
    body = "x" * 65_536
    assert (await _check(response(), seen=seen, method="POST", body=body)).reason is None
    assert seen[0].endswith(b"\r\n\r\n" + body.encode())


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


async def test_redirects_end_at_the_limit():
    async with serving(answering(response("302 Found", b"", "Location: /again"))) as port, guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{port}/", max_redirects=3)
    assert observation.reason is Reason.TOO_MANY_REDIRECTS
    assert observation.message == "more than 3 redirects"
    assert observation.response_status == 302


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


async def test_a_server_that_says_nothing_and_closes_is_a_lost_connection():
    observation = await _check()
    assert observation.reason is Reason.CONNECTION_LOST
    assert "without answering" in observation.message


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Part", "in the middle of the response headers"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "in the middle of the body, after 3 of 10 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "in the middle of the body, after 2 bytes"),
    ],
)
async def test_a_connection_lost_on_the_way_says_where(raw, words):
    observation = await _check(raw)
    assert observation.reason is Reason.CONNECTION_LOST
    assert words in observation.message
    assert observation.response_time_ms is None
    assert observation.response_status == (None if b"X-Part" in raw else 200)


async def test_a_reset_in_the_middle_is_a_lost_connection():
    async def reset(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        await writer.drain()
        # Closing with the request unread makes the kernel send a reset.

    async with serving(reset) as port, guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{port}/")
    assert observation.reason is Reason.CONNECTION_LOST


async def test_concurrent_checks_keep_their_answers_apart():
    async def echo_path(reader, writer):
        path = (await read_request(reader)).split()[1]
        await asyncio.sleep(0.001)
        writer.write(response("200 OK", path * 2000))

    async with serving(echo_path) as port, guarded_net() as net:
        checks = (look(net, f"http://127.0.0.1:{port}/{n}", expected_body=f"/{n}/{n}/") for n in range(200))
        observations = await asyncio.gather(*checks)
        assert net.reactor.watched == 0
    assert [each.message for each in observations if each.reason] == []


async def test_one_probe_runs_many_times_and_several_at_once():
    probe = parse_probe("http", {"url": f"http://127.0.0.1:{free_port()}/"})
    assert probe.plan is probe.plan
    seen: list[bytes] = []
    async with serving(answering(response(), seen=seen)) as port, guarded_net() as net:
        await asyncio.gather(*(look(net, f"http://127.0.0.1:{port}/") for _ in range(3)))
    assert len(set(seen)) == 1
