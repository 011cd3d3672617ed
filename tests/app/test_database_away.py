"""What a 503 says of a database that cannot save: what is so, with SQLite and PostgreSQL saying it themselves."""

import pytest
from sqlalchemy import text

from tests.support.api import Api

REFUSES = {
    "PRAGMA max_page_count=1": "The disk of the database is full: nothing can be saved before there is room on it.",
    "PRAGMA query_only=1": "The database can only be read: ",
}


@pytest.mark.parametrize("pragma", REFUSES)
async def test_a_database_that_refuses_to_save_says_why(sqlite_api: Api, pragma: str) -> None:
    owner = await sqlite_api.person("ada")
    workspace = await owner.workspace()
    # On the one connection that writes.
    async with sqlite_api.db.write_connection() as connection:
        await connection.execute(text(pragma))
    path = f"/workspaces/{workspace}/watchers"
    for number in range(100):
        answer = await owner.post(path, {"name": f"Shop {number}", "url": "https://example.org/" + "x" * 1500})
        if answer.status_code != 201:
            break
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith(REFUSES[pragma])
    assert (await owner.get(path)).status_code == 200


async def test_postgresql_that_may_only_be_read_says_so(api: Api) -> None:
    if api.db.is_sqlite:
        pytest.skip("the other test is SQLite's")
    owner = await api.person("ada")
    async with api.db.write_connection() as connection:
        name = (await connection.execute(text("SELECT current_database()"))).scalar_one()
        await connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    await api.db.close()
    answer = await owner.post("/workspaces", {"name": "Acme"})
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("The database can only be read: ")
