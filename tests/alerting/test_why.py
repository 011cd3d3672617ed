"""Why was I (not) paged: the checks, the rules, what was held back, and every answer."""

from uuid import UUID

from healther.alerting.models import AlertPolicy, AlertRun, Channel, Delivery, DeliveryAttempt, DeliveryState, Lane
from healther.core.clock import now_ms
from healther.core.ids import new_id
from healther.incidents.models import EntryKind, Hold, Incident
from healther.incidents.timeline import entry
from healther.status_pages.models import StatusPage, Subscriber
from healther.watchers.states import State
from tests.support.api import Api
from tests.support.history import counted_statements
from tests.support.results import check_many


async def test_everything_that_explains_an_alert_is_in_one_answer(api: Api) -> None:
    owner = await api.person("ada")
    workspace = await owner.workspace()
    watcher = UUID((await owner.watcher(workspace))["id"])
    at = now_ms() + 1_000
    for number, status in enumerate([State.HEALTHY] * 5 + [State.DOWN] * 3):
        await check_many(api.db, [watcher], at + 5_000 * number, status)
    base = f"/workspaces/{workspace}/incidents"
    incident_id = UUID((await owner.get(base)).json()["items"][0]["id"])
    async with api.db.write() as session:
        channel = Channel(workspace_id=UUID(workspace), name="Night shift", kind="email")
        policy = AlertPolicy(workspace_id=UUID(workspace), name="Nights")
        session.add_all([channel, policy])
        incident = await session.get_one(Incident, incident_id)
        incident.hold, incident.hold_detail = Hold.PARENT, "Router is down"
        session.add(incident)
        await session.flush()
        delivery = Delivery(
            workspace_id=UUID(workspace), kind="down", channel_id=channel.id, incident_id=incident_id,
            created_at=at + 41_000, next_at=at, state=DeliveryState.DEAD, ended_at=at + 50_000, answer="given up",
        )  # fmt: skip
        session.add_all(
            [
                AlertRun(incident_id=incident_id, policy_id=policy.id, kind="down", started_at=at + 41_000),
                delivery,
                entry(incident_id, EntryKind.RULE, at + 41_000, facts={"policy": "Nights"}),
                entry(incident_id, EntryKind.HELD, at + 42_000, facts={"hold": "parent"}),
            ]
        )
        await session.flush()
        session.add_all(
            DeliveryAttempt(delivery_id=delivery.id, number=number, at=at, took_ms=12, outcome="retry", answer="451 no")
            for number in (1, 2)
        )
    with counted_statements(api.db) as queries:
        why = (await owner.get(f"{base}/{incident_id}/why")).json()
    (led,) = why["checks"]
    assert [each["status"] for each in led["checks"]] == ["healthy"] * 3 + ["down"] * 3
    assert led["checks"][-1]["reason"] == "connect_refused"
    assert (why["hold"], why["hold_detail"]) == ("parent", "Router is down")
    assert [each["kind"] for each in why["decisions"]] == ["rule", "held"]
    assert [(each["policy"], each["ended_at"]) for each in why["runs"]] == [("Nights", None)]
    nothing = {"sent": 0, "waiting": 0, "quiet": 0, "capped": 0, "taken_back": 0, "withheld": 0}
    assert why["messages"] == {**nothing, "given_up": 1}
    (sent,) = why["deliveries"]["items"]
    assert (sent["to"], sent["state"], sent["answer"], sent["next_at"]) == ("Night shift", "dead", "given up", None)
    assert [(each["number"], each["answer"]) for each in sent["attempts"]] == [(1, "451 no"), (2, "451 no")]
    assert len([each for each in queries if each.lstrip().startswith("SELECT")]) <= 9
    assert (await owner.get(f"{base}/{new_id()}/why")).status_code == 404


