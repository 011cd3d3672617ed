"""How often others are asked out of turn: what a cadence bounds otherwise, a button does not.

Counted in the database, so that any number of processes keep one count.
"""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts import throttle
from healther.core.clock import MINUTE_MS, SECOND_MS
from healther.core.errors import ThrottledProblem
from healther.core.urls import host_of

PERSON = throttle.Limit("out of turn, person", 60, MINUTE_MS)
WORKSPACE = throttle.Limit("out of turn, workspace", 60, MINUTE_MS)
# A bulk action is one button for all the watchers of a workspace.
BULK = throttle.Limit("out of turn, bulk", 2_000, MINUTE_MS)
# Somebody's home is one host with dozens of services; watchers every ten seconds ask six times a minute each anyway.
BULK_HOST = throttle.Limit("out of turn, bulk, host", 200, MINUTE_MS)
# Whoever asks: several accounts are no way around it.
HOST = throttle.Limit("out of turn, host", 20, MINUTE_MS)


async def take(session: AsyncSession, user_id: UUID, workspace_id: UUID, url: str, now_ms: int) -> None:
    """Counts one test or check out of turn; raises ThrottledProblem."""
    person, workspace, host = PERSON.key(str(user_id)), WORKSPACE.key(str(workspace_id)), _host_of(url)
    await throttle.take(session, PERSON, person, now_ms, rule="You have tested and checked 60 times in a minute")
    rule = "60 tests and checks were asked for in this workspace in a minute"
    await throttle.take(session, WORKSPACE, workspace, now_ms, rule=rule)
    rule = f"{host} was tested and checked out of turn 20 times in a minute; its watchers go on in their turns"
    await throttle.take(session, HOST, HOST.key(host), now_ms, rule=rule)


async def take_bulk(
    session: AsyncSession, workspace_id: UUID, urls: Mapping[UUID, str], now_ms: int
) -> tuple[set[UUID], int]:
    """Counts checks of many watchers; which of them there is no room for, and in how many seconds there is."""
    if not urls:
        return set(), 0
    key = WORKSPACE.key(str(workspace_id))
    room, ends_ms = (await throttle.take_many(session, BULK, {key: len(urls)}, now_ms))[key]
    hosts = {watcher_id: BULK_HOST.key(_host_of(url)) for watcher_id, url in urls.items()}
    left = await throttle.take_many(session, BULK_HOST, Counter(hosts.values()), now_ms)
    rooms = Counter({host: count for host, (count, _) in left.items()})
    refused = set()
    for watcher_id, host in hosts.items():
        if room and rooms[host]:
            room, rooms[host] = room - 1, rooms[host] - 1
        else:
            refused.add(watcher_id)
    ends_ms = max(ends_ms, *(ends for _, ends in left.values()))
    return refused, max(1, -(-(ends_ms - now_ms) // SECOND_MS))


def all_refused(wait_s: int) -> ThrottledProblem:
    """What is said where not one of many can be checked."""
    return ThrottledProblem(
        "Each of these was checked out of turn as often as it may be in a minute: they go on in their turns, or try "
        f"again in {wait_s} s.",
        retry_after_s=wait_s,
    )


def _host_of(url: str) -> str:
    return throttle.address_group(host_of(url).removesuffix("."))
