"""What cannot be told on one page is put off; subscribers of the others hear of theirs."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from healther.alerting.models import Delivery, Lane
from healther.alerting.subscribers.fan_out import FanOut
from healther.core.clock import HOUR_MS, SECOND_MS, now_ms, to_utc
from healther.observability.metrics import REGISTRY
from healther.status_pages.models import StatusPage, Subscriber
from tests.support.api import Api
from tests.support.status_pages import make_page, workspace_with


def failed() -> float:
    return REGISTRY.get_sample_value("healther_parts_failed_total", {"loop": "tell subscribers"}) or 0


async def test_news_of_a_page_that_cannot_be_read_wait_and_those_of_others_do_not(api: Api) -> None:
    owner, workspace, (shop, blog) = await workspace_with(api, "Shop", "Blog")
    broken = await make_page(owner, workspace, [shop], slug="broken")
    other = await make_page(owner, workspace, [blog], slug="other")
    for page, watcher in ((broken, shop), (other, blog)):
        async with api.db.write() as session:
            subscriber = Subscriber(
                page_id=UUID(page["id"]), kind="email", address_hash=page["id"].encode(), sealed_address=b"x",
                created_at=1, asked_at=1, confirmed_at=1,
            )  # fmt: skip
            session.add(subscriber)
        incident = {
            "title": "Slow", "page_ids": [page["id"]], "body": "We look.", "stage": "investigating",
            "components": [{"watcher_id": watcher["id"], "impact": "down"}],
        }  # fmt: skip
        assert (await owner.post(f"/workspaces/{workspace}/incidents", incident)).status_code == 201

    async def set_zone(zone: str) -> None:
        async with api.db.write() as session:
            await session.exec(
                update(StatusPage).where(col(StatusPage.id) == UUID(broken["id"])).values(time_zone=zone)
            )

    async def told() -> list[str]:
        query = select(StatusPage.slug).join(Subscriber, col(Subscriber.page_id) == StatusPage.id)
        query = query.join(Delivery, col(Delivery.subscriber_id) == Subscriber.id).where(
            Delivery.lane == Lane.SUBSCRIBER
        )
        async with api.db.read() as session:
            return list((await session.exec(query)).all())

    fan_out = FanOut(api.db, api.app.state.subscription_links, "http://testserver")
    await set_zone("Nowhere/Never")
    before, now = failed(), now_ms()
    assert await fan_out.turn(now)
    assert (await told(), failed() - before) == (["other"], 1)
    assert not await fan_out.turn(now + 500), "not before its time"
    await set_zone("UTC")
    assert await fan_out.turn(now + SECOND_MS)
    assert sorted(await told()) == ["broken", "other"]
    assert not await fan_out.turn(now + 2 * SECOND_MS)


async def test_maintenance_is_announced_within_seconds_after_the_clock_was_set_back(api: Api) -> None:
    """R12: windows are looked at every ten seconds, and not for the first time in an hour."""
    owner, workspace, (shop,) = await workspace_with(api, "Shop")
    page = await make_page(owner, workspace, [shop])
    async with api.db.write() as session:
        subscriber = Subscriber(
            page_id=UUID(page["id"]), kind="email", address_hash=b"h", sealed_address=b"x", created_at=1, asked_at=1,
            confirmed_at=1,
        )  # fmt: skip
        session.add(subscriber)
    fan_out, now = FanOut(api.db, api.app.state.subscription_links, "http://testserver"), now_ms()
    assert not await fan_out.turn(now + HOUR_MS)
    window = {
        "title": "Upgrade", "watcher_ids": [shop["id"]], "page_ids": [page["id"]], "duration_s": 1800,
        "starts_at": to_utc(now + 2 * HOUR_MS).isoformat(),
    }  # fmt: skip
    assert (await owner.post(f"/workspaces/{workspace}/maintenance", window)).status_code == 201
    assert await fan_out.turn(now_ms())
