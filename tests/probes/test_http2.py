"""HTTP/2 against a real server made of h2 on TLS."""

import asyncio
import gzip

import h2.config
import h2.connection
import h2.events
import pytest

from healther.probes.base import Reason, Trace
from tests.support.wire import answering, guarded_net, look, response, serving
from tests.support.wire_h2 import h2_reply, h2_server


@pytest.fixture
def check(pki):
    async def run(handler, *, path="/", trace=None, timeout_s=10.0, alpn=("h2",), **config):
        async with (
            serving(handler, tls=pki.server("127.0.0.1", alpn=list(alpn))) as port,
            guarded_net(ca_file=pki.ca_file) as net,
        ):
            return await look(
                net, f"https://127.0.0.1:{port}{path}", http2=True, trace=trace, timeout_s=timeout_s, **config
            )

    return run


async def test_http2_is_spoken_where_the_server_takes_it(check):
    seen = {}

    def answer(connection, headers, body):
        seen.update(headers)
        h2_reply(connection, "200", b"hello", ("content-type", "text/plain"))

    trace = Trace()
    observation = await check(
        h2_server(answer), path="/a?b", trace=trace, headers={"X-One": "1"}, bearer_token="t", expected_body="hello"
    )
    assert observation.reason is None
    assert observation.phases.tls_ms > 0
    assert observation.phases.first_byte_ms > 0
    assert trace.hops[0].http_version == "2"
    assert trace.hops[0].headers == [("content-type", "text/plain")]
    assert (seen[":method"], seen[":path"], seen[":scheme"], seen["x-one"]) == ("GET", "/a?b", "https", "1")
    assert seen["authorization"] == "Bearer t"
    assert seen[":authority"].startswith("127.0.0.1:")
    assert "connection" not in seen
    assert "host" not in seen


async def test_http1_is_spoken_where_the_server_does_not_take_http2(check):
    trace = Trace()
    observation = await check(answering(response("200 OK", b"old")), alpn=["http/1.1"], trace=trace)
    assert observation.reason is None
    assert trace.hops[0].http_version == "1.1"


async def test_a_request_body_larger_than_the_first_window_is_sent_whole(check):
    seen = []

    def answer(connection, _headers, body):
        seen.append(body)
        h2_reply(connection)

    body = "x" * 65_536
    assert (await check(h2_server(answer), method="POST", body=body)).reason is None
    assert seen == [body.encode()]


async def test_redirects_cookies_and_packed_bodies_work_as_in_http1(check):
    def answer(connection, headers, _body):
        if headers[":path"] == "/":
            h2_reply(connection, "302", b"", ("location", "/next"))
        else:
            h2_reply(connection, "200", gzip.compress(b"packed"), ("content-encoding", "gzip"))

    observation = await check(h2_server(answer), expected_body="/^packed$/")
    assert (observation.reason, observation.response_status) == (None, 200)


async def test_the_body_is_read_to_the_limit_and_no_further(check):
    def answer(connection, _headers, _body):
        connection.send_headers(1, [(":status", "200")])
        while (room := connection.local_flow_control_window(1)) > 0:
            connection.send_data(1, b"a" * min(room, 16_384))

    trace = Trace()
    observation = await check(h2_server(answer), max_body_bytes=10_000, trace=trace)
    assert observation.reason is None
    assert trace.body_bytes == 10_000


async def test_a_large_body_comes_whole_because_windows_are_opened_again(check):
    started, left = False, 500_000

    def answer(connection, _headers, _body):
        nonlocal started
        connection.send_headers(1, [(":status", "200")])
        started = True

    def go_on(connection):
        nonlocal left
        while started and left and (room := min(connection.local_flow_control_window(1), 16_384, left)) > 0:
            left -= room
            connection.send_data(1, b"a" * room, end_stream=not left)

    trace = Trace()
    assert (await check(h2_server(answer, go_on=go_on), trace=trace)).reason is None
    assert left == 0
    assert trace.body_bytes == 500_000


async def test_a_flood_of_interim_responses_is_refused(check):
    def answer(connection, _headers, _body):
        for _ in range(20):
            connection.send_headers(1, [(":status", "103")])

    observation = await check(h2_server(answer))
    assert observation.reason is Reason.BAD_RESPONSE
    assert "interim" in observation.message


async def test_headers_beyond_the_limit_are_refused(check):
    def answer(connection, _headers, _body):
        h2_reply(connection, "200", b"", *((f"x-{n}", "v" * 4000) for n in range(40)))

    observation = await check(h2_server(answer))
    assert observation.reason is Reason.BAD_RESPONSE


async def test_frames_without_end_and_without_a_response_are_refused(check):
    async def handler(reader, writer):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        await reader.read(100)
        while True:
            for _ in range(1000):
                connection.ping(b"12345678")
            writer.write(connection.data_to_send())
            await writer.drain()

    observation = await check(handler, max_body_bytes=1000)
    assert observation.reason is Reason.BAD_RESPONSE
    assert "without end" in observation.message


async def test_a_reset_stream_is_a_lost_connection_that_says_why(check):
    observation = await check(h2_server(lambda connection, *_: connection.reset_stream(1, 7)))
    assert observation.reason is Reason.CONNECTION_LOST
    assert "REFUSED_STREAM" in observation.message


async def test_a_goaway_is_a_lost_connection_that_says_why(check):
    observation = await check(h2_server(lambda connection, *_: connection.close_connection(11)))
    assert observation.reason is Reason.CONNECTION_LOST
    assert "ENHANCE_YOUR_CALM" in observation.message


async def test_a_connection_lost_before_the_end_says_where(check):
    def answer(connection, _headers, _body):
        connection.send_headers(1, [(":status", "200")])

    observation = await check(h2_server(answer, linger=False))
    assert observation.reason is Reason.CONNECTION_LOST
    assert "in the middle of the response" in observation.message
    assert observation.response_status == 200


async def test_nonsense_instead_of_frames_is_a_bad_response(check):
    async def handler(reader, writer):
        await reader.read(100)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" * 10)
        await writer.drain()
        await reader.read()

    observation = await check(handler)
    assert observation.reason is Reason.BAD_RESPONSE
    assert "HTTP/2" in observation.message


async def test_silence_and_drips_are_bounded_by_the_deadline(check):
    async def silent(reader, writer):
        await reader.read()

    assert (await check(silent, timeout_s=0.3)).reason is Reason.TIMEOUT

    async def drip(reader, writer):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        connection.receive_data(await reader.read(65_536))
        connection.send_headers(1, [(":status", "200")])
        while True:
            connection.send_data(1, b"a")
            writer.write(connection.data_to_send())
            await writer.drain()
            await asyncio.sleep(0.01)

    observation = await check(drip, timeout_s=0.4)
    assert observation.reason is Reason.TIMEOUT
    assert observation.response_status in (None, 200)
