"""What is told of a deleted account, and what its address said."""

import json
from uuid import UUID

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from healther.accounts.models import AuditEntry, MailAddress
from healther.alerting.models import Channel, Delivery, DeliveryAttempt
from healther.core.clock import now_ms, to_utc
from healther.incidents.models import EntryKind, IncidentEntry
from healther.incidents.timeline import entry
from tests.alerting.test_acknowledge_link import LINKS, path_of
from tests.support.api import Api, Json, Person, settings_for
from tests.support.departing import delete_account
from tests.support.role_rows_record import AMENDMENT
from tests.support.status_pages import look

ADDRESS = "ada.lovelace@example.org"


async def all_rows(api: Api) -> str:
    """Everything that the database holds, as text."""
    async with api.db.read() as session:
        connection = await session.connection()
        tables = await connection.run_sync(lambda each: inspect(each).get_table_names())
        lines = []
        for table in tables:
            rows = (await session.exec(text(f'SELECT * FROM "{table}"'))).all()
            lines += [f"{table}: {tuple(row)}" for row in rows]
    return "\n".join(lines)


async def trail(person: Person, base: str) -> list[tuple[str, str, str | None]]:
    rows: list[Json] = (await person.get(f"{base}/audit", limit=200)).json()["items"]
    return [(each["actor"], each["action"], each["object_name"]) for each in reversed(rows)]


async def test_neither_the_name_nor_the_address_is_left_anywhere_and_what_was_done_is(api: Api) -> None:
    ada, bob = await api.person("ada.lovelace"), await api.person("bob")
    base = f"/workspaces/{await bob.workspace()}"
    workspace_id = UUID(base.split("/")[2])
    assert (await bob.add(str(workspace_id), ada, "owner")).is_success
    await ada.patch("/users/me", {"full_name": "Ada Byron"})
    await ada.patch("/users/me", {"full_name": "Ada Lovelace"})
    shop = await ada.watcher(str(workspace_id), name="Shop")
    await ada.post(f"{base}/api-keys", {"name": "CI", "scope": "read"})
    incident = (await ada.post(f"{base}/incidents", {"title": "Trouble"})).json()
    assert (await ada.post(f"{base}/incidents/{incident['id']}/acknowledge")).is_success
    told = (await bob.post(f"{base}/incidents", {"title": "More trouble"})).json()
    made = await ada.post(f"{base}/amendments", {**AMENDMENT, "to": to_utc(now_ms()).isoformat()})
    assert (await ada.post(f"{base}/amendments/{made.json()['id']}/withdraw")).is_success
    at = now_ms()
    async with api.db.write() as session:
        delivery = Delivery(
            workspace_id=workspace_id, kind="down", user_id=UUID(ada.id), incident_id=UUID(told["id"]), created_at=at,
            next_at=at, answer=f"250 ok {ADDRESS}", reached=[ADDRESS],
        )  # fmt: skip
        session.add(delivery)
        await session.flush()
        session.add(DeliveryAttempt(delivery_id=delivery.id, number=1, at=at, outcome="sent", answer=f"ok {ADDRESS}"))
        facts = {"to": "Ada Lovelace", "message": "down", "delivery": str(delivery.id)}
        session.add(entry(UUID(told["id"]), EntryKind.NOTIFIED, at, facts=facts))
        why = {"why": f"waiting for confirmation of {ADDRESS}", "because": {"because": "unconfirmed", "name": ADDRESS}}
        session.add(entry(UUID(told["id"]), EntryKind.NOT_NOTIFIED, at, facts={"to": "Ada Lovelace", **why}))
        same = {
            "why": "Ada Lovelace brings it to the same address",
            "because": {"because": "same_address", "name": "Ada Lovelace"},
        }
        session.add(
            entry(UUID(told["id"]), EntryKind.NOT_NOTIFIED, at, facts={"to": "Nights", "channel_id": "x", **same})
        )
        link = path_of(LINKS.make(UUID(told["id"]), delivery.id, at))
    assert (await look(api, link, method="POST")).status_code == 303
    before = await trail(bob, base)
    assert "Ada" in await all_rows(api)

    assert (await delete_account(ada)).status_code == 204
    left = await all_rows(api)
    for trace in (ADDRESS, "Ada"):
        assert [line[:300] for line in left.splitlines() if trace in line] == []
    after = await trail(bob, base)
    replaced = [
        tuple(
            "deleted account" if each and (each.startswith(ADDRESS) or each == "Ada Lovelace") else each for each in row
        )
        for row in before
    ]
    assert after[: len(before)] == replaced
    assert ("deleted account", "watcher.create", "Shop") in after
    assert after[-1] == ("deleted account", "member.leave", "deleted account")
    said = (await bob.get(f"{base}/audit", actor_id=ada.id)).json()["items"]
    assert {each["action"] for each in said} >= {"watcher.create", "incident.open", "member.leave"}, "found as before"
    for each in (incident, told):
        found = (await bob.get(f"{base}/incidents/{each['id']}")).json()
        assert found["acknowledged_by"] == "deleted account"
    lines = (await bob.get(f"{base}/incidents/{told['id']}/timeline")).json()["items"]
    assert [each["facts"]["to"] for each in lines if "to" in each["facts"]] == ["Nights"] + ["deleted account"] * 2
    amended = (await bob.get(f"{base}/amendments/{made.json()['id']}")).json()
    assert (amended["created_by"], amended["withdrawn_by"]) == ("deleted account", "deleted account")
    assert (await bob.get(f"{base}/watchers/{shop['id']}")).status_code == 200


