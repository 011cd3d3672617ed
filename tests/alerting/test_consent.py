"""Where anybody may sign up an address says yes before it is mailed: strangers get nothing in the operator's name."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest
from sqlmodel import update

from healther.accounts.models import MailAddress, User
from healther.accounts.service.consent import Consent
from healther.alerting.models import Delivery, DeliveryState
from healther.alerting.plan import Planner
from healther.channels.base import MessageKind
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.incidents.grounds import Because, Grounds
from healther.incidents.models import EntryKind
from healther.watchers.states import State
from tests.support.alerting import LINKS, World
from tests.support.api import Api, Person, running_api, where
from tests.support.consent import (
    answer,
    ask_all,
    asked,
    confirmed_person,
    email_channel,
    received,
    states,
    world_of,
)
from tests.support.inviting import link_for
from tests.support.sending import at_work, ended, incident, put
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.subscribers import MAILS

RULES = Consent(required=True, most_asks=50)


@pytest.fixture
def mail() -> Iterator[SmtpSink]:
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
async def closed_api(sqlite_url: str) -> AsyncIterator[Api]:
    """Only the first may sign up: whoever enters addresses is known."""
    database = Database(sqlite_url)
    async with running_api(database, sqlite_url, registration="first", **MAILS) as running:
        yield running
    await database.close()


async def test_a_channel_asks_each_address_once_and_nothing_else_is_mailed_before_the_answer(
    api: Api, mail: SmtpSink
) -> None:
    ada = await confirmed_person(api, "ada")
    workspace = await ada.workspace()
    channel = await email_channel(ada, workspace, "eve@example.org", "ada@example.org", "bob@example.org")
    assert states(channel) == {
        "ada@example.org": "confirmed", "bob@example.org": "waiting", "eve@example.org": "waiting",
    }  # fmt: skip
    await ask_all(api, mail)
    assert [received(mail, each) for each in states(channel)] == [[], *[["May alerts be mailed to you?"]] * 2]
    world = await world_of(api, ada, workspace)
    async with at_work(api.db, mail.server(), asks_first=True) as senders:
        sent = await ended(world, await put(world, UUID(channel["id"])))
        assert (sent.state, sent.reached) == (DeliveryState.SENT, ["ada@example.org"])
        assert "waiting for confirmation of eve@example.org, bob@example.org" in (sent.answer or "")
        assert len(received(mail, "ada@example.org")) == 1
        await answer(api, next(each for each in mail.mails if each.to == ["eve@example.org"]))
        later = await put(world, UUID(channel["id"]))
        senders.wake()
        await ended(world, later)
    assert [len(received(mail, each)) for each in ("ada@example.org", "eve@example.org", "bob@example.org")] == [
        2,
        2,
        1,
    ]
    edited = await ada.patch(f"/workspaces/{workspace}/channels/{channel['id']}", {"name": "Renamed"})
    assert states(edited.json())["eve@example.org"] == "confirmed"
    await ask_all(api, mail)
    assert len(received(mail, "bob@example.org")) == 1, "an edit asks nobody again"


async def test_what_nobody_has_said_yes_to_ends_visibly_and_switches_nothing_off(api: Api, mail: SmtpSink) -> None:
    ada = await api.person("ada")
    workspace = await ada.workspace()
    channel = await email_channel(ada, workspace, "eve@example.org")
    world = await world_of(api, ada, workspace)
    incident_id = await incident(world)
    async with at_work(api.db, mail.server(), asks_first=True):
        over = await ended(world, await put(world, UUID(channel["id"]), incident_id=incident_id))
    why = "waiting for confirmation of eve@example.org"
    assert (over.state, over.answer, over.attempts) == (DeliveryState.CANCELLED, why, 0)
    assert [each.facts["why"] for each in await world.entries(EntryKind.NOT_NOTIFIED)] == [why]
    assert mail.mails == []
    shown = (await ada.get(f"/workspaces/{workspace}/channels/{channel['id']}")).json()
    assert (shown["enabled"], shown["failures"], shown["last_error"]) == (True, 0, None)
    api.app.state.settings = api.app.state.settings.model_copy(update=MAILS)
    tested = (await ada.post(f"/workspaces/{workspace}/channels/{channel['id']}/test")).json()
    assert (tested["taken"], tested["answer"]) == (False, f"not sent: {why}")
    assert (tested["because"]["because"], tested["because"]["name"]) == ("unconfirmed", "eve@example.org")
    unsaved = {"kind": "email", "options": {"to": ["stranger@example.org"]}}
    tried = (await ada.post(f"/workspaces/{workspace}/channels/test", unsaved)).json()
    assert (tried["taken"], tried["answer"]) == (False, "not sent: waiting for confirmation of stranger@example.org")


async def test_a_message_that_was_refused_says_so_and_not_that_it_waits(api: Api, mail: SmtpSink) -> None:
    ada = await confirmed_person(api, "ada")
    workspace = await ada.workspace()
    channel = await email_channel(ada, workspace, "eve@example.org", "eve+ops@example.org", "bob@example.org")
    await ask_all(api, mail)
    questions = {each.to[0]: each for each in mail.mails}
    await answer(api, questions["eve@example.org"], "no")
    world = await world_of(api, ada, workspace)
    incident_id = await incident(world)
    async with at_work(api.db, mail.server(), asks_first=True) as senders:
        await ended(world, await put(world, UUID(channel["id"]), incident_id=incident_id))
        await answer(api, questions["bob@example.org"], "no")
        later = await put(world, UUID(channel["id"]), incident_id=incident_id)
        senders.wake()
        await ended(world, later)
    no = Grounds(because=Because.REFUSED, name="eve@example.org, eve+ops@example.org")
    some = Grounds(because=Because.UNCONFIRMED, name="bob@example.org", also=no)
    nobody = Grounds(because=Because.REFUSED, name=f"{no.name}, bob@example.org")
    said = [each.facts["because"] for each in await world.entries(EntryKind.NOT_NOTIFIED)]
    assert said == [some.stored, nobody.stored]
    listed = (await ada.get(f"/workspaces/{workspace}/deliveries")).json()["items"]
    assert [Grounds.model_validate(each["because"]) for each in listed] == [nobody, some]
    why = (await ada.get(f"/workspaces/{workspace}/incidents/{incident_id}/why")).json()
    assert {name: count for name, count in why["messages"].items() if count} == {"withheld": 2}


async def test_a_mail_server_of_ones_own_asks_nobody(api: Api) -> None:
    ada = await api.person("ada")
    options = {"to": ["eve@example.org"], "host": "smtp.example.org", "sender": "a@example.org"}
    body = {"name": "Own", "kind": "email", "options": options}
    made = await ada.post(f"/workspaces/{await ada.workspace()}/channels", body)
    assert made.json()["addresses"] == []
    assert [each.address for each in await asked(api)] == ["ada@example.org"], "the account's own alone"


@pytest.mark.parametrize("host", ["mail.example.com", "MAIL.Example.com", "mail.example.com."])
async def test_the_operator_s_mail_server_is_no_server_of_ones_own(sqlite_url: str, host: str) -> None:
    database = Database(sqlite_url)
    relay = {**MAILS, "smtp_url": "smtp://Mail.example.com:2525"}
    async with running_api(database, sqlite_url, registration="open", **relay) as api:
        ada = await api.person("ada")
        path = f"/workspaces/{await ada.workspace()}/channels"
        own = {"to": ["eve@example.org"], "host": host, "sender": "boss@example.org", "security": "none"}
        for port in ({"port": 2525}, {}):
            answer = await ada.post(path, {"name": "Round", "kind": "email", "options": own | port})
            assert (answer.status_code, where(answer)) == (422, ["body.options.host"])
        made = await ada.post(path, {"name": "Own", "kind": "email", "options": own | {"host": "smtp.example.org"}})
        edited = await ada.http.patch(f"{path}/{made.json()['id']}", json={"options": own})
        assert (edited.status_code, where(edited)) == (422, ["body.options.host"])
    await database.close()


async def test_planning_tells_an_owner_who_has_said_yes_and_says_of_the_others_why_not(db: Database) -> None:
    world = await World.build(db)
    world.planner = Planner(db, LINKS, asks_first=True)
    watchers = await world.watchers("shop", "blog")
    await world.check(watchers[:1], State.DOWN)
    await world.turn()
    assert await world.deliveries() == []
    (skipped,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert (skipped.facts["to"], skipped.facts["why"]) == ("Ada", "waiting for confirmation of ada@example.org")
    async with db.write() as session:
        session.add(MailAddress(user_id=world.owner.id, address="ada@example.org", confirmed_at=1))
    await world.check(watchers[1:], State.DOWN)
    await world.turn(60_000)
    assert [each.user_id for each in await world.deliveries()] == [world.owner.id]


async def test_of_an_owner_who_has_said_no_planning_and_sending_say_that(db: Database, mail: SmtpSink) -> None:
    world = await World.build(db)
    world.planner = Planner(db, LINKS, asks_first=True)
    async with db.write() as session:
        session.add(MailAddress(user_id=world.owner.id, address="ada@example.org", refused_at=1))
        at = now_ms()
        notice = {"kind": MessageKind.NOTICE, "created_at": at, "next_at": at, "body": {"thread": "x"}}
        session.add(Delivery(workspace_id=world.workspace_id, user_id=world.owner.id, **notice))
    await world.check(await world.watchers("shop"), State.DOWN)
    await world.turn()
    (line,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert line.facts["because"] == {"because": "refused", "name": "ada@example.org"}
    (queued,) = await world.deliveries()
    async with at_work(db, mail.server(), asks_first=True):
        assert (await ended(world, queued.id)).answer == "refused by ada@example.org"
    assert mail.mails == []


async def test_planning_takes_no_address_that_waits_for_one_that_is_reached(db: Database) -> None:
    """Ada would hear by the channel that names her, were it not that only Eve has said yes to it."""
    world = await World.build(db)
    world.planner = Planner(db, LINKS, asks_first=True)
    await world.channel("eve", options={"to": ["eve@example.org", "ada-2@example.org"]})
    await world.policy((0, "eve"), (60, world.owner.id), all_watchers=True)
    async with db.write() as session:
        await session.exec(update(User).values(email="ada-2@example.org"))
        session.add(MailAddress(user_id=world.owner.id, address="ada-1@example.org", confirmed_at=1))
        session.add(MailAddress(workspace_id=world.workspace_id, address="eve@example.org", confirmed_at=1))
    await world.check(await world.watchers("shop"), State.DOWN)
    await world.turn()
    await world.turn(60_000)
    told = {each.channel_id or each.user_id for each in await world.deliveries()}
    assert told == {world.channels["eve"], world.owner.id}


async def test_where_strangers_cannot_sign_up_nobody_is_asked_and_everything_is_mailed(
    closed_api: Api, mail: SmtpSink
) -> None:
    ada = await closed_api.person("ada")
    workspace = await ada.workspace()
    channel = await email_channel(ada, workspace, "eve@example.org")
    assert channel["addresses"] == []
    await ask_all(closed_api, mail)
    assert mail.mails == []
    assert (await ada.get("/users/me/email")).json()["state"] == "confirmed"
    assert (await ada.post("/users/me/email/ask")).status_code == 409
    path = f"/workspaces/{workspace}/channels/{channel['id']}/ask"
    assert (await ada.post(path, {"address": "eve@example.org"})).status_code == 409
    assert {row.confirmed_at is not None for row in await asked(closed_api)} == {True}, "also if it is opened later"


async def test_an_account_owns_so_many_workspaces_where_anybody_may_sign_up(api: Api) -> None:
    ada: Person = await api.person("ada")
    api.app.state.settings = api.app.state.settings.model_copy(update={"max_workspaces": 2})
    ids = [await ada.workspace(name) for name in ("One", "Two")]
    more = await ada.post("/workspaces", {"name": "Three"})
    assert (more.status_code, "HEALTHER_MAX_WORKSPACES" in more.json()["detail"]) == (409, True)
    assert (await ada.delete(f"/workspaces/{ids[0]}")).status_code == 204
    assert (await ada.post("/workspaces", {"name": "Three"})).status_code == 201


async def test_nobody_gets_more_workspaces_than_that_by_a_role_or_an_invitation(api: Api) -> None:
    ada, eve = await api.person("ada"), await api.person("eve")
    api.app.state.settings = api.app.state.settings.model_copy(update={"max_workspaces": 1})
    own, workspace = await eve.workspace("Own"), await ada.workspace("Shop")
    members, base = f"/workspaces/{workspace}/members", f"/workspaces/{workspace}/invitations"
    token = await link_for(ada, base, "eve@example.org", role="owner")
    refused = await eve.post("/invitations/accept", {"token": token})
    assert (refused.status_code, "HEALTHER_MAX_WORKSPACES" in refused.json()["detail"]) == (409, True)
    (open_one,) = (await ada.get(base)).json()["items"]
    assert (await ada.delete(f"{base}/{open_one['id']}")).status_code == 204
    token = await link_for(ada, base, "eve@example.org", role="admin")
    assert (await eve.post("/invitations/accept", {"token": token})).status_code == 201
    theirs = f"{members}/{(await eve.get('/users/me')).json()['id']}"
    refused = await ada.patch(theirs, {"role": "owner"})
    assert (refused.status_code, "HEALTHER_MAX_WORKSPACES" in refused.json()["detail"]) == (409, True)
    assert (await eve.delete(f"/workspaces/{own}")).status_code == 204
    assert (await ada.patch(theirs, {"role": "owner"})).status_code == 200
    assert (await ada.patch(theirs, {"role": "owner"})).status_code == 200, "who is one stays one"


async def test_an_account_whose_address_no_server_takes_stops_nobody_elses_mail(world: World, mail: SmtpSink) -> None:
    """It ended the senders of every workspace: anybody may sign up as ü@example.org."""
    async with world.db.write() as session:
        await session.exec(update(User).values(email="ü@example.org"))
        at = now_ms()
        session.add(
            Delivery(
                workspace_id=world.workspace_id,
                kind=MessageKind.NOTICE,
                user_id=world.owner.id,
                created_at=at,
                next_at=at,
                body={"thread": "x"},
            )
        )
    (odd,) = await world.deliveries()
    async with at_work(world.db, mail.server()):
        assert "letters before the @" in ((await ended(world, odd.id)).answer or "")
        sent = await ended(world, await put(world, await world.channel("ops")))
    assert sent.state == DeliveryState.SENT
