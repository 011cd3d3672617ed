"""Which addresses are dialled, in which order, and that nothing else ever is (S2)."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from healther.net.connection import Connection
from healther.net.errors import DeadlineError
from healther.probes.base import Reason
from tests.support.audit import dials
from tests.support.nameserver import name_server, silent_name_server
from tests.support.servers import free_port
from tests.support.wire import answering, guarded_net, look, response, serving


@contextmanager
def black_hole() -> Iterator[int]:
    """A port whose backlog is full: connection attempts are never answered."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        try:
            yield listener.getsockname()[1]
        finally:
            for filler in fillers:
                filler.close()


async def test_exactly_the_checked_address_is_dialled_with_the_original_host():
    seen: list[bytes] = []
    with name_server(lambda _name, _before: ["127.0.0.1"]) as server, dials() as dialled:
        async with serving(answering(response(), seen=seen)) as port, guarded_net(dns=[server.address]) as net:
            dialled.clear()
            observation = await look(net, f"http://service.test:{port}/path?x")
    assert observation.reason is None
    assert dialled == [("127.0.0.1", port)]
    assert seen[0].startswith(b"GET /path?x HTTP/1.1\r\nHost: service.test:%d\r\n" % port)


async def test_a_name_that_changes_its_mind_is_resolved_once_and_never_gets_inside():
    # The first answer is public and allowed here as 127.0.0.2; every later one is the loopback that is not.
    with name_server(lambda _name, before: ["127.0.0.2"] if before == 0 else ["127.0.0.1"]) as server:
        seen: list[bytes] = []
        async with (
            serving(answering(response()), host="127.0.0.2") as port,
            serving(answering(response(), seen=seen), port=port),
            guarded_net(["127.0.0.2/32"], dns=[server.address]) as net,
        ):
            with dials() as dialled:
                first = await look(net, f"http://rebind.test:{port}/")
                second = await look(net, f"http://rebind.test:{port}/")
    assert first.reason is None
    assert second.reason is Reason.BLOCKED
    assert server.questions.count(("rebind.test", "A")) == 2
    assert dialled == [("127.0.0.2", port)]
    assert seen == []


async def test_a_mixed_answer_is_refused_and_nothing_is_dialled():
    with name_server(lambda _name, _before: ["127.0.0.2", "127.0.0.1"]) as server, dials() as dialled:
        async with guarded_net(["127.0.0.2/32"], dns=[server.address]) as net:
            observation = await look(net, "http://mixed.test/")
    assert observation.reason is Reason.BLOCKED
    assert "127.0.0.1" in observation.message
    assert dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://255.255.255.255/",
        "https://100.64.0.1:8443/",
    ],
)
async def test_inside_addresses_are_blocked_and_never_dialled(url):
    with dials() as dialled:
        async with guarded_net([]) as net:
            observation = await look(net, url)
    assert observation.reason is Reason.BLOCKED
    assert "HEALTHER_ALLOW_NETWORKS" in observation.message
    assert observation.response_time_ms is None
    assert dialled == []


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "//[::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://inside.test/",
    ],
)
async def test_a_redirect_to_the_inside_is_blocked_and_never_dialled(location):
    with name_server(lambda _name, _before: ["10.0.0.1"]) as server:
        redirect = response("302 Found", b"", f"Location: {location}")
        async with (
            serving(answering(redirect), host="127.0.0.2") as port,
            guarded_net([f"127.0.0.2/32:{port}"], dns=[server.address]) as net,
        ):
            with dials() as dialled:
                observation = await look(net, f"http://127.0.0.2:{port}/")
    assert observation.reason is Reason.BLOCKED
    assert "(after 1 redirect)" in observation.message
    assert dialled == [("127.0.0.2", port)]


async def test_the_next_address_is_tried_when_one_refuses():
    with name_server(lambda _name, _before: ["::1", "127.0.0.1"]) as server:
        async with serving(answering(response()), host="::1") as port, guarded_net(dns=[server.address]) as net:
            with dials() as dialled:
                observation = await look(net, f"http://dual.test:{port}/")
    assert observation.reason is None
    assert dialled == [("127.0.0.1", port), ("::1", port)]


