"""Which policies hear of what, and what is one incident: by tag, by kind of change, by person, by what is shared."""

import pytest
from sqlalchemy import delete
from sqlmodel import col

from healther.accounts.models import Membership, Role, User
from healther.core.clock import DAY_MS, MINUTE_MS
from healther.incidents.models import EntryKind
from healther.probes.base import Reason
from healther.watchers.models import WatcherParent, WatcherTag
from healther.watchers.states import State
from healther.watchers.tags import fold_tag
from tests.support.alerting import World

CERTIFICATE = "ab" * 32


async def tag(world: World, name: str, *watchers: object) -> None:
    async with world.db.write() as session:
        session.add_all(
            WatcherTag(watcher_id=each, folded=fold_tag(name), workspace_id=world.workspace_id, name=name)
            for each in watchers
        )


async def titles(world: World, channel: str) -> list[tuple[str, str]]:
    return [(each.kind, each.body["title"]) for each in await world.deliveries(channel)]


async def test_a_policy_by_tag_hears_of_what_has_the_tag_however_it_is_spelt_and_of_nothing_else(world: World) -> None:
    await world.policy((0, "mail"), all_watchers=False, tags=["SHOP front", "till"])
    shop, blog = await world.watchers("shop", "blog", url="http://{name}.test/")
    await tag(world, "Shop Front", shop)
    await world.check([shop, blog], State.DOWN)
    await world.turn()
    assert await titles(world, "mail") == [("down", "shop")]
    assert [each.facts["why"] for each in await world.entries(EntryKind.NOT_NOTIFIED)] == ["no policy covers it"]
    await world.check([shop, blog], State.HEALTHY)
    await world.turn()
    assert await titles(world, "mail") == [("down", "shop"), ("recovered", "shop")]


async def test_a_tag_that_is_taken_off_before_the_failure_is_heard_of_no_more_and_its_end_is(world: World) -> None:
    await world.policy((0, "mail"), all_watchers=False, tags=["shop"])
    (shop,) = await world.watchers("shop")
    await tag(world, "shop", shop)
    await world.check([shop], State.DOWN)
    await world.turn()
    async with world.db.write() as session:
        await session.exec(delete(WatcherTag).where(col(WatcherTag.watcher_id) == shop))
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert await world.kinds() == ["down", "recovered"], "who heard of the beginning hears of the end"
    await world.check([shop], State.DOWN)
    await world.turn()
    assert await world.kinds() == ["down", "recovered"]


async def test_a_group_is_heard_of_where_one_of_its_members_has_the_tag(world: World) -> None:
    await world.policy((0, "mail"), all_watchers=False, tags=["shop"])
    shop, till = await world.watchers("shop", "till", url="http://one.test/{name}")
    await tag(world, "shop", shop)
    await world.check([shop, till], State.DOWN)
    await world.turn()
    assert await titles(world, "mail") == [("down", "2 services on one.test")]


async def test_a_certificate_that_ends_soon_is_told_to_those_who_asked_for_it_and_as_down_once_it_has(
    world: World,
) -> None:
    await world.policy((0, "keys"), changes=["certificate", "recovered"])
    await world.policy((0, "slow"), changes=["degraded", "recovered"])
    await world.policy((0, "down"), changes=["down", "recovered"])
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.HEALTHY, certificate_not_after_ms=world.now + 5 * DAY_MS)
    await world.turn()
    assert await titles(world, "keys") == [("certificate", "shop")]
    assert (
        (await world.deliveries("keys"))[0].body["affected"][0]["reason"].startswith("the certificate ends in 5 days")
    )
    assert (await world.kinds("slow"), await world.kinds("down")) == ([], [])
    world.now += MINUTE_MS
    await world.check([shop], State.DOWN, reason=Reason.TLS_EXPIRED, message="the certificate has ended")
    await world.turn()
    assert (await world.kinds("keys"), await world.kinds("down")) == (["certificate", "down"], ["down"])
    await world.check([shop], State.HEALTHY)
    await world.turn()
    assert (await world.kinds("keys"))[2:] == (await world.kinds("down"))[1:] == ["recovered"]
    await world.check([shop], State.DEGRADED)
    await world.turn()
    assert (await world.kinds("slow"), len(await world.kinds("keys"))) == (["degraded"], 3), "slow is no certificate"


