"""The HTTP probe against real servers: what is sent, what is judged, where redirects lead."""

import asyncio
import gzip
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
