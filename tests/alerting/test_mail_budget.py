"""Mail by the operator's server is limited for each workspace: nobody writes to whom they like in its name."""

from uuid import UUID

from sqlmodel import col, delete, select, update

from healther.accounts.models import Workspace
from healther.alerting.deliver.budget import admit
from healther.alerting.deliver.claim import claim
from healther.alerting.models import Delivery, DeliveryState, Lane, MailBudget
from healther.core.clock import HOUR_MS, now_ms
from healther.core.db import Database
from tests.support.alerting import LINKS, World
from tests.support.api import running_api, where
from tests.support.sending import at_work, due_now, ended, put, read, webhook
from tests.support.sinks import HttpSink, SmtpSink, smtp_sink
from tests.support.subscribers import MAILS
from tests.support.waiting import until

LIMIT = "this workspace has sent the 3 mails it may send in an hour"


async def waiting(world: World, ids: list[UUID]) -> list[Delivery]:
    """These, once as many as are over have been put back."""

    async def held() -> bool:
        return all([(await read(world, each)).answer is not None for each in ids])

    await until(held, "each of them was sent, or waits and says why")
    return [await read(world, each) for each in ids]


async def mailed(mail: SmtpSink, count: int) -> None:
    async def arrived() -> bool:
        return len(mail.mails) >= count

    await until(arrived, f"{count} mails arrive")


async def hour_passes(world: World) -> None:
    async with world.db.write() as session:
        await session.exec(update(MailBudget).values(window_ends_at=now_ms()))
    await due_now(world)


