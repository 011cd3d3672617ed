"""What people published stays published when incidents become one."""

from sqlmodel import select

from healther.status_pages.models import StatusPage, StatusPageIncident
from healther.watchers.states import State
from tests.support.alerting import START_MS, World


async def test_a_page_that_told_of_one_tells_of_what_it_became(world: World) -> None:
    watchers = await world.watchers("a", "b", "c", url="http://one.example.org/{name}")
    await world.check(watchers, State.DOWN)
    async with world.db.write() as session:
        page = StatusPage(workspace_id=world.workspace_id, slug="acme-status", title="Acme")
        session.add(page)
        await session.flush()
        session.add_all(
            StatusPageIncident(page_id=page.id, incident_id=incident.id, created_at=START_MS)
            for incident in (await world.incidents())[1:]
        )
    await world.turn()
    (incident,) = await world.incidents()
    assert len(await world.incidents(merged=True)) == 3
    async with world.db.read() as session:
        told = (await session.exec(select(StatusPageIncident.incident_id))).all()
    assert incident.id in told
