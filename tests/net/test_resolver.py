"""Names: asked anew for every check, shared at the same moment, never past the deadline."""

import asyncio
import time

import pytest

from healther.net.errors import DeadlineError, NetError
from tests.support.nameserver import name_server, silent_name_server
from tests.support.wire import guarded_net


def _soon() -> float:
    return time.monotonic() + 10


async def test_every_lookup_asks_the_name_server_again_whatever_the_ttl():
    with name_server(lambda _name, _before: ["192.0.2.1"]) as server:
        async with guarded_net(dns=[server.address]) as net:
            for _ in range(3):
                addresses, _ = await net.resolver.lookup("service.test", _soon())
                assert addresses == ("192.0.2.1",)
    assert server.questions.count(("service.test", "A")) == 3


async def test_lookups_of_one_name_at_the_same_moment_are_one_question():
    with name_server(lambda _name, _before: ["192.0.2.1"]) as server:
        async with guarded_net(dns=[server.address]) as net:
            results = await asyncio.gather(*(net.resolver.lookup("service.test", _soon()) for _ in range(20)))
    assert {addresses for addresses, _ in results} == {("192.0.2.1",)}
    assert server.questions.count(("service.test", "A")) == 1


async def test_addresses_of_both_families_come_ipv4_first():
    with name_server(lambda _name, _before: ["2001:db8::1", "192.0.2.1", "192.0.2.2"]) as server:
        async with guarded_net(dns=[server.address]) as net:
            addresses, _ = await net.resolver.lookup("dual.test", _soon())
    assert addresses[-1] == "2001:db8::1"
    assert set(addresses[:2]) == {"192.0.2.1", "192.0.2.2"}


async def test_localhost_needs_no_name_server():
    async with guarded_net(dns=["127.0.0.1:1"]) as net:
        addresses, _ = await net.resolver.lookup("localhost", _soon())
    assert "127.0.0.1" in addresses


@pytest.mark.parametrize(
    ("answer", "words"), [(None, "the name does not exist"), ((), "the name has no A or AAAA record")]
)
async def test_a_name_without_addresses_says_why(answer, words):
    with name_server(lambda _name, _before: answer) as server:
        async with guarded_net(dns=[server.address]) as net:
            with pytest.raises(NetError, match=words) as caught:
                await net.resolver.lookup("missing.test", _soon())
    assert caught.value.reason == "dns_failed"
    assert "missing.test" in caught.value.message


async def test_a_name_server_that_is_not_there_says_so():
    async with guarded_net(dns=["127.0.0.1:1"]) as net:
        with pytest.raises(NetError, match="no name server could be reached") as caught:
            await net.resolver.lookup("service.test", _soon())
    assert caught.value.reason == "dns_failed"


async def test_a_silent_name_server_costs_no_more_than_the_deadline():
    with silent_name_server() as address:
        async with guarded_net(dns=[address]) as net:
            with pytest.raises(DeadlineError):
                await net.resolver.lookup("service.test", time.monotonic() + 0.2)


async def test_one_waiter_giving_up_leaves_the_others_waiting():
    with name_server(lambda _name, _before: ["192.0.2.1"]) as server:
        async with guarded_net(dns=[server.address]) as net:
            first = asyncio.ensure_future(net.resolver.lookup("service.test", _soon()))
            second = asyncio.ensure_future(net.resolver.lookup("service.test", _soon()))
            await asyncio.sleep(0)
            first.cancel()
            addresses, _ = await second
    assert addresses == ("192.0.2.1",)


async def test_closing_the_network_ends_a_lookup_under_way():
    with silent_name_server() as address:
        async with guarded_net(dns=[address]) as net:
            lookup = asyncio.ensure_future(net.resolver.lookup("service.test", _soon()))
            await asyncio.sleep(0)
        with pytest.raises(DeadlineError):
            await lookup


async def test_a_name_s_texts_are_read_and_that_it_has_none_is_an_answer():
    answers = {"_proof.test": ["TXT one", "TXT two words"], "empty.test": ()}
    with name_server(lambda name, _before: answers.get(name)) as server:
        async with guarded_net(dns=[server.address]) as net:
            assert await net.resolver.texts("_proof.test", 10) == {b"one", b"two words"}
            assert await net.resolver.texts("empty.test", 10) == set()
            assert await net.resolver.texts("missing.test", 10) == set()


async def test_a_name_server_that_is_silent_or_not_there_is_no_answer_about_texts():
    with silent_name_server() as silent:
        async with guarded_net(dns=[silent]) as net:
            with pytest.raises(NetError, match="no name server answered in time"):
                await net.resolver.texts("_proof.test", 0.05)
    async with guarded_net(dns=["127.0.0.1:1"]) as net:
        with pytest.raises(NetError, match="no name server could be reached"):
            await net.resolver.texts("_proof.test", 10)
