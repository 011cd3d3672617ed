"""Guesses are counted before they are looked at, and nobody is locked out by somebody else (A2)."""

import asyncio

import pytest
from sqlmodel import func, select

from healther.accounts import throttle
from healther.accounts.models import SignInThrottle
from healther.accounts.throttle import Limit, address_group, take
from healther.core.db import Database
from healther.core.errors import ThrottledProblem
from tests.support.api import PASSWORD, Api, running_api

NOW_MS = 1_795_000_000_000
LIMIT = Limit("test", 3)


async def tries(db: Database, count: int, now_ms: int, key: bytes = b"k") -> int:
    """How many of `count` tries pass."""
    passed = 0
    for _ in range(count):
        try:
            async with db.write() as session:
                await take(session, LIMIT, key, now_ms)
            passed += 1
        except ThrottledProblem:
            continue
    return passed


async def test_a_window_has_so_many_tries_and_then_begins_anew(db: Database) -> None:
    assert await tries(db, 5, NOW_MS) == 3
    assert await tries(db, 1, NOW_MS + throttle.WINDOW_MS - 1) == 0
    assert await tries(db, 5, NOW_MS + throttle.WINDOW_MS) == 3


async def test_keys_do_not_count_for_each_other_and_old_ones_are_forgotten(db: Database) -> None:
    assert await tries(db, 3, NOW_MS, b"a") == 3
    assert await tries(db, 3, NOW_MS + 1, b"b") == 3
    await tries(db, 1, NOW_MS + 2 * throttle.WINDOW_MS, b"c")
    async with db.read() as session:
        assert (await session.exec(select(func.count()).select_from(SignInThrottle))).one() == 1


async def test_a_burst_does_not_slip_through(api: Api) -> None:
    person = await api.person("ada")
    api.passwords.verified.clear()
    guesser = api.client("203.0.113.7")
    answers = await asyncio.gather(
        *(guesser.post("/auth/token", data={"username": person.email, "password": f"guess {n}"}) for n in range(25))
    )
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 15
    assert len(api.passwords.verified) == 10


async def test_the_victim_signs_in_from_elsewhere_while_an_attacker_is_throttled(api: Api) -> None:
    victim = await api.person("ada")
    attacker = api.client("203.0.113.7")
    right = {"username": victim.email, "password": PASSWORD}
    for number in range(10):
        await attacker.post("/auth/token", data={"username": victim.email, "password": f"guess {number}"})
    refused = await attacker.post("/auth/token", data=right)
    assert refused.status_code == 429, "not even the right password counts now"
    assert int(refused.headers["Retry-After"]) > 0
    assert (await api.client("203.0.113.8").post("/auth/token", data=right)).status_code == 200
    assert (await victim.sign_in()).status_code == 200


async def test_an_address_that_tries_many_accounts_is_throttled(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "SIGN_IN_ADDRESS", Limit("sign-in address", 12))
    http = api.client("203.0.113.7")
    statuses = [
        (await http.post("/auth/token", data={"username": f"user{n}@example.org", "password": "x"})).status_code
        for n in range(15)
    ]
    assert statuses == [401] * 12 + [429] * 3


async def test_signing_in_often_and_rightly_is_fine(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "SIGN_IN_ADDRESS", Limit("sign-in address", 3))
    person = await sqlite_api.person("ada")
    for _ in range(12):
        assert (await person.sign_in()).status_code == 200


async def test_the_table_holds_neither_accounts_nor_addresses(api: Api) -> None:
    await api.client("203.0.113.7").post("/auth/token", data={"username": "ada@example.org", "password": "x"})
    async with api.db.read() as session:
        keys = (await session.exec(select(SignInThrottle.key))).all()
    assert len(keys) == 2
    assert all(len(key) == 32 and b"ada" not in key and b"203" not in key for key in keys)


async def test_a_forwarded_address_counts_only_from_a_trusted_proxy(db: Database, database_url: str) -> None:
    async with running_api(db, database_url, trusted_proxies=("192.0.2.0/24",)) as api:
        form = {"username": "ada@example.org", "password": "x"}

        async def statuses(address: str, count: int) -> list[int]:
            http = api.client(address)
            return [
                (await http.post("/auth/token", data=form, headers={"X-Forwarded-For": f"203.0.113.{n}"})).status_code
                for n in range(count)
            ]

        assert 429 not in await statuses("192.0.2.1", 12), "each is another client of the proxy"
        assert 429 in await statuses("198.51.100.1", 12), "written by the client itself"


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_addresses_are_counted_by_who_can_have_them(address: str, group: str) -> None:
    assert address_group(address) == group