async def test_nothing_of_anybody_else_is_touched(api: Api) -> None:
    """Neither what others with the name did, nor the trails of workspaces the account was never in."""
    ada, bob, twin = [await api.person(name) for name in ("ada", "bob", "twin")]
    await twin.patch("/users/me", {"full_name": "Ada"})
    base, elsewhere = f"/workspaces/{await bob.workspace()}", f"/workspaces/{await twin.workspace('Elsewhere')}"
    for person in (ada, twin):
        assert (await bob.add(base.split("/")[2], person, "admin")).is_success
    # An invitation that nobody has accepted: whoever signs up with an address changes no trail of who wrote to it.
    assert (await twin.post(f"{elsewhere}/invitations", {"email": ada.email, "by": "link"})).is_success
    incident = (await twin.post(f"{base}/incidents", {"title": "Trouble"})).json()
    assert (await twin.post(f"{base}/incidents/{incident['id']}/acknowledge")).is_success
    theirs = [row for row in await trail(bob, base) if row[0] != ada.email and row[2] != ada.email]
    there = await trail(twin, elsewhere)
    assert (await delete_account(ada)).status_code == 204
    assert [row for row in await trail(bob, base) if "deleted account" not in row] == theirs
    assert await trail(twin, elsewhere) == there
    assert (await bob.get(f"{base}/incidents/{incident['id']}")).json()["acknowledged_by"] == "Ada"


@pytest.mark.parametrize("of", ["the account", "a workspace", "a deleted workspace"])
async def test_a_no_to_mail_outlives_the_account_and_the_next_one_with_the_address_asks_nobody(
    api: Api, of: str
) -> None:
    api.app.state.settings = settings_for(
        api.app.state.settings.database_url, smtp_url="smtp://127.0.0.1:9", mail_from="healther@example.org"
    )
    ada, said_no = await api.person("ada"), "ada@example.org" if of == "the account" else "eve@example.org"
    workspace = await ada.workspace()
    async with api.db.write() as session:
        query = select(MailAddress).where(MailAddress.address == said_no)
        row = (await session.exec(query)).first() or MailAddress(address=said_no, workspace_id=UUID(workspace))
        row.refused_at, row.ask_due_at = 1, None
        session.add(row)
    if of == "a deleted workspace":
        assert (await ada.delete(f"/workspaces/{workspace}")).status_code == 204
    assert (await delete_account(ada, *(() if of == "a deleted workspace" else (workspace,)))).status_code == 204
    await api.person(said_no.partition("@")[0])
    async with api.db.read() as session:
        rows = (await session.exec(select(MailAddress).where(MailAddress.address == said_no))).all()
    assert sorted((each.user_id is None, each.workspace_id, each.ask_due_at) for each in rows) == [
        (False, None, None),
        (True, None, None),
    ]
    assert all(each.refused_at for each in rows)


