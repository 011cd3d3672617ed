"""Servers that mean harm or are broken: each costs a bounded time and a bounded memory."""

import asyncio
import gzip
import random
import time
import tracemalloc

import pytest

from healther.probes.base import Reason, Trace
from tests.support.wire import answering, guarded_net, look, read_request, response, serving

MIB = 1_048_576
# Deadlines are swept every 25 ms; the rest is a busy machine's scheduling.
SLACK_S = 2.0
# Under tracemalloc on a busy machine: what is read to the limit has to get there.
FLOOD_S = 10.0


def _dripping(head: bytes, drip: bytes):
    async def handler(reader, writer):
        await read_request(reader)
        writer.write(head)
        while True:
            writer.write(drip)
            await writer.drain()
            await asyncio.sleep(0.01)

    return handler


def _flooding(head: bytes, block: bytes):
    async def handler(reader, writer):
        await read_request(reader)
        writer.write(head)
        while True:
            writer.write(block)
            await writer.drain()

    return handler


async def _timed(handler, **config):
    """(observation, seconds, peak of memory in bytes beyond the start)."""
    async with serving(handler) as port, guarded_net() as net:
        await asyncio.sleep(0)
        tracemalloc.start()
        started = time.monotonic()
        try:
            observation = await look(net, f"http://127.0.0.1:{port}/", **config)
            took_s = time.monotonic() - started
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    return observation, took_s, peak


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (_dripping(b"", b"H"), "bad"),
        (_dripping(b"HTTP/1.1 200 OK\r\nX: ", b"a"), "did not end within 0."),
        (_dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"a"), "did not end within 0."),
        (_dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"), "did not end within 0."),
    ],
    ids=["status line", "header", "body", "chunks"],
)
async def test_a_drip_is_bounded_by_the_total_deadline(handler, words):
    observation, took_s, peak = await _timed(handler, timeout_s=0.3)
    assert peak < MIB
    if words == "bad":
        assert observation.reason in (Reason.BAD_RESPONSE, Reason.TIMEOUT)
    else:
        assert observation.reason is Reason.TIMEOUT
        assert words in observation.message
    assert took_s < 0.3 + SLACK_S
    assert observation.response_time_ms is None


async def test_a_server_that_never_answers_is_a_timeout_that_says_so():
    async def silent(reader, writer):
        await reader.read()

    async with serving(silent) as port, guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{port}/", timeout_s=0.2)
    assert observation.reason is Reason.TIMEOUT
    assert observation.message.startswith("connected to 127.0.0.1, but no response came within 0.")
    assert observation.phases.connect_ms is not None


async def test_the_deadline_is_total_over_redirects():
    async def slow_redirect(reader, writer):
        await read_request(reader)
        await asyncio.sleep(0.12)
        writer.write(response("302 Found", b"", "Location: /again"))

    observation, took_s, peak = await _timed(slow_redirect, timeout_s=0.4, max_redirects=10)
    assert observation.reason is Reason.TIMEOUT
    assert took_s < 0.4 + SLACK_S
    assert peak < MIB


async def test_a_server_that_reads_nothing_cannot_hold_a_large_request_past_the_deadline():
    async def deaf(reader, writer):
        await asyncio.Event().wait()

    observation, took_s, _ = await _timed(deaf, timeout_s=0.3, method="POST", body="x" * 65_536)
    assert observation.reason is Reason.TIMEOUT
    assert took_s < 0.3 + SLACK_S


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff0\r\n",
    ],
    ids=["until close", "length", "one chunk"],
)
async def test_an_endless_body_is_read_to_the_limit_and_no_further(head):
    trace = Trace()
    flood = _flooding(head, b"a" * 65_536)
    observation, took_s, peak = await _timed(flood, timeout_s=FLOOD_S, trace=trace, expected_body="/^a+$/")
    assert took_s < FLOOD_S + SLACK_S
    assert observation.reason is None
    assert trace.body_bytes == MIB
    assert peak < 8 * MIB


async def test_text_after_the_limit_is_not_found_and_the_message_says_where_reading_stopped():
    body = b"a" * 1000 + b"needle"
    observation, _, _ = await _timed(answering(response("200 OK", body)), expected_body="needle", max_body_bytes=1000)
    assert observation.reason is Reason.BODY_MISMATCH
    assert "reading stopped at the limit of 1000 bytes" in observation.message


async def test_a_body_of_exactly_the_limit_is_whole():
    trace = Trace()
    await _timed(answering(response("200 OK", b"a" * 1000)), max_body_bytes=1000, trace=trace)
    assert trace.body_bytes == 1000
    none, _, _ = await _timed(answering(response("200 OK", b"a" * 1000)), max_body_bytes=0)
    assert none.reason is None


async def test_tiny_chunks_cannot_multiply_what_is_read():
    flood = _flooding(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 10_000)
    observation, took_s, peak = await _timed(flood, timeout_s=FLOOD_S, max_body_bytes=100_000)
    assert took_s < FLOOD_S + SLACK_S
    assert observation.reason is None
    assert peak < 8 * MIB


