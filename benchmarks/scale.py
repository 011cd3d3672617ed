"""60,000 watchers at one minute: memory of each process, and how soon a restart is back at full rate."""

import asyncio
import time

from sqlalchemy import text

from benchmarks.path import first_round
from benchmarks.seed import seed
from benchmarks.setups import SETUPS, prepared
from benchmarks.targets import cheap_server
from healther.core.clock import now_ms
from healther.core.db import Database

CADENCE_S = 60
WINDOW_S = 10
# Some checks of a second round, for what only they need.
_GO_ON_S = 15


def run_all(watchers: int) -> list[dict[str, object]]:
    """By `healther up` on SQLite, and by one worker process and an API on PostgreSQL and Redis."""
    return [run(setup, watchers) for setup in SETUPS]


def run(setup: str, watchers: int) -> dict[str, object]:
    """RSS after every watcher was checked at least once, and checks per 10 s window after a restart.

    `rss_mb` is the process that has the engine; in a fleet the API is another one.
    """
    with cheap_server() as target, prepared(setup) as where:
        urls = [f"http://127.0.0.1:{target.plain_port}/{number}" for number in range(watchers)]
        seed(where.database_url, urls, every_s=CADENCE_S)
        with where.started() as started:
            asyncio.run(first_round(where.database_url))
            time.sleep(_GO_ON_S)
            rss_mb = started.engine.memory_info().rss / 1e6
            api_rss_mb = None if started.api is None else round(started.api.memory_info().rss / 1e6, 1)
        restarted_ms = now_ms()
        with where.started():
            time.sleep(CADENCE_S + 5)
            windows = asyncio.run(_per_window(where.database_url, restarted_ms))
    expected = watchers / CADENCE_S * WINDOW_S
    full = next((number for number, count in enumerate(windows) if count >= 0.95 * expected), None)
    return {
        "setup": setup,
        "watchers": watchers,
        "rss_mb": round(rss_mb, 1),
        "api_rss_mb": api_rss_mb,
        "checks_per_10s_after_restart": windows,
        "expected_per_10s": expected,
        "full_rate_after_s": None if full is None else full * WINDOW_S,
    }


async def _per_window(database_url: str, from_ms: int) -> list[int]:
    db = Database(database_url)
    query = text("SELECT (created_at - :from) / :width, count(*) FROM healthevent WHERE created_at >= :from GROUP BY 1")
    async with db.read_connection() as connection:
        counts = dict((await connection.execute(query, {"from": from_ms, "width": WINDOW_S * 1000})).tuples().all())
    await db.close()
    return [int(counts.get(number, 0)) for number in range(CADENCE_S // WINDOW_S)]