async def test_people_named_by_a_step_are_told_by_mail_in_their_language_and_those_who_left_are_not(
    world: World,
) -> None:
    bea = User(email="bea@example.org", full_name="Bea", hashed_password="x", language="de")
    gone = User(email="gone@example.org", full_name="Gone", hashed_password="x")
    async with world.db.write() as session:
        session.add_all([bea, gone])
        await session.flush()
        session.add(Membership(workspace_id=world.workspace_id, user_id=bea.id, role=Role.OBSERVER))
    await world.policy((0, bea.id), (600, gone.id), (1_200, "mail"))
    await world.policy((0, bea.id), name="Another")
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    await world.turn()
    (down,) = await world.deliveries()
    assert (down.kind, down.user_id, down.channel_id, down.body["language"]) == ("down", bea.id, None, "de")
    await world.turn(11 * MINUTE_MS)
    assert await world.kinds() == ["down"]
    (entry,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert (entry.facts["to"], entry.facts["why"]) == ("somebody who left", "is no longer a member of the workspace")
    await world.turn(10 * MINUTE_MS)
    assert await world.kinds("mail") == ["escalation"]
    await world.check([shop], State.HEALTHY)
    await world.turn()
    ends = [each for each in await world.deliveries() if each.kind == "recovered"]
    assert {(each.user_id, each.channel_id) for each in ends} == {(bea.id, None), (None, world.channels["mail"])}


@pytest.mark.parametrize(
    ("url", "facts", "title", "kind"),
    [
        ("http://one.test/{name}", {}, "3 services on one.test are down", "host"),
        ("https://{name}.test/", {"certificate_sha256": CERTIFICATE}, "3 services with the same certificate are down",
         "certificate"),
        ("http://{name}.eu.shops.co.uk/", {}, "3 services under shops.co.uk are down", "zone"),
    ],
    ids=["host", "certificate", "zone"],
)  # fmt: skip
async def test_what_shares_a_cause_is_one_message_that_names_it(
    world: World, url: str, facts: dict[str, str], title: str, kind: str
) -> None:
    await world.policy((0, "mail"))
    watchers = await world.watchers("a", "b", "c", url=url)
    (other,) = await world.watchers("other", url="http://elsewhere.example/")
    await world.check(watchers[:1], State.DOWN, **facts)
    world.now += 1_000
    await world.check([*watchers[1:]], State.DOWN, **facts)
    await world.check([other], State.DOWN)
    await world.turn()
    told = await titles(world, "mail")
    assert sorted(told) == sorted([("down", title.removesuffix(" are down")), ("down", "other")])
    group = next(each for each in await world.incidents() if each.cause_kind)
    assert (group.title, group.cause_kind) == (title, kind)
    await world.check([*watchers, other], State.HEALTHY)
    await world.turn()
    assert sorted(await world.kinds()) == ["down", "down", "recovered", "recovered"]


async def test_what_shares_nothing_but_a_public_suffix_or_another_minute_is_not_one(world: World) -> None:
    await world.policy((0, "mail"))
    watchers = await world.watchers("a", "b", url="http://{name}.co.uk/")
    late = await world.watchers("c", "d", url="http://one.test/{name}")
    await world.check([*watchers, late[0]], State.DOWN)
    await world.turn()
    world.now += 2 * MINUTE_MS
    await world.check([late[1]], State.DOWN)
    await world.turn()
    assert sorted(await titles(world, "mail")) == [("down", "a"), ("down", "b"), ("down", "c"), ("down", "d")]


async def test_a_policy_hears_of_its_watcher_that_joins_late_because_a_parent_was_asked_first(world: World) -> None:
    await world.policy((0, "shops"), all_watchers=False, tags=["shop"])
    await world.policy((0, "blogs"), all_watchers=False, tags=["blog"])
    shop, blog, line = await world.watchers("shop", "blog", "line", url="http://one.test/{name}")
    await tag(world, "shop", shop, line)
    await tag(world, "blog", blog)
    async with world.db.write() as session:
        session.add(WatcherParent(watcher_id=blog, parent_id=line))
    await world.check([shop], State.DOWN)
    await world.turn()
    await world.check([blog], State.DOWN)
    await world.turn()
    assert await titles(world, "shops") == [("down", "shop")], "whether the line is down, too, is not known yet"
    await world.check([line], State.HEALTHY)
    await world.turn()
    assert await titles(world, "blogs") == [("down", "2 services on one.test")]
