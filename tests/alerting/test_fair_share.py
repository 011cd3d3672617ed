"""Nobody waits for somebody else who hangs: places in flight are shared out (R2)."""

import pytest

from healther.alerting.deliver import senders as sending
from healther.alerting.deliver.claim import IN_FLIGHT_PER_CHANNEL
from healther.alerting.models import DeliveryState
from tests.support.alerting import World
from tests.support.sending import at_work, ended, put, webhook
from tests.support.sinks import HttpSink, http_sink
from tests.support.waiting import until


async def test_a_channel_that_hangs_holds_up_no_other(
    world: World, sink: HttpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "DRAIN_TIMEOUT_S", 0.1)
    async with http_sink() as hanging:
        hanging.wait_s = 60
        stuck = await webhook(world, hanging.url, "stuck")
        good = await webhook(world, sink.url, "good")
        for _ in range(3 * IN_FLIGHT_PER_CHANNEL):
            await put(world, stuck)
        delivery_id = await put(world, good)
        async with at_work(world.db):
            assert (await ended(world, delivery_id)).state == DeliveryState.SENT

            async def full() -> bool:
                return len(hanging.requests) >= IN_FLIGHT_PER_CHANNEL

            await until(full, "the hanging channel has its share")
            assert len(hanging.requests) == IN_FLIGHT_PER_CHANNEL