async def test_a_machine_without_ipv6_still_checks_hosts_that_have_both(monkeypatch):
    real = socket.socket

    class NoIpv6(real):
        def __init__(self, family: int = -1, *rest: int, **more: object) -> None:
            if family == socket.AF_INET6:
                raise OSError(97, os.strerror(97))
            super().__init__(family, *rest, **more)

    with name_server(lambda _name, _before: ["127.0.0.1", "::1"]) as server:
        async with serving(answering(response())) as port, guarded_net(dns=[server.address]) as net:
            monkeypatch.setattr(socket, "socket", NoIpv6)
            assert (await look(net, f"http://dual.test:{port}/")).reason is None
            only_6 = await look(net, f"http://[::1]:{port}/")
            monkeypatch.undo()
    assert only_6.reason is Reason.CONNECT_FAILED


async def test_an_address_that_never_answers_leaves_time_for_the_next_one():
    with black_hole() as port, name_server(lambda _name, _before: ["127.0.0.1", "::1"]) as server:
        async with (
            serving(answering(response()), host="::1", port=port),
            guarded_net(dns=[server.address]) as net,
        ):
            observation = await look(net, f"http://half.test:{port}/", timeout_s=1.0)
    assert observation.reason is None
    assert observation.phases.connect_ms > 400


async def test_a_port_nobody_listens_on_is_refused():
    async with guarded_net() as net:
        observation = await look(net, f"http://127.0.0.1:{free_port()}/")
    assert observation.reason is Reason.CONNECT_REFUSED
    assert "nothing listens on 127.0.0.1:" in observation.message


async def test_an_address_that_never_answers_is_a_connect_timeout():
    with black_hole() as port:
        async with guarded_net() as net:
            observation = await look(net, f"http://127.0.0.1:{port}/", timeout_s=0.3)
    assert observation.reason is Reason.CONNECT_TIMEOUT
    assert "did not answer the connection attempt within 0." in observation.message


async def test_a_cancelled_check_leaves_no_descriptor_behind():
    def open_sockets() -> int:
        links = (os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd"))
        return sum("socket:" in link for link in links)

    async with guarded_net() as net:
        with black_hole() as port:
            before = open_sockets()
            checks = [asyncio.ensure_future(look(net, f"http://127.0.0.1:{port}/")) for _ in range(20)]
            await asyncio.sleep(0)
            assert open_sockets() == before + 20
            for check in checks:
                check.cancel()
            await asyncio.gather(*checks, return_exceptions=True)
            assert open_sockets() == before
            assert net.reactor.watched == 0


async def test_a_deadline_that_has_passed_ends_every_later_wait_too():
    with black_hole() as port:
        async with guarded_net() as net:
            connection = Connection(net.reactor, time.monotonic() - 1)
            with pytest.raises(DeadlineError):
                await connection.connect("127.0.0.1", port, no_delay=False)
            with pytest.raises(DeadlineError):
                await net.reactor.wait(connection)
            connection.close()
            connection.close()


async def test_a_name_that_does_not_exist_is_dns_failed():
    with name_server(lambda _name, _before: None) as server:
        async with guarded_net(dns=[server.address]) as net:
            observation = await look(net, "http://missing.test/")
    assert (observation.reason, observation.phases.connect_ms) == (Reason.DNS_FAILED, None)
    assert "missing.test" in observation.message
    assert "the name does not exist" in observation.message


async def test_name_servers_that_say_nothing_until_the_deadline_are_dns_failed_and_no_timeout_of_the_service():
    with silent_name_server() as address:
        async with guarded_net(dns=[address]) as net:
            observation = await look(net, "http://service.test/", timeout_s=0.2)
    assert (observation.reason, observation.phases.connect_ms) == (Reason.DNS_FAILED, None)
    assert observation.message.startswith("the name servers did not answer for service.test within 0.")
