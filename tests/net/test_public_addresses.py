"""Public addresses without leaving the machine: in a network namespace of their own they are put on its loopback."""

import json
import shutil
import subprocess
import sys

import pytest

# The child has 8.8.8.8 and a public IPv6 address on `lo`, and no other network at all.
CHILD = """
import asyncio, json, sys
from tests.support.nameserver import name_server
from tests.support.wire import answering, guarded_net, look, response, serving

IPV6 = "2606:4700:4700::1111"

def answers(name, before):
    return {
        "public.test": ["8.8.8.8", IPV6],
        "mixed.test": ["8.8.8.8", "10.0.0.1"],
        "rebind.test": ["8.8.8.8"] if before == 0 else ["127.0.0.1"],
    }[name]

async def main():
    seen = {}
    async def check(label, net, url, **config):
        observation = await look(net, url, **config)
        seen[label] = [observation.reason, observation.response_status]
    inside = []
    with name_server(answers) as server:
        async with (
            serving(answering(response()), host="8.8.8.8", port=80),
            serving(answering(response()), host=IPV6, port=80),
            serving(answering(response(), seen=inside), port=80),
            serving(answering(response("302 Found", b"", "Location: http://127.0.0.1/")), host="8.8.8.8", port=81),
            guarded_net([], dns=[server.address]) as net,
        ):
            await check("literal", net, "http://8.8.8.8/")
            await check("literal6", net, f"http://[{IPV6}]/")
            await check("name", net, "http://public.test/")
            await check("mixed", net, "http://mixed.test/")
            await check("rebind first", net, "http://rebind.test/")
            await check("rebind second", net, "http://rebind.test/")
            await check("redirect inside", net, "http://8.8.8.8:81/")
            await check("redirect judged", net, "http://8.8.8.8:81/", max_redirects=0, expected_status="302")
            await check("no route", net, "http://1.1.1.1/")
            await check("metadata", net, "http://169.254.169.254/")
    seen["requests inside"] = len(inside)
    print(json.dumps(seen))

asyncio.run(main())
"""

SETUP = (
    "ip link set lo up && ip addr add 8.8.8.8/32 dev lo && ip addr add 2606:4700:4700::1111/128 dev lo nodad && "
    'exec "$@"'
)


def _in_namespace(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["unshare", "-rn", "sh", "-c", SETUP, "sh", *command], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def namespace() -> None:
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("needs unshare and ip (packages util-linux and iproute2)")
    tried = _in_namespace("true")
    if tried.returncode:
        pytest.skip(f"this machine does not let us make a network namespace: {tried.stderr.strip()}")


def test_public_addresses_are_reached_and_nothing_leads_from_them_inside(namespace, pytestconfig):
    child = subprocess.run(
        ["unshare", "-rn", "sh", "-c", SETUP, "sh", sys.executable, "-c", CHILD],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=pytestconfig.rootpath,
    )
    assert child.returncode == 0, child.stderr
    assert json.loads(child.stdout) == {
        "literal": [None, 200],
        "literal6": [None, 200],
        "name": [None, 200],
        "mixed": ["blocked", None],
        "rebind first": [None, 200],
        "rebind second": ["blocked", None],
        "redirect inside": ["blocked", None],
        "redirect judged": [None, 302],
        "no route": ["connect_failed", None],
        "metadata": ["blocked", None],
        "requests inside": 0,
    }
