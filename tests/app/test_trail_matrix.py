"""A14: every route that changes something writes exactly one row of the trail, in its transaction, without secrets."""

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from healther.accounts.models import AuditEntry, MailAddress
from healther.alerting.models import Delivery, DeliveryState
from healther.core.clock import DAY_MS, now_ms, to_utc
from healther.core.ids import new_id
from healther.incidents.links import AcknowledgeLinks
from healther.status_pages.models import DomainProof, PageDomain, Subscriber
from tests.support.answering import AnsweringWaker
from tests.support.api import PASSWORD, Api
from tests.support.consent import confirm
from tests.support.deeds import OF_PEOPLE, Deed, Preparation, done
from tests.support.house import House
from tests.support.role_row import WORKSPACE
from tests.support.role_rows_record import AMENDMENT
from tests.support.role_table import (
    INCIDENT,
    NEW_POLICY,
    NEW_ROTATION,
    POLICY,
    ROTATION,
    ROWS,
    WATCHER,
    Ids,
)

DOCS = Path(__file__).parents[2] / "docs" / "audit.md"
STRANGER = "stranger@example.org"
SECRETS = (PASSWORD, "canary-hush", "another long phrase")

# What changes nothing that anybody keeps, or is somebody coming and going: docs/audit.md says so too.
NOT_IN_THE_TRAIL = {
    ("POST", "/api/v1/auth/token"): "signing in",
    ("POST", "/api/v1/invitations/look"): "a look",
    ("POST", "/api/v1/auth/refresh"): "signing in",
    ("POST", "/api/v1/auth/forgotten"): "a link that is mailed",
    ("POST", "/api/v1/auth/sign-out"): "signing out",
    ("POST", "/status/{slug}"): "a visitor's password",
    ("POST", "/status/{slug}/subscribe"): "a visitor's subscription",
    ("POST", "/subscription/{token}"): "a visitor's subscription",
    ("POST", "/subscription/{token}/unsubscribe"): "a visitor's subscription",
    ("POST", WORKSPACE + "/probe"): "a dry run",
    ("POST", WORKSPACE + "/incidents/preview"): "a dry run",
    ("POST", WORKSPACE + "/maintenance/preview"): "a dry run",
    ("POST", WORKSPACE + "/alert-policies/preview"): "a dry run",
    ("POST", WORKSPACE + "/backtest"): "a dry run",
    ("POST", WORKSPACE + "/channels/test"): "a test message",
    ("POST", WORKSPACE + "/channels/{channel_id}/test"): "a test message",
}
MUTATING = [key for key in ROWS if key[0] != "GET" and key not in NOT_IN_THE_TRAIL]


async def resumed(house: House, ids: Ids) -> Deed:
    await done(house, ids, f"/watchers/{ids.watcher_id}/resume")
    return Deed(ids)


async def tagged(house: House, ids: Ids) -> Deed:
    await done(house, ids, "/watchers/bulk", {"ids": [ids.watcher_id], "action": "tag", "tags": ["checkout"]})
    return Deed(ids)


async def bulk(house: House, ids: Ids) -> Deed:
    return Deed(ids, {"ids": [ids.watcher_id], "action": "tag", "tags": ["many"]})


async def said(house: House, ids: Ids) -> Deed:
    detail = await done(house, ids, f"/incidents/{ids.incident_id}/updates", {"body": "A note."})
    entry = next(each for each in detail["timeline"]["items"] if each["kind"] == "note")
    return Deed(replace(ids, entry_id=entry["id"]))


async def acknowledged(house: House, ids: Ids) -> Deed:
    await done(house, ids, f"/incidents/{ids.incident_id}/acknowledge")
    return Deed(ids)


async def resolved(house: House, ids: Ids) -> Deed:
    incident_id = (await done(house, ids, "/incidents", {"title": "Over"}))["id"]
    await done(house, ids, f"/incidents/{incident_id}/resolve", {})
    return Deed(replace(ids, incident_id=incident_id))