async def test_what_was_sent_is_counted_apart_from_what_waits_and_why_and_from_what_was_taken_back(api: Api) -> None:
    owner = await api.person("ada")
    workspace = await owner.workspace()
    watcher = UUID((await owner.watcher(workspace))["id"])
    await check_many(api.db, [watcher], now_ms() + 1_000, State.DOWN)
    base = f"/workspaces/{workspace}/incidents"
    incident_id = UUID((await owner.get(base)).json()["items"][0]["id"])
    soon, late = now_ms() - 1_000, now_ms() + 3_600_000
    # Which state, when it is tried next, how often it was tried, and what was answered.
    rows = [
        *[(DeliveryState.SENT, soon, 1, "ok")] * 120, (DeliveryState.QUEUED, soon, 0, None),
        (DeliveryState.QUEUED, late, 2, "answered 503"), *[(DeliveryState.QUEUED, late, 0, None)] * 2,
        *[(DeliveryState.QUEUED, late, 0, "waits until 12:00 UTC")] * 3, (DeliveryState.DEAD, soon, 9, "given up"),
        *[(DeliveryState.CANCELLED, soon, 0, "superseded: it was over before it could leave")] * 4,
        (DeliveryState.CANCELLED, soon, 0, "waiting for confirmation of eve@example.org"),
        (DeliveryState.CANCELLED, soon, 0, "refused by eve@example.org"),
    ]  # fmt: skip
    async with api.db.write() as session:
        session.add_all(
            Delivery(
                workspace_id=UUID(workspace), kind="down", user_id=UUID(owner.id), incident_id=incident_id,
                created_at=soon, next_at=at, state=state, attempts=attempts, answer=answer,
                ended_at=None if state == DeliveryState.QUEUED else soon,
            )
            for state, at, attempts, answer in rows
        )  # fmt: skip
    why = (await owner.get(f"{base}/{incident_id}/why")).json()
    assert why["messages"] == {
        "sent": 120, "waiting": 2, "quiet": 2, "capped": 3, "given_up": 1, "taken_back": 4, "withheld": 2,
    }  # fmt: skip
    listed = why["deliveries"]["items"]
    assert len(listed) < 120, "more than a page shows"
    cancelled = (await owner.get(f"/workspaces/{workspace}/deliveries", state="cancelled")).json()["items"]
    assert {each["because"]["because"] for each in cancelled} == {"superseded", "unconfirmed", "refused"}
    capped = (await owner.get(f"/workspaces/{workspace}/deliveries", state="queued")).json()["items"]
    reasons = [each["because"]["because"] for each in capped if each["because"] is not None]
    assert (len(capped), reasons) == (7, ["capped"] * 3)
    assert [each for each in listed if each["state"] in ("sent", "dead") and each["because"] is not None] == []


async def test_messages_to_the_subscribers_of_a_page_are_one_line_without_their_addresses(api: Api) -> None:
    owner = await api.person("ada")
    workspace = await owner.workspace()
    ours, at = UUID(workspace), now_ms()
    pages = [StatusPage(workspace_id=ours, slug=f"page-{title.lower()}", title=title) for title in ("Shop", "Blog")]
    incident = Incident(workspace_id=ours, title="Slow", started_at=1, detected_at=1)
    people = [
        Subscriber(
            page_id=page.id, kind="email", sealed_address=b"eve@example.org", address_hash=bytes([number]),
            created_at=at,
        )
        for page in pages
        for number in range(3)
    ]  # fmt: skip
    states = [DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.DEAD, *[DeliveryState.SENT] * 3]
    async with api.db.write() as session:
        session.add_all([*pages, incident])
        await session.flush()
        session.add_all(people)
        await session.flush()
        session.add_all(
            Delivery(
                workspace_id=ours, lane=Lane.SUBSCRIBER, kind="update", subscriber_id=each.id, incident_id=incident.id,
                created_at=at, next_at=at, state=state,
            )
            for each, state in zip(people, states, strict=True)
        )  # fmt: skip
        session.add(
            Delivery(
                workspace_id=ours, kind="down", user_id=UUID(owner.id), incident_id=incident.id,
                created_at=at, next_at=at, state=DeliveryState.SENT,
            )
        )  # fmt: skip
    asked = await owner.get(f"/workspaces/{workspace}/incidents/{incident.id}/why")
    why = asked.json()
    nothing = dict.fromkeys(why["messages"], 0)
    assert why["messages"] == {**nothing, "sent": 5, "waiting": 1, "given_up": 1}
    assert why["pages"] == [
        {"page": "Blog", "page_id": str(pages[1].id), "messages": {**nothing, "sent": 3}},
        {"page": "Shop", "page_id": str(pages[0].id), "messages": {**nothing, "sent": 1, "waiting": 1, "given_up": 1}},
    ]
    assert [each["to"] for each in why["deliveries"]["items"]] == ["Ada"]
    assert "eve@example.org" not in asked.text