async def test_what_is_over_waits_says_why_and_leaves_in_the_next_hour_and_owners_hear_of_it_once(
    world: World, sink: HttpSink
) -> None:
    channel_id, hook_id = await world.channel("ops"), await webhook(world, sink.url)
    with smtp_sink() as mail:
        ids = [await put(world, channel_id) for _ in range(5)]
        async with at_work(world.db, mail.server(), most_mails=3) as senders:
            found = await waiting(world, ids)
            await mailed(mail, 4)
            over = [each for each in found if each.state == DeliveryState.QUEUED]
            assert (len(over), {each.attempts for each in over}) == (2, {0})
            assert all(LIMIT in (each.answer or "") for each in over)
            assert all(each.next_at > now_ms() + HOUR_MS // 2 for each in over)
            other = await put(world, hook_id)
            senders.wake()
            assert (await ended(world, other)).state == DeliveryState.SENT, "other kinds of channels go on"
            (late,) = await waiting(world, [await put(world, channel_id)])
            assert late.state == DeliveryState.QUEUED
            notices = [each for each in mail.mails if each.to == ["ada@example.org"]]
            assert len(notices) == 1
            assert "Mail of this workspace waits until" in notices[0].parsed["Subject"]
            await hour_passes(world)
            senders.wake()
            for each in over:
                assert (await ended(world, each.id)).state == DeliveryState.SENT
            assert (await ended(world, late.id)).state == DeliveryState.SENT
    assert len([each for each in mail.mails if each.to == ["ops@example.org"]]) == 6
    assert len([each for each in mail.mails if each.to == ["ada@example.org"]]) == 1


async def test_each_address_counts_and_a_channel_with_more_than_the_limit_is_heard(world: World) -> None:
    many = {"to": [f"p{number}@example.org" for number in range(5)]}
    channel_id = await world.channel("ops", options=many)
    with smtp_sink() as mail:
        first = await put(world, channel_id)
        async with at_work(world.db, mail.server(), most_mails=3):
            assert (await ended(world, first)).state == DeliveryState.SENT
            (second,) = await waiting(world, [await put(world, channel_id)])
    assert (second.state, second.attempts) == (DeliveryState.QUEUED, 0)


async def test_what_the_server_did_not_take_is_not_counted(world: World) -> None:
    channel_id = await world.channel("ops")
    with smtp_sink() as mail:
        mail.refuse["MAIL"] = "451 4.3.0 later"
        delivery_id = await put(world, channel_id)
        async with at_work(world.db, mail.server(), most_mails=1) as senders:

            async def tried(times: int) -> bool:
                return (await read(world, delivery_id)).attempts == times

            for number in (1, 2):
                await due_now(world)
                senders.wake()
                await until(lambda number=number: tried(number), "it was tried")
            mail.refuse.clear()
            await due_now(world)
            senders.wake()
            assert (await ended(world, delivery_id)).state == DeliveryState.SENT
    async with world.db.read() as session:
        assert (await session.exec(select(MailBudget.mails))).all() == [1]


async def test_a_workspace_has_so_many_channels_and_mails_so_many_people_as_the_operator_allows(
    db: Database, database_url: str
) -> None:
    async with running_api(db, database_url, **MAILS, max_channels=4, max_mail_addresses=3) as api:
        ada = await api.person("ada")
        path = f"/workspaces/{await ada.workspace('Acme')}/channels"
        mail = {"name": "Ops", "kind": "email", "options": {"to": ["a@example.org", "b@example.org"]}}
        made = (await ada.post(path, mail)).json()
        assert (await ada.post(path, mail | {"options": {"to": ["C@example.org", "B@example.org"]}})).status_code == 201
        for refused in (
            await ada.post(path, mail | {"options": {"to": ["d@example.org"]}}),
            await ada.patch(f"{path}/{made['id']}", {"options": {"to": [f"{each}@example.org" for each in "abd"]}}),
        ):
            assert (refused.status_code, where(refused)) == (422, ["body.options.to"])
            assert "HEALTHER_MAX_MAIL_ADDRESSES" in refused.text
        assert (await ada.patch(f"{path}/{made['id']}", {"options": {"to": ["c@example.org"]}})).status_code == 200
        own = {"to": [f"p{each}@example.org" for each in range(9)], "host": "smtp.example.org", "sender": "a@b.example"}
        for options in (own, {"to": ["d@example.org"]}):
            assert (await ada.post(path, mail | {"options": options})).status_code == 201
        refused = await ada.post(path, mail | {"options": own})
        assert (refused.status_code, "HEALTHER_MAX_CHANNELS" in refused.text) == (409, True)


async def test_what_is_over_the_limits_already_may_stay_and_become_less(db: Database, database_url: str) -> None:
    async with running_api(db, database_url, **MAILS, max_mail_addresses=3) as api:
        ada = await api.person("ada")
        path = f"/workspaces/{await ada.workspace('Acme')}/channels"
        five = [f"p{each}@example.org" for each in range(5)]
        api.app.state.settings.max_mail_addresses = 5
        made = (await ada.post(path, {"name": "Ops", "kind": "email", "options": {"to": five}})).json()
        api.app.state.settings.max_mail_addresses = 3
        assert (await ada.patch(f"{path}/{made['id']}", {"options": {"to": five[:4]}})).status_code == 200
        assert (await ada.patch(f"{path}/{made['id']}", {"options": {"to": five}})).status_code == 422


async def test_test_messages_count_as_mails_and_are_refused_when_there_are_no_more(
    db: Database, database_url: str
) -> None:
    async with running_api(db, database_url, **MAILS, registration="first", max_mails_per_hour=3) as api:
        ada = await api.person("ada")
        path = f"/workspaces/{await ada.workspace('Acme')}/channels/test"
        mail = {"kind": "email", "options": {"to": ["a@example.org", "b@example.org"]}}
        assert [(await ada.post(path, mail)).status_code for _ in range(3)] == [200, 200, 429]
        hook = {"kind": "webhook", "options": {"url": "https://hooks.example.org/"}}
        assert (await ada.post(path, hook)).status_code == 200


async def test_an_attempt_that_broke_off_goes_on_with_those_who_have_nothing_yet(world: World) -> None:
    four = [f"p{number}@example.org" for number in range(4)]
    channel_id = await world.channel("ops", options={"to": four})
    with smtp_sink() as mail:
        mail.most = 2
        delivery_id = await put(world, channel_id)
        async with at_work(world.db, mail.server()) as senders:

            async def tried() -> bool:
                return (await read(world, delivery_id)).attempts == 1

            await until(tried, "it was tried")
            broken_off = await read(world, delivery_id)
            assert broken_off.reached == four[:2]
            assert "2 of 4 addresses have it" in (broken_off.answer or "")
            mail.most = None
            await due_now(world)
            senders.wake()
            assert (await ended(world, delivery_id)).state == DeliveryState.SENT
    assert [each for taken in mail.mails for each in taken.to] == four
    assert len({taken.parsed["Message-ID"] for taken in mail.mails}) == 4
    async with world.db.read() as session:
        assert (await session.exec(select(MailBudget.mails))).all() == [4]


async def test_a_workspace_that_is_deleted_while_its_mail_leaves_ends_no_sender(world: World) -> None:
    delivery_id = await put(world, await world.channel("ops"))
    claimed = await claim(world.db, Lane.ALERT, 1, now_ms())
    async with world.db.write() as session:
        await session.exec(delete(Workspace).where(col(Workspace.id) == world.workspace_id))
    async with world.db.write() as session:
        assert await admit(session, {delivery_id: 1}, claimed, 10, LINKS, now_ms()) == set()
