"""60,000 watchers at one minute: memory of the process, and how soon a restart is back at full rate."""

import asyncio
import time
from contextlib import ExitStack

from sqlalchemy import text

from benchmarks.processes import embedded_environment, healther_up
from benchmarks.seed import seed
from benchmarks.targets import cheap_server
from healther.core.clock import now_ms
from healther.core.db import Database

CADENCE_S = 60
WINDOW_S = 10


def run(watchers: int) -> dict[str, object]:
    """RSS after every watcher was checked at least once, and checks per 10 s window after a restart."""
    with ExitStack() as stack:
        target = stack.enter_context(cheap_server())
        environment = stack.enter_context(embedded_environment())
        urls = [f"http://127.0.0.1:{target.plain_port}/{number}" for number in range(watchers)]
        seed(environment["DATABASE_URL"], urls, every_s=CADENCE_S)
        with healther_up(environment) as (process, _):
            time.sleep(CADENCE_S + 15)
            rss_mb = process.memory_info().rss / 1e6
        restarted_ms = now_ms()
        with healther_up(environment):
            time.sleep(CADENCE_S + 5)
            windows = asyncio.run(_per_window(environment["DATABASE_URL"], restarted_ms))
        expected = watchers / CADENCE_S * WINDOW_S
        full = next((number for number, count in enumerate(windows) if count >= 0.95 * expected), None)
        return {
            "setup": "embedded",
            "watchers": watchers,
            "rss_mb": round(rss_mb, 1),
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
