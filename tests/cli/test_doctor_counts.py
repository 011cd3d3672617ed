"""`healther doctor` counts in words that fit: one of a thing is no plural."""

import asyncio

from healther.accounts.models import User
from healther.core.clock import now_ms
from healther.core.db import Database
from tests.support.doctor import said
from tests.support.watchers import add_watcher


def test_one_account_and_one_watcher_are_no_plurals(run, sqlite_url):
    async def one_more(number: int) -> None:
        db = Database(sqlite_url)
        async with db.write() as session:
            session.add(User(email=f"ada{number}@example.org", full_name="Ada", hashed_password="-"))
        await add_watcher(db, now_ms())
        await db.close()

    asyncio.run(one_more(1))
    first = run("doctor", HEALTHER_DATABASE_URL=sqlite_url)
    assert said(first.output, "accounts") == ["ok 1 account, 1 watcher (0 paused)"]
    asyncio.run(one_more(2))
    assert said(run("doctor").output, "accounts") == ["ok 2 accounts, 2 watchers (0 paused)"]