async def test_endless_trailers_are_not_read():
    flood = _flooding(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"X: y\r\n" * 10_000)
    observation, took_s, peak = await _timed(flood, timeout_s=FLOOD_S, max_body_bytes=100_000)
    assert took_s < FLOOD_S + SLACK_S
    assert observation.reason is None
    assert peak < 8 * MIB


@pytest.mark.parametrize("block", [b"X-Header: value\r\n" * 1000, b"a" * 65_536], ids=["many", "one"])
async def test_endless_headers_are_refused(block):
    flood = _flooding(b"HTTP/1.1 200 OK\r\nX-First: ", block)
    observation, took_s, peak = await _timed(flood, timeout_s=FLOOD_S)
    assert took_s < FLOOD_S + SLACK_S
    assert observation.reason is Reason.BAD_RESPONSE
    assert observation.message == "the response headers are larger than 64 KiB"
    assert peak < 24 * MIB


async def test_a_flood_of_interim_responses_is_refused():
    flood = _flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    observation, took_s, peak = await _timed(flood, timeout_s=FLOOD_S)
    assert took_s < FLOOD_S + SLACK_S
    assert observation.reason is Reason.BAD_RESPONSE
    assert "interim" in observation.message
    assert peak < 8 * MIB


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_is_unpacked_to_the_limit_and_no_further(encoding):
    # Some servers say deflate and mean gzip; both are unpacked under the same bound.
    bomb = gzip.compress(bytes(64 * MIB), 6)
    assert len(bomb) < MIB
    parts = response("200 OK", bomb, f"Content-Encoding: {encoding}")
    observation, took_s, peak = await _timed(answering(parts), timeout_s=FLOOD_S, expected_body="never there")
    assert took_s < FLOOD_S + SLACK_S
    assert observation.reason is Reason.BODY_MISMATCH
    assert f"not found in {MIB} bytes" in observation.message
    assert peak < 12 * MIB


async def test_a_truncated_gzip_body_is_searched_as_far_as_it_goes():
    raw = gzip.compress(b"needle " + bytes(range(256)) * 5000)
    observation, _, _ = await _timed(
        answering(response("200 OK", raw, "Content-Encoding: gzip")), expected_body="needle", max_body_bytes=1000
    )
    assert observation.reason is None


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n",
        b"<html>hello</html>\r\n\r\n",
    ],
)
async def test_an_answer_that_is_not_http_is_a_bad_response(raw):
    observation, _, _ = await _timed(answering(raw), timeout_s=3.0)
    assert observation.reason is Reason.BAD_RESPONSE
    assert observation.message


async def test_tls_on_a_plain_url_says_so():
    async def alert(reader, writer):
        await read_request(reader)
        writer.write(b"\x15\x03\x01\x00\x02\x02\x46")

    observation, _, _ = await _timed(alert)
    assert observation.reason is Reason.BAD_RESPONSE
    assert "try https://" in observation.message


async def test_bytes_after_the_response_do_no_harm():
    observation, _, _ = await _timed(answering(response("200 OK", b"ok") + b"garbage\x00" * 100))
    assert observation.reason is None


async def test_an_evil_pattern_on_a_large_body_is_linear_and_other_checks_go_on():
    # With backtracking this pattern would run for longer than the universe has: finishing at all is the proof.
    evil = answering(response("200 OK", b"a" * (MIB - 1) + b"!"))
    async with serving(evil) as port, serving(answering(response())) as other, guarded_net() as net:
        bad, *others = await asyncio.gather(
            look(net, f"http://127.0.0.1:{port}/", expected_body="/^(a+)+$/"),
            *(look(net, f"http://127.0.0.1:{other}/") for _ in range(20)),
        )
    assert bad.reason is Reason.BODY_MISMATCH
    assert [each.message for each in others if each.reason] == []


async def test_a_costly_search_leaves_the_loop_and_ends_with_the_deadline():
    body = bytes(b"ab"[byte & 1] for byte in random.Random(7).randbytes(MIB))
    async with (
        serving(answering(response("200 OK", body))) as port,
        serving(answering(response())) as other,
        guarded_net() as net,
    ):
        searching = asyncio.ensure_future(
            look(net, f"http://127.0.0.1:{port}/", expected_body="/[ab]*a[ab]{60}c/", timeout_s=0.4)
        )
        beside = [await look(net, f"http://127.0.0.1:{other}/") for _ in range(10)]
        observation = await searching
    assert [each.message for each in beside if each.reason] == []
    # Faster machines finish; on the others it is our limit, and no fault of the service.
    assert observation.reason in (Reason.BODY_MISMATCH, Reason.MISCONFIGURED)
    assert observation.response_status == 200


async def test_an_early_answer_to_a_request_not_read_is_still_seen():
    async def early(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response("413 Content Too Large"))
        await writer.drain()
        await reader.read()

    async with serving(early) as port, guarded_net() as net:
        observation = await look(
            net, f"http://127.0.0.1:{port}/", method="POST", body="x" * 65_536, expected_status="413"
        )
    assert observation.reason is None
