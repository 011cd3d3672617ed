"""What was given up and is tried again by hand comes in its place, or not at all."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from healther.alerting import outbox
from healther.alerting.models import Delivery, DeliveryState
from healther.channels.base import MessageKind
from healther.core.clock import now_ms
from healther.core.ids import new_id
from healther.incidents.models import Incident
from tests.support.api import Api, Person
from tests.support.sinks import message

HOOK = {"name": "Hook", "kind": "webhook", "options": {"url": "https://hooks.example.org/a"}}


class Told:
    """One channel that is told of one incident."""

    def __init__(self, api: Api, ada: Person, workspace_id: str, channel_id: str, incident_id: UUID) -> None:
        self.api, self.ada, self.workspace_id = api, ada, workspace_id
        self.channel_id, self.incident_id = channel_id, incident_id

    @classmethod
    async def build(cls, api: Api) -> "Told":
        ada = await api.person("ada")
        workspace_id = await ada.workspace("Acme")
        channel = (await ada.post(f"/workspaces/{workspace_id}/channels", HOOK)).json()
        incident = Incident(workspace_id=UUID(workspace_id), title="Shop", started_at=1, detected_at=1)
        async with api.db.write() as session:
            session.add(incident)
        return cls(api, ada, workspace_id, channel["id"], incident.id)

    async def put(self, kind: MessageKind, state: DeliveryState, *, first: bool = False) -> UUID:
        what = message(kind, id=new_id(), first=first)
        async with self.api.db.write() as session:
            row = await outbox.queue(
                session, workspace_id=UUID(self.workspace_id), kind=kind, message=what,
                channel_id=UUID(self.channel_id), incident_id=self.incident_id, now_ms=now_ms(),
            )  # fmt: skip
            row.state = state
        return what.id

    async def over(self) -> None:
        async with self.api.db.write() as session:
            await session.exec(update(Incident).where(col(Incident.id) == self.incident_id).values(resolved_at=2))

    async def retried(self, delivery_id: UUID) -> str:
        answer = await self.ada.post(f"/workspaces/{self.workspace_id}/deliveries/{delivery_id}/retry")
        return "queued" if answer.status_code == 200 else f"{answer.status_code} {answer.json()['detail']}"

    async def read(self, delivery_id: UUID) -> Delivery:
        async with self.api.db.read() as session:
            return await session.get_one(Delivery, delivery_id)


async def test_what_was_queued_behind_waits_for_it_again(api: Api) -> None:
    told = await Told.build(api)
    down = await told.put(MessageKind.DOWN, DeliveryState.QUEUED, first=True)
    reminder = await told.put(MessageKind.REMINDER, DeliveryState.QUEUED)
    for each in (down, reminder):
        async with api.db.write() as session:
            await session.exec(update(Delivery).where(col(Delivery.id) == each).values(state=DeliveryState.DEAD))
    assert await told.retried(reminder) == "queued"
    assert await told.retried(down) == "queued"
    assert (await told.read(reminder)).after_id == down


async def test_it_does_not_come_after_a_later_message(api: Api) -> None:
    told = await Told.build(api)
    down = await told.put(MessageKind.DOWN, DeliveryState.DEAD, first=True)
    await told.put(MessageKind.REMINDER, DeliveryState.SENT)
    assert (await told.retried(down)).startswith("409 A later message")
    assert (await told.read(down)).state == DeliveryState.DEAD


async def test_nobody_hears_that_something_is_down_when_it_is_over_nor_an_end_without_a_beginning(api: Api) -> None:
    told = await Told.build(api)
    down = await told.put(MessageKind.DOWN, DeliveryState.DEAD, first=True)
    recovered = await told.put(MessageKind.RECOVERED, DeliveryState.DEAD)
    await told.over()
    assert (await told.retried(down)).startswith("409 The incident is over")
    assert (await told.retried(recovered)).startswith("409 Nothing that said that it had begun")
    whole = await told.put(MessageKind.RECOVERED, DeliveryState.DEAD, first=True)
    assert await told.retried(whole) == "queued"