async def test_the_acknowledging_link_that_an_email_channel_sent_to_it_has_ended(api: Api) -> None:
    """As with whoever is removed; also of somebody who was removed before, whom the trail names no more."""
    bob = await api.person("bob")
    workspace = await bob.workspace()
    base = f"/workspaces/{workspace}"
    incident = (await bob.post(f"{base}/incidents", {"title": "Trouble"})).json()
    links, at = {}, now_ms()
    for name in ("stays", "was removed"):
        person = await api.person(name.replace(" ", "."))
        assert (await bob.add(workspace, person, "admin")).is_success
        async with api.db.write() as session:
            channel = Channel(
                workspace_id=UUID(workspace), name=name, kind="email", options={"to": ["eve@example.org"]}
            )
            session.add(channel)
            await session.flush()
            delivery = Delivery(
                workspace_id=UUID(workspace), kind="down", channel_id=channel.id, created_at=at, next_at=at,
                incident_id=UUID(incident["id"]), reached=["eve@example.org", person.email],
            )  # fmt: skip
            session.add(delivery)
            await session.flush()
        links[name] = path_of(LINKS.make(UUID(incident["id"]), delivery.id, at))
        assert (await look(api, links[name])).status_code == 200
        if name == "was removed":
            assert (await bob.delete(f"{base}/members/{person.id}")).status_code == 204
        assert (await delete_account(person)).status_code == 204
        assert (await look(api, links[name])).status_code == 404
        assert (await look(api, links[name], method="POST")).status_code == 404
    assert (await bob.get(f"{base}/incidents/{incident['id']}")).json()["acknowledged_at"] is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE auditentry SET actor = 'deleted account'",
        "UPDATE auditentry SET object_name = 'deleted account' WHERE action = 'workspace.create'",
        "UPDATE auditentry SET object_name = 'Eve' WHERE action = 'user.register'",
        "UPDATE auditentry SET actor_id = NULL",
        "UPDATE auditentry SET actor = 'deleted account', at = 1 WHERE action = 'user.delete'",
        "UPDATE auditentry SET details = '{}' WHERE action = 'workspace.create'",
        "UPDATE auditentry SET details = '{\"x\": 1}' WHERE action = 'user.update'",
    ],
)
async def test_the_database_lets_nothing_else_be_changed_and_of_nobody_who_is_there(api: Api, change: str) -> None:
    ada, eve = await api.person("ada"), await api.person("eve")
    await ada.workspace()
    await ada.patch("/users/me", {"full_name": "Ada L."})
    assert (await delete_account(eve)).status_code == 204
    async with api.db.read() as session:
        query = select(AuditEntry).order_by(col(AuditEntry.id))
        before = [each.model_dump() for each in (await session.exec(query)).all()]
    with pytest.raises(DBAPIError, match="append-only"):
        async with api.db.write() as session:
            await session.exec(text(change.replace(": 1", "\\: 1")))
    async with api.db.read() as session:
        assert [each.model_dump() for each in (await session.exec(query)).all()] == before


async def test_lines_of_other_workspaces_stay_as_they_are(api: Api) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    base = f"/workspaces/{await bob.workspace()}"
    incident = (await bob.post(f"{base}/incidents", {"title": "Trouble"})).json()
    async with api.db.write() as session:
        session.add(entry(UUID(incident["id"]), EntryKind.NOTIFIED, now_ms(), facts={"to": "Ada", "message": "down"}))
    assert (await delete_account(ada)).status_code == 204
    async with api.db.read() as session:
        lines = (await session.exec(select(IncidentEntry.facts).where(IncidentEntry.kind == EntryKind.NOTIFIED))).all()
    assert [json.loads(json.dumps(each))["to"] for each in lines] == ["Ada"]
