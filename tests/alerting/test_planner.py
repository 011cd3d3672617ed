"""Planning through the real record path: who is told what, when, once; on both databases."""

from healther.watchers.states import State
from tests.support.alerting import World


async def test_a_failure_is_told_once_with_what_when_and_why_and_so_is_its_end(world: World) -> None:
    await world.policy((0, "mail"))
    (shop,) = await world.watchers("shop")
    await world.check([shop], State.DOWN)
    assert await world.turn(1_000) == 500, "others that belong to it may follow"
    assert await world.deliveries() == []
    await world.turn(600)
    (down,) = await world.deliveries()
    body = down.body
    assert (down.kind, down.channel_id, down.next_at) == ("down", world.channels["mail"], world.now)
    assert (body["title"], body["started_at"], body["first"], body["workspace"]) == ("shop", world.now - 1_600, True, "Acme")
    assert body["affected"] == [
        {"name": "shop", "target": "http://shop.example.org/", "state": "down", "reason": "nothing listens"}
    ]
    assert body["id"] == str(down.id)
    for _ in range(3):
        await world.turn()
    assert await world.kinds() == ["down"]
    await world.check([shop], State.HEALTHY)
    await world.turn()
    down, recovered = await world.deliveries()
    assert (recovered.kind, recovered.after_id, recovered.body["thread"]) == ("recovered", down.id, body["thread"])
    assert (recovered.body["ended_at"], recovered.body["acknowledge_link"]) == (world.now - 2_000, None)
    await world.turn()
    assert await world.kinds() == ["down", "recovered"]
