"""Check now, of a watcher that does not stay."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tests.support.api import Api, Person


@dataclass
class Deleting:
    """Stands for somebody who deletes the watchers just when they come due."""

    person: Person
    home: str
    deleted: list[int] = field(default_factory=list)

    async def due_now(self, watcher_ids: Sequence[UUID]) -> None:
        for each in watcher_ids:
            self.deleted.append((await self.person.delete(f"{self.home}/watchers/{each}")).status_code)


async def test_what_is_deleted_while_it_is_checked_is_not_there(api: Api, ada: Person, home: str) -> None:
    watcher = (await ada.watcher(home.rpartition("/")[2]))["id"]
    somebody = api.app.state.waker = Deleting(ada, home)
    answer = await ada.post(f"{home}/watchers/{watcher}/check")
    assert somebody.deleted == [204]
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such watcher in this workspace.")
