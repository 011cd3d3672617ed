"""On call in the API, in its calendar, and in the steps of a policy."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from icalendar import Calendar
from sqlmodel import col, delete, select

from healther.accounts.models import Membership, Role, User
from healther.alerting.models import AlertPolicy, Rotation
from healther.core.clock import to_utc
from healther.incidents.models import EntryKind
from healther.watchers.states import State
from tests.support.alerting import CHANGES, START_MS, World
from tests.support.api import Api, Json, Person, where

NOBODY = "01a209c3-4d4f-77a1-9ccc-47d635fc90f9"


@pytest.fixture
async def ada(api: Api) -> Person:
    return await api.person("ada")


async def rotation(person: Person, workspace: str, *members: Person, **fields: object) -> Json:
    today = str(datetime.now(UTC).date() - timedelta(days=1))
    body = {"name": "Ops", "every": "day", "handover_time": "00:00", "starts_on": today, **fields}
    answer = await person.post(
        f"/workspaces/{workspace}/rotations", {**body, "members": [each.id for each in members or (person,)]}
    )
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def test_a_rotation_is_made_changed_and_deleted(api: Api, ada: Person) -> None:
    bob, workspace = await api.person("bob"), await ada.workspace()
    await ada.add(workspace, bob, "observer")
    made = await rotation(ada, workspace, ada, bob)
    path = f"/workspaces/{workspace}/rotations/{made['id']}"
    assert [each["name"] for each in made["members"]] == ["Ada", "Bob"]
    # Since yesterday, by the day: it is the second one's turn.
    assert (made["now"]["user"]["name"], made["now"]["next"]["name"], made["has_feed"]) == ("Bob", "Ada", False)
    listed = (await ada.get(f"/workspaces/{workspace}/rotations")).json()["items"]
    assert [(each["id"], each["now"]["user"]["name"]) for each in listed] == [(made["id"], "Bob")]
    changed = await ada.patch(path, {"every": "week", "handover_weekday": "fri", "handover_time": "17:30"})
    assert changed.status_code == 200, changed.text
    said = changed.json()
    assert (said["every"], said["handover_weekday"], said["handover_time"], said["version"]) == (
        "week", "fri", "17:30", 2,
    )  # fmt: skip
    assert (await ada.delete(path)).status_code == 204
    assert (await ada.get(path)).status_code == 404


async def test_whoever_leaves_the_workspace_is_skipped_and_it_is_said(api: Api, ada: Person) -> None:
    bob, workspace = await api.person("bob"), await ada.workspace()
    await ada.add(workspace, bob, "observer")
    made = await rotation(ada, workspace, ada, bob)
    assert (await ada.delete(f"/workspaces/{workspace}/members/{bob.id}")).status_code == 204
    path = f"/workspaces/{workspace}/rotations/{made['id']}"
    now = (await ada.get(f"{path}/now")).json()
    assert (now["user"]["name"], now["skipped"]) == ("Ada", [{"user_id": bob.id, "name": "Bob", "left": True}])
    assert (now["until"], now["next"]) == (None, None)
    # They may stay in the list, but nobody who is no member comes into it.
    assert (await ada.patch(path, {"members": [bob.id, ada.id]})).status_code == 200
    assert where(await ada.patch(path, {"members": [ada.id, NOBODY]})) == ["body.members.1"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"members": []}, "body.members"),
        ({"members": [NOBODY]}, "body.members.0"),
        ({"time_zone": "Mars/Base"}, "body.time_zone"),
        ({"time_zone": "localtime"}, "body.time_zone"),
        ({"handover_time": "24:00"}, "body.handover_time"),
        ({"handover_weekday": 0}, "body.handover_weekday"),
        ({"every": "month"}, "body.every"),
        ({"starts_on": "1999-12-31"}, "body.starts_on"),
        ({"feed_token_hash": "x"}, "body.feed_token_hash"),
    ],
)
async def test_what_cannot_be_in_a_rotation_is_refused_by_its_field(sqlite_api: Api, fields: Json, field: str) -> None:
    ada = await sqlite_api.person("ada")
    body = {"name": "Ops", "starts_on": "2026-03-02", "members": [ada.id], **fields}
    assert where(await ada.post(f"/workspaces/{await ada.workspace()}/rotations", body)) == [field]


async def test_an_override_puts_somebody_else_on_call_until_it_is_taken_back(api: Api, ada: Person) -> None:
    bob, workspace = await api.person("bob"), await ada.workspace()
    await ada.add(workspace, bob, "observer")
    made = await rotation(ada, workspace)
    path = f"/workspaces/{workspace}/rotations/{made['id']}"
    now = datetime.now(UTC).replace(microsecond=0)
    times = {"starts_at": str(now - timedelta(hours=1)), "ends_at": str(now + timedelta(hours=3))}
    answer = await ada.post(f"{path}/overrides", {"user_id": bob.id, **times})
    assert answer.status_code == 201, answer.text
    said = (await ada.get(f"{path}/now")).json()
    assert (said["user"]["name"], said["override_id"], said["next"]["name"]) == ("Bob", answer.json()["id"], "Ada")
    assert [each["user"]["name"] for each in (await ada.get(f"{path}/overrides")).json()["items"]] == ["Bob"]
    window = {"from": str(now - timedelta(hours=2)), "to": str(now + timedelta(hours=4))}
    items = (await ada.get(f"{path}/schedule", **window)).json()["items"]
    assert [each["user"]["name"] for each in items if each["override_id"]] == ["Bob"]
    assert {each["user"]["name"] for each in items if not each["override_id"]} == {"Ada"}
    backwards = {"starts_at": times["ends_at"], "ends_at": times["starts_at"]}
    assert where(await ada.post(f"{path}/overrides", {"user_id": bob.id, **backwards})) == ["body.ends_at"]
    assert where(await ada.post(f"{path}/overrides", {"user_id": NOBODY, **times})) == ["body.user_id"]
    assert where(await ada.get(f"{path}/schedule", **{"from": window["to"], "to": window["from"]})) == ["query.to"]
    assert (await ada.delete(f"{path}/overrides/{answer.json()['id']}")).status_code == 204
    assert (await ada.get(f"{path}/now")).json()["user"]["name"] == "Ada"


async def test_the_calendar_is_behind_a_link_that_ends_when_there_is_a_new_one(api: Api, ada: Person) -> None:
    workspace = await ada.workspace()
    made = await rotation(ada, workspace, name="Ops;\\, night")
    path = f"/workspaces/{workspace}/rotations/{made['id']}"
    links = [(await ada.post(f"{path}/feed")).json()["url"] for _ in range(2)]
    assert (await ada.get(path)).json()["has_feed"] is True
    anybody = api.client(base="")
    old, new = [await anybody.get("/oncall/" + link.rpartition("/")[2]) for link in links]
    assert (old.status_code, new.status_code) == (404, 200)
    assert (new.headers["content-type"], new.headers["cache-control"]) == ("text/calendar; charset=utf-8", "no-store")
    events = Calendar.from_ical(new.text).walk("VEVENT")
    assert {str(each["SUMMARY"]) for each in events} == {"Ada (Ops;\\, night)"}
    assert "ada@example.org" not in new.text
    assert all(before.end == after.start for before, after in pairwise(events))
    again = Calendar.from_ical((await anybody.get("/oncall/" + links[1].rpartition("/")[2])).text).walk("VEVENT")
    assert [each["UID"] for each in again] == [each["UID"] for each in events]
    async with api.db.read() as session:
        stored = (await session.exec(select(Rotation.feed_token_hash))).one()
    assert stored is not None
    assert links[1].rpartition("/")[2].removesuffix(".ics").encode() not in stored
    assert (await ada.delete(f"{path}/feed")).status_code == 204
    assert (await anybody.get("/oncall/" + links[1].rpartition("/")[2])).status_code == 404


async def test_a_link_to_a_calendar_ends_when_whoever_made_it_leaves(api: Api) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    workspace = await ada.workspace()
    await ada.add(workspace, bob, "admin")
    path = f"/workspaces/{workspace}/rotations/{(await rotation(ada, workspace))['id']}"
    token = (await bob.post(f"{path}/feed")).json()["url"].rpartition("/")[2]
    anybody = api.client(base="")
    assert ((await anybody.get(f"/oncall/{token}")).status_code, (await ada.get(path)).json()["has_feed"]) == (
        200,
        True,
    )
    bob_id = (await bob.get("/users/me")).json()["id"]
    assert (await ada.delete(f"/workspaces/{workspace}/members/{bob_id}")).status_code == 204
    assert ((await anybody.get(f"/oncall/{token}")).status_code, (await ada.get(path)).json()["has_feed"]) == (
        404,
        False,
    )
    token = (await ada.post(f"{path}/feed")).json()["url"].rpartition("/")[2]
    assert (await anybody.get(f"/oncall/{token}")).status_code == 200


async def test_a_step_reaches_whoever_is_on_call_when_it_is_taken_and_says_when_nobody_is(world: World) -> None:
    bob = User(email="bob@example.org", full_name="Bob", hashed_password="x")
    turns = Rotation(
        workspace_id=world.workspace_id, name="Ops", every="day", starts_on=str(to_utc(START_MS).date()),
        handover_minute=0, members=[str(bob.id)],
    )  # fmt: skip
    async with world.db.write() as session:
        session.add(bob)
        await session.flush()
        session.add(Membership(workspace_id=world.workspace_id, user_id=bob.id, role=Role.OBSERVER))
        session.add(turns)
    both = [{"after_s": 0, "rotation_ids": [str(turns.id)]}, {"after_s": 60, "rotation_ids": [str(turns.id)]}]
    async with world.db.write() as session:
        session.add(AlertPolicy(workspace_id=world.workspace_id, name="Policy", changes=CHANGES, steps=both))
    shop = await world.watchers("shop")
    await world.check(shop, State.DOWN)
    await world.turn()
    assert [each.user_id for each in await world.deliveries()] == [bob.id]
    (told,) = await world.entries(EntryKind.NOTIFIED)
    assert (told.facts["to"], told.facts["rotation"]) == ("Bob", "Ops")
    async with world.db.write() as session:
        await session.exec(delete(Membership).where(col(Membership.user_id) == bob.id))
    await world.turn(61_000)
    (silent,) = await world.entries(EntryKind.NOT_NOTIFIED)
    assert (silent.facts["to"], silent.facts["why"]) == ("Ops", "nobody is on call in it")


@pytest.mark.parametrize("given", ["soon", "2026-02-30", "2026-03-02T09:00", True])
async def test_a_day_that_is_none_is_refused_in_plain_words(sqlite_api: Api, given: object) -> None:
    ada = await sqlite_api.person("ada")
    body = {"name": "Ops", "starts_on": given, "members": [ada.id]}
    answer = await ada.post(f"/workspaces/{await ada.workspace()}/rotations", body)
    assert [each["message"] for each in answer.json()["errors"]] == ["must be a day such as 2026-01-31"]
