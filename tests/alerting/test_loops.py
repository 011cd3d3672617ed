"""The loops of alerting while the database is away: each is counted, and none ends."""

from pathlib import Path

from healther.alerting.loops import AlertingLoops
from healther.core.db import Database
from healther.observability.metrics import REGISTRY
from tests.support.api import settings_for
from tests.support.waiting import until
from tests.support.wire import guarded_net

LOOPS = ("plan", "tell subscribers", "send")


def failures() -> list[float]:
    named = "healther_database_failures_total"
    return [REGISTRY.get_sample_value(named, {"loop": each}) or 0 for each in LOOPS]


async def test_every_loop_that_cannot_use_the_database_is_counted_and_goes_on(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/nowhere/healther.db"
    db, before = Database(url), failures()
    async with guarded_net() as net:
        loops = AlertingLoops(settings_for(url), db, net)
        loops.start()

        async def counted() -> bool:
            return all(now >= then + 2 for now, then in zip(failures(), before, strict=True))

        await until(counted, "each has failed twice")
        await loops.stop()
    await db.close()
    assert not loops.failed