async def link(house: House, ids: Ids) -> Deed:
    incident_id = UUID((await done(house, ids, "/incidents", {"title": "Trouble"}))["id"])
    links: AcknowledgeLinks = house.api.app.state.acknowledge_links
    return Deed(replace(ids, token=links.make(incident_id, new_id(), now_ms()).rpartition("/")[2]), None, "anonymous")


async def question(house: House, ids: Ids) -> Deed:
    address_id = await stored(house, MailAddress(workspace_id=UUID(ids.workspace_id), address="eve@example.org"))
    link: str = house.api.app.state.consent_links.make(UUID(address_id), now_ms())
    return Deed(replace(ids, token=link.rpartition("/")[2]), None, "anonymous")


async def email_channel(house: House, ids: Ids) -> Deed:
    made = await done(house, ids, "/channels", {"name": "Mail", "kind": "email", "options": {"to": [STRANGER]}})
    async with house.api.db.write() as session:
        await session.exec(update(MailAddress).values(asked_at=None))
    # Nobody is asked because of somebody whose own address is not confirmed.
    await confirm(house.api, house.people["owner"].email)
    return Deed(replace(ids, channel_id=made["id"]), {"address": STRANGER})


async def running_window(house: House, ids: Ids) -> Deed:
    window = {"title": "Now", "starts_at": to_utc(now_ms() - 60_000).isoformat(), "all_watchers": True}
    return Deed(replace(ids, window_id=(await done(house, ids, "/maintenance", window))["id"]))


async def amendment(house: House, ids: Ids) -> Deed:
    return Deed(ids, {**AMENDMENT, "to": to_utc(now_ms()).isoformat()})


async def policy(house: House, ids: Ids) -> Deed:
    return Deed(ids, {**NEW_POLICY, "steps": [{"channel_ids": [ids.channel_id]}]})


async def another_policy(house: House, ids: Ids) -> Deed:
    made = await done(house, ids, "/alert-policies", (await policy(house, ids)).body)
    return Deed(replace(ids, policy_id=made["id"]))


async def rotation(house: House, ids: Ids) -> Deed:
    return Deed(ids, {**NEW_ROTATION, "members": [house.people["owner"].id]})


async def override(house: House, ids: Ids) -> Deed:
    begin, end = (to_utc(now_ms() + ahead).isoformat() for ahead in (DAY_MS, 2 * DAY_MS))
    return Deed(ids, {"user_id": house.people["owner"].id, "starts_at": begin, "ends_at": end})


async def overridden(house: House, ids: Ids) -> Deed:
    made = await done(house, ids, f"/rotations/{ids.rotation_id}/overrides", (await override(house, ids)).body)
    return Deed(replace(ids, override_id=made["id"]))


async def dead_letter(house: House, ids: Ids) -> Deed:
    delivery = Delivery(
        workspace_id=UUID(ids.workspace_id), kind="down", channel_id=UUID(ids.channel_id), created_at=1, next_at=1,
        state=DeliveryState.DEAD, ended_at=2, body={"title": "Shop"},
    )  # fmt: skip
    return Deed(replace(ids, delivery_id=await stored(house, delivery)))


async def subscriber(house: House, ids: Ids) -> Deed:
    row = Subscriber(
        page_id=UUID(ids.page_id), kind="email", sealed_address=b"x", address_hash=b"x", created_at=1, asked_at=1
    )
    return Deed(replace(ids, subscriber_id=await stored(house, row)))


async def trusted_domain(house: House, ids: Ids) -> Deed:
    async with house.api.db.write() as session:
        row = PageDomain(page_id=UUID(ids.page_id), domain="x.example", proof=DomainProof.TRUSTED, entered_at=1)
        session.add(row)
    return Deed(ids)


async def stored(house: House, row: Delivery | MailAddress | Subscriber) -> str:
    async with house.api.db.write() as session:
        session.add(row)
    return str(row.id)


