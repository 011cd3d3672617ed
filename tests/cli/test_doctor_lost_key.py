"""`healther doctor` on a database that came back without the key that sealed its secrets."""

import asyncio

from healther.core.clock import now_ms
from healther.core.crypto import Sealer
from healther.core.db import Database
from healther.watchers.secrets import SEALER_PURPOSE, seal_options
from tests.support.doctor import said
from tests.support.watchers import add_watcher

KEY = "a-secret-only-for-tests-0123456789-abcdef"


def test_a_restored_database_without_its_key_is_a_problem(run, sqlite_url):
    async def seal() -> None:
        db = Database(sqlite_url)
        try:
            for _ in range(2):
                sealed = seal_options({"bearer_token": "t"}, Sealer(KEY, SEALER_PURPOSE))
                await add_watcher(db, now_ms(), sealed_options=sealed)
        finally:
            await db.close()

    empty = run("doctor", HEALTHER_DATABASE_URL=sqlite_url)
    assert said(empty.output, "secret key")[0].startswith("ok none yet; `healther up` makes one")
    asyncio.run(seal())
    lost = run("doctor")
    assert lost.exit_code == 1
    (only,) = said(lost.output, "secret key")
    assert only.startswith("PROBLEM the database holds 2 sealed secrets, and the key that sealed them is not here: ")
    assert said(run("doctor", HEALTHER_SECRET_KEY=KEY).output, "secrets")[0].startswith("ok 2 ")
