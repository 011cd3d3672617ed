"""Channels through the API: secrets stay, tests are told in words, deliveries can be read and tried again."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from healther.accounts.models import AuditEntry
from healther.accounts.throttle import Limit
from healther.alerting import outbox
from healther.alerting.channels import test_sender
from healther.alerting.channels.test_sender import OF_PERSON, OF_WORKSPACE, TestSender
from healther.alerting.models import Channel, Delivery, DeliveryState
from healther.channels.base import MessageKind
from healther.core.clock import now_ms
from healther.core.ids import new_id
from tests.support.api import Api, Person, where
from tests.support.sinks import http_sink, message
from tests.support.wire import guarded_net, response

HOOK: dict[str, Any] = {
    "name": "Hook",
    "kind": "webhook",
    "options": {
        "url": "https://hooks.example.org/catch/hush-path?sig=hush-query",
        "signing_secret": "hush-hush-hush-hush",
        "headers": {"X-Key": "shh"},
    },
}


async def made(person: Person, workspace_id: str, **fields: object) -> dict[str, Any]:
    answer = await person.post(f"/workspaces/{workspace_id}/channels", {**HOOK, **fields})
    assert answer.status_code == 201, answer.text
    channel: dict[str, Any] = answer.json()
    return channel


async def test_secrets_go_in_and_never_come_out(api: Api) -> None:
    ada = await api.person("ada")
    workspace_id = await ada.workspace("Acme")
    channel = await made(ada, workspace_id)
    path = f"/workspaces/{workspace_id}/channels/{channel['id']}"
    assert channel["options"]["signing_secret"] == channel["options"]["url"] == "********"
    assert channel["options"]["headers"] == {"X-Key": "********"}
    renamed = await ada.http.patch(path, json={"name": "Other", "options": {**channel["options"], "method": "PUT"}})
    assert (renamed.status_code, renamed.json()["version"]) == (200, 2)
    listed = await ada.get(f"/workspaces/{workspace_id}/channels")
    assert "hush" not in listed.text + renamed.text
    async with api.db.read() as session:
        (row,) = (await session.exec(select(Channel))).all()
        trail = (await session.exec(select(AuditEntry).where(AuditEntry.object_id == channel["id"]))).all()
    assert "hush" not in str(row.options)
    assert [each.action for each in trail] == ["channel.create", "channel.update"]
    assert "hush" not in str([each.details for each in trail])


async def test_an_observer_and_a_key_that_reads_do_not_see_where_a_webhook_goes(sqlite_api: Api) -> None:
    ada, eve = await sqlite_api.person("ada"), await sqlite_api.person("eve")
    workspace_id = await ada.workspace("Acme")
    await ada.add(workspace_id, eve, "observer")
    channel = await made(ada, workspace_id)
    async with sqlite_api.db.write() as session:
        # As it was stored when the address was no secret.
        row = await session.get_one(Channel, UUID(channel["id"]))
        row.options = {**row.options, "url": HOOK["options"]["url"]}
    path = f"/workspaces/{workspace_id}/channels"
    key = (await ada.post(f"/workspaces/{workspace_id}/api-keys", {"name": "Graphs", "scope": "read"})).json()["key"]
    by_key = await ada.http.get(path, headers={"Authorization": f"Bearer {key}"})
    for answer in (await eve.get(path), by_key, await ada.get(f"{path}/{channel['id']}")):
        assert answer.status_code == 200, answer.text
        assert "hush" not in answer.text


async def test_a_webhook_keeps_its_address_while_something_else_is_edited(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace("Acme")
    async with http_sink() as sink, guarded_net() as net:
        sqlite_api.app.state.test_sender = TestSender(net, sqlite_api.app.state.settings)
        channel = await made(ada, workspace_id, options={"url": f"{sink.url}/catch/hush"})
        path = f"/workspaces/{workspace_id}/channels/{channel['id']}"
        edited = await ada.http.patch(path, json={"options": {**channel["options"], "method": "PUT"}})
        assert (edited.status_code, edited.json()["options"]["url"]) == (200, "********")
        sink.answer = response("404 Not Found", b"there is no /catch/hush here")
        assert (await ada.post(f"{path}/test")).json()["answer"] == "answered 404: there is no /[hidden] here"
        assert [(each.method, each.path) for each in sink.requests] == [("PUT", "/catch/hush")]


async def test_a_webhook_stays_signed_when_its_address_alone_is_sent(api: Api) -> None:
    ada = await api.person("ada")
    workspace_id = await ada.workspace("Acme")
    async with http_sink() as sink, guarded_net() as net:
        api.app.state.test_sender = TestSender(net, api.app.state.settings)
        channel = await made(ada, workspace_id, options={**HOOK["options"], "url": f"{sink.url}/a", "method": "PUT"})
        channels = f"/workspaces/{workspace_id}/channels"
        path = f"{channels}/{channel['id']}"
        edited = await ada.http.patch(path, json={"options": {"url": f"{sink.url}/b", "method": None}})
        assert (edited.status_code, "signing_secret" in edited.json()["options"]) == (200, True)
        assert (await ada.post(f"{path}/test")).json()["taken"] is True
        unsaved = {"kind": "webhook", "channel_id": channel["id"], "options": {"headers": None}}
        assert (await ada.post(f"{channels}/test", unsaved)).json()["taken"] is True
        other_kind = {"kind": "slack", "channel_id": channel["id"], "options": {}}
        assert where(await ada.post(f"{channels}/test", other_kind)) == ["body.options.webhook_url"]
        saved, tried = sink.requests
    assert (saved.method, saved.path, saved.headers["x-key"]) == ("POST", "/b", "shh")
    assert (tried.path, "x-key" in tried.headers) == ("/b", False)
    assert all(each.headers["webhook-signature"].startswith("v1,") for each in (saved, tried))
    assert where(await ada.http.patch(path, json={"options": {"url": None}})) == ["body.options.url"]


async def test_a_default_that_is_written_out_is_no_other_server(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace("Acme")
    options = {"topic": "ops-1", "access_token": "tk_hush"}
    channel = await made(ada, workspace_id, kind="ntfy", options=options)
    path = f"/workspaces/{workspace_id}/channels/{channel['id']}"
    assert (await ada.http.patch(path, json={"options": {"server": "https://ntfy.sh"}})).status_code == 200
    assert (await ada.http.patch(path, json={"options": {"server": None}})).status_code == 200
    elsewhere = {"options": {"server": "https://ntfy.example.org"}}
    assert where(await ada.http.patch(path, json=elsewhere)) == ["body.options.access_token"]


async def test_kept_secrets_are_not_sent_to_another_server(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace("Acme")
    channel = await made(ada, workspace_id)
    path = f"/workspaces/{workspace_id}/channels/{channel['id']}"
    options = {**channel["options"], "url": "https://evil.example.org/"}
    both = ["body.options.headers", "body.options.signing_secret"]
    for elsewhere in (options, {"url": "https://evil.example.org/"}):
        assert where(await ada.http.patch(path, json={"options": elsewhere})) == both
    same = {**channel["options"], "url": "https://hooks.example.org/b"}
    assert (await ada.http.patch(path, json={"options": same})).status_code == 200
    tried = {"kind": "webhook", "options": options, "channel_id": channel["id"]}
    assert where(await ada.post(f"/workspaces/{workspace_id}/channels/test", tried)) == both
    moved = {"url": "https://other.example.org/", "headers": None, "signing_secret": "new-new-new-new-new"}
    answer = await ada.http.patch(path, json={"options": moved})
    assert answer.json()["options"] == {"url": "********", "signing_secret": "********"}
    masked = {**HOOK, "options": {"url": "https://hooks.example.org/", "signing_secret": "********"}}
    assert where(await ada.post(f"/workspaces/{workspace_id}/channels", masked)) == ["body.options.signing_secret"]


@pytest.mark.parametrize(
    "url",
    [
        "bluesky://alice.bsky.social:hush-hush",
        "o365://tenant:hush/client/secret/ops",
        "json://[hush/",
        "json://h:99999/hush",
    ],
)
async def test_an_address_as_only_apprise_writes_it_is_kept_edited_and_tried_and_in_no_log(
    sqlite_api: Api, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace("Acme")
    apprise = {"kind": "apprise", "options": {"url": url}}
    channel = await made(ada, workspace_id, **apprise)
    path = f"/workspaces/{workspace_id}/channels"
    async with guarded_net() as net:
        sqlite_api.app.state.test_sender = TestSender(net, sqlite_api.app.state.settings)
        tried = await ada.post(f"{path}/test", apprise)
    edited = await ada.http.patch(f"{path}/{channel['id']}", json={"options": {"url": f"{url}2"}})
    assert (tried.status_code, tried.json()["taken"], edited.status_code) == (200, False, 200)
    said = "".join(capsys.readouterr())
    assert "hush" not in tried.text + edited.text + said


async def test_wrong_options_are_told_field_by_field(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    path = f"/workspaces/{await ada.workspace('Acme')}/channels"
    assert where(await ada.post(path, {"name": "x", "kind": "pigeon", "options": {}})) == ["body.kind"]
    assert where(await ada.post(path, {"name": "x", "kind": "email", "options": {}})) == ["body.options.to"]
    smuggled = {**HOOK, "options": {"url": "file:///etc/passwd", "shell": "x"}}
    assert where(await ada.post(path, smuggled)) == ["body.options.url", "body.options.shell"]
    quiet = {**HOOK, "quiet_hours": [{"starts": "25:00", "ends": "07:00"}]}
    assert where(await ada.post(path, quiet)) == ["body.quiet_hours.0.starts"]


async def test_the_kinds_have_forms_and_say_whether_mail_works(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    answer = (await ada.get("/channel-kinds")).json()
    titles = {each["kind"]: each["title"] for each in answer["kinds"]}
    assert titles["teams"] == "Microsoft Teams"
    assert answer["mail_configured"] is False
    workspace_id = await ada.workspace("Acme")
    mail = await made(ada, workspace_id, kind="email", options={"to": ["ops@example.org"]})
    own = {"to": ["ops@example.org"], "host": "smtp.example.org", "sender": "a@example.org"}
    assert mail["usable"] is False
    assert (await made(ada, workspace_id, kind="email", options=own))["usable"] is True


async def test_a_test_message_tells_what_the_other_side_said(sqlite_api: Api) -> None:
    ada = await sqlite_api.person("ada")
    workspace_id = await ada.workspace("Acme")
    async with http_sink() as sink, guarded_net() as net:
        sqlite_api.app.state.test_sender = TestSender(net, sqlite_api.app.state.settings)
        channel = await made(ada, workspace_id, options={"url": sink.url, "headers": {"X-Key": "shh"}})
        path = f"/workspaces/{workspace_id}/channels"
        good = (await ada.post(f"{path}/{channel['id']}/test")).json()
        assert (good["taken"], good["answer"]) == (True, "answered 200: ok")
        assert sink.requests[0].headers["x-key"] == "shh"
        assert sink.requests[0].json["kind"] == "test"
        sink.answer = response("403 Forbidden", b"not you")
        unsaved = {"kind": "webhook", "options": channel["options"], "channel_id": channel["id"]}
        bad = (await ada.post(f"{path}/test", unsaved)).json()
        assert (bad["taken"], bad["answer"]) == (False, "answered 403: not you")
    no_mail = await ada.post(f"{path}/test", {"kind": "email", "options": {"to": ["a@example.org"]}})
    assert "HEALTHER_SMTP_URL" in no_mail.json()["answer"]


async def test_tests_are_limited_for_a_person_and_for_a_workspace(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob = await api.person("ada"), await api.person("bob")
    first, second = await ada.workspace("Acme"), await ada.workspace("Other")
    await ada.add(first, bob, "admin")
    mail = {"kind": "email", "options": {"to": ["stranger@example.org"]}}
    for _ in range(OF_PERSON.tries):
        assert (await ada.post(f"/workspaces/{first}/channels/test", mail)).status_code == 200
    saved = await made(ada, second, **mail)
    for path in (f"/workspaces/{first}/channels/test", f"/workspaces/{second}/channels/{saved['id']}/test"):
        refused = await ada.post(path, mail if path.endswith("channels/test") else None)
        assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert (await bob.post(f"/workspaces/{first}/channels/test", mail)).status_code == 200
    monkeypatch.setattr(test_sender, "OF_WORKSPACE", Limit(OF_WORKSPACE.name, OF_PERSON.tries + 1))
    assert (await bob.post(f"/workspaces/{first}/channels/test", mail)).status_code == 429


async def test_deliveries_are_listed_and_a_dead_one_is_tried_again(api: Api) -> None:
    ada = await api.person("ada")
    workspace_id = await ada.workspace("Acme")
    channel = await made(ada, workspace_id)
    async with api.db.write() as session:
        (row,) = (await session.exec(select(Channel))).all()
        for state in (DeliveryState.DEAD, DeliveryState.SENT):
            delivery = await outbox.queue(
                session, workspace_id=row.workspace_id, kind=MessageKind.DOWN, message=message(id=new_id()),
                channel_id=row.id, now_ms=now_ms(),
            )  # fmt: skip
            delivery.state, delivery.ended_at, delivery.answer = state, now_ms(), "so it was"
            session.add(delivery)
    path = f"/workspaces/{workspace_id}/deliveries"
    first = (await ada.http.get(path, params={"limit": 1})).json()
    second = (await ada.http.get(path, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [each["state"] for each in first["items"] + second["items"]] == ["sent", "dead"]
    (dead,) = (await ada.http.get(path, params={"state": "dead", "channel_id": channel["id"]})).json()["items"]
    assert (dead["to"], dead["title"], dead["answer"]) == ("Hook", "Shop", "so it was")
    again = await ada.post(f"{path}/{dead['id']}/retry")
    assert (again.status_code, again.json()["state"]) == (200, "queued")
    assert (await ada.post(f"{path}/{dead['id']}/retry")).status_code == 409
    switched = await ada.http.patch(f"/workspaces/{workspace_id}/channels/{channel['id']}", json={"enabled": False})
    assert switched.json()["enabled"] is False
    async with api.db.read() as session:
        states = {each.state for each in (await session.exec(select(Delivery))).all()}
    assert states == {DeliveryState.SENT, DeliveryState.CANCELLED}