PREPARED: dict[tuple[str, str], Preparation] = {
    **OF_PEOPLE,
    ("PATCH", WORKSPACE + "/tags/{name}"): tagged,
    ("DELETE", WORKSPACE + "/tags/{name}"): tagged,
    ("POST", WORKSPACE + "/watchers/bulk"): bulk,
    ("POST", WATCHER + "/pause"): resumed,
    ("POST", WATCHER + "/check"): resumed,
    ("PATCH", INCIDENT + "/updates/{entry_id}"): said,
    ("POST", INCIDENT + "/unacknowledge"): acknowledged,
    ("POST", INCIDENT + "/reopen"): resolved,
    ("POST", "/ack/{token}"): link,
    ("POST", "/consent/{token}"): question,
    ("POST", WORKSPACE + "/channels/{channel_id}/ask"): email_channel,
    ("POST", WORKSPACE + "/maintenance/{window_id}/end"): running_window,
    ("POST", WORKSPACE + "/amendments"): amendment,
    ("POST", WORKSPACE + "/alert-policies"): policy,
    ("DELETE", POLICY): another_policy,
    ("POST", WORKSPACE + "/rotations"): rotation,
    ("POST", ROTATION + "/overrides"): override,
    ("DELETE", ROTATION + "/overrides/{override_id}"): overridden,
    ("POST", WORKSPACE + "/deliveries/{delivery_id}/retry"): dead_letter,
    ("DELETE", WORKSPACE + "/status-pages/{page_id}/subscribers/{subscriber_id}"): subscriber,
    ("POST", WORKSPACE + "/status-pages/{page_id}/domain/check"): trusted_domain,
}


@pytest.fixture
async def house(sqlite_api: Api) -> House:
    built = House(sqlite_api)
    await built.build()
    sqlite_api.app.state.waker = AnsweringWaker(sqlite_api)
    return built


async def rows_since(house: House, known: set[UUID]) -> list[AuditEntry]:
    async with house.api.db.read() as session:
        rows = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()
    return [row for row in rows if row.id not in known]


async def test_a14_whatever_changes_something_writes_one_row_in_its_workspace_without_secrets(house: House) -> None:
    wrong, seen = [], set()
    for key in MUTATING:
        of_workspace = any(part in key[1] for part in ("{workspace_id}", "{token}", "/v1/invitations/"))
        ids = house.ids
        if of_workspace and ROWS[key].spent:
            ids = await house.furnish(house.people["owner"], "Disposable")
        deed = await PREPARED[key](house, ids) if key in PREPARED else Deed(ids)
        known = {row.id for row in await rows_since(house, set())}
        answer = await house.ask(deed.column, key, deed.ids, body=deed.body)
        rows = await rows_since(house, known)
        # Of those who need an account of their own for it, signing up is in the trail before.
        rows = [row for row in rows if row.action != "user.register" or key[1].endswith("/auth/register")]
        if answer.status_code >= 400 or len(rows) != 1:
            wrong.append((*key, answer.status_code, answer.text[:200], [row.action for row in rows]))
            continue
        (row,) = rows
        seen.add(row.action)
        expected = UUID(ids.workspace_id) if of_workspace else None
        if key == ("POST", "/api/v1/workspaces"):
            expected = UUID(answer.json()["id"])
        if row.workspace_id != expected or "." not in row.action or not row.actor:
            wrong.append((*key, "is not told right", row.model_dump()))
        if any(secret in row.model_dump_json() for secret in SECRETS):
            wrong.append((*key, "tells a secret", row.model_dump()))
    assert wrong == []
    documented = set(re.findall(r"^\| `([a-z_]+(?:\.[a-z_]+)+)`", DOCS.read_text(), re.MULTILINE))
    assert seen - documented == set(), "docs/audit.md has a row for each"


async def test_what_is_not_in_the_trail_is_not(house: House) -> None:
    known = {row.id for row in await rows_since(house, set())}
    for key in NOT_IN_THE_TRAIL:
        await house.ask("owner", key, house.ids)
    assert [row.action for row in await rows_since(house, known) if row.action != "user.register"] == []


def test_what_is_not_in_the_trail_are_routes() -> None:
    assert set(NOT_IN_THE_TRAIL) - set(ROWS) == set()
