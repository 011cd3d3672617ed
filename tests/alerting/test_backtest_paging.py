"""Who a backtest says would have heard is who the planner told: the planner itself is the oracle."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from healther.alerting.backtest.outages import Outage
from healther.alerting.backtest.paging import Setting, alerts_of, messages_between
from healther.alerting.backtest.schemas import BacktestCreate, BacktestPublic
from healther.alerting.backtest.service import backtest
from healther.alerting.models import AlertPolicy
from healther.alerting.steps import advance
from healther.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS, to_utc
from healther.core.ids import new_id
from healther.history.models import Span
from healther.incidents.models import CauseKind
from healther.watchers.states import State
from tests.support.alerting import START_MS, World

H, G, D, U = State.HEALTHY, State.DEGRADED, State.DOWN, State.UNKNOWN
AS_RECORDED = {"failure_threshold": 1, "recovery_threshold": 1, "degraded_after_ms": 1_000}
"""What World.check judges by."""
NEW_KINDS = ("down", "degraded", "flapping", "certificate")


class Story(NamedTuple):
    """What happens to which of the watchers, every so many minutes; and who is to hear of it."""

    events: list[tuple[float, str, State]]
    steps: tuple[tuple[int, str], ...] = ((0, "mail"),)
    policy: dict[str, object] = {}  # noqa: RUF012 - a NamedTuple's default, never changed
    url: str = "http://{name}.test/"


ONE_HOST = "http://one.test/{name}"
OFTEN = [(1, "a", state) for state in (D, H, D, H, D, H, D, H)]
STORIES = {
    "down and back": Story([(1, "a", D), (5, "a", H)]),
    "worse": Story([(1, "a", G), (2, "a", D), (2, "a", G), (2, "a", H)]),
    "only down counts": Story([(1, "a", G), (2, "a", D), (2, "a", H)], policy={"changes": ["down"]}),
    "seen no more for a while": Story([(1, "a", D), (2, "a", U), (2, "a", D), (2, "a", U), (2, "a", H)]),
    "steps and reminders": Story(
        [(1, "a", D), (31, "a", H), (30, "a", D), (3, "a", H)], ((0, "mail"), (300, "phone")), {"remind_every_s": 600}
    ),
    "over before the first step": Story([(1, "a", D), (3, "a", H), (9, "a", D), (12, "a", H)], ((600, "mail"),)),
    "several of one host": Story([(1, "ab", D), (5, "a", H), (2, "b", H)], url="http://one.test/{name}"),
    "one joins": Story([(1, "ab", D), (1, "c", D), (5, "abc", H)], url="http://one.test/{name}"),
    "one joins in time": Story([(1, "ab", D), (0.5, "c", D), (5, "abc", H)], url=ONE_HOST),
    "several join one after the other": Story(
        [(1, "ab", D), (0.2, "c", D), (0.1, "d", D), (0.1, "e", D), (9, "abcde", H)], url=ONE_HOST
    ),
    "one joins and stays alone": Story([(1, "ab", D), (0.5, "c", D), (0.2, "ab", H), (20, "c", H)], url=ONE_HOST),
    "one joins, and is back before it is told of": Story(
        [(1, "ab", D), (0.3, "c", D), (0.2, "d", D), (0.2, "d", H), (5, "abc", H)], url=ONE_HOST
    ),
    "one joins, and a step names it": Story(
        [(1, "ab", D), (0.5, "c", D), (9, "abc", H)], ((0, "mail"), (50, "mail")), url=ONE_HOST
    ),
    "one joins that another step does not know of": Story(
        [(1, "ab", D), (0.5, "c", D), (9, "abc", H)], ((0, "mail"), (50, "phone")), url=ONE_HOST
    ),
    "one joins, and reminders name it": Story(
        [(1, "ab", D), (0.5, "c", D), (9, "abc", H)], ((0, "mail"),), {"remind_every_s": 60}, ONE_HOST
    ),
    "one joins that is of no concern": Story(
        [(1, "ab", D), (0.5, "c", G), (9, "abc", H)], policy={"changes": ["down", "recovered"]}, url=ONE_HOST
    ),
    "one joins, and gets worse": Story(
        [(1, "ab", D), (0.5, "c", G), (3, "c", D), (9, "abc", H)],
        policy={"changes": ["down", "recovered"]},
        url=ONE_HOST,
    ),
    "many join one": Story([(1, "a", D), (0.3, "bcd", D), (0.3, "efgh", D), (9, "abcdefgh", H)], url=ONE_HOST),
    "some are back, one after the other": Story(
        [(1, "abcdefgh", D), (5, "a", H), (0.5, "b", H), (3, "cd", H), (1, "e", H), (20, "f", H), (3, "gh", H)],
        url=ONE_HOST,
    ),
    "some are back, which nobody wants to hear": Story(
        [(1, "abc", D), (5, "ab", H), (9, "c", H)], policy={"changes": ["down"]}, url=ONE_HOST
    ),
    "unrelated": Story([(1, "ab", D), (5, "ab", H)]),
    "many at the same moment": Story([(1, "abcdefghijkl", D), (5, "abcdefghijkl", H)]),
    "flapping, and calm": Story([*OFTEN, (40, "b", H)]),
    "flapping, and down for good": Story([*OFTEN, (1, "a", D), (40, "b", H), (5, "a", H)]),
    "flapping nobody wants to hear of": Story([*OFTEN, (40, "b", H)], policy={"changes": ["down", "recovered"]}),
    "still going on": Story([(1, "a", D), (30, "b", H)], ((0, "mail"), (600, "phone"))),
}


async def told(world: World, story: Story) -> None:
    """Has it happen, with a turn of the planner every minute and two seconds after each check."""
    await world.policy(*story.steps, **story.policy)
    names = sorted({name for _, some, _ in story.events for name in some})
    ids = dict(zip(names, await world.watchers(*names, url=story.url), strict=True))
    for minutes, some, state in story.events:
        until = world.now + round(minutes * MINUTE_MS)
        while world.now < until:
            await world.turn(min(MINUTE_MS, until - world.now))
        await world.check([ids[name] for name in some], state)
        await world.turn(2_000)


async def looked_back(world: World, **body: object) -> BacktestPublic:
    asked = BacktestCreate.model_validate({"rules": AS_RECORDED, "from": to_utc(START_MS - 30_000), **body})
    async with world.db.read() as session:
        return await backtest(session, world.workspace_id, asked, world.now)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
async def test_what_policies_would_have_sent_is_what_they_sent(world: World, story: Story) -> None:
    await told(world, story)
    found = await looked_back(world)
    # A step or a reminder that goes to two channels is one; notices are of healther itself.
    sent = {
        (each.created_at, each.incident_id, each.kind) for each in await world.deliveries() if each.kind != "notice"
    }
    kinds = sorted(kind for _, _, kind in sent)
    assert (found.proposed.pages, found.proposed.messages) == (
        sum(kind in NEW_KINDS for kind in kinds), len(kinds),
    ), kinds  # fmt: skip
    assert found.proposed.outages == found.recorded_outages


async def test_who_joined_is_heard_of_when_it_was_told(world: World) -> None:
    await told(world, STORIES["one joins in time"])
    seen = {row.watcher_name: row.proposed[0] for row in (await looked_back(world)).rows}
    first, joined = seen["a"].paged_at, seen["c"].paged_at
    assert first is not None
    assert joined is not None
    assert first < joined == seen["c"].started_at
    (_, named) = [each for each in await world.deliveries() if each.kind == "down"]
    assert timedelta() <= to_utc(named.created_at) - joined < timedelta(minutes=1)


async def test_who_joined_and_was_back_before_it_was_told_was_heard_of_by_nobody(world: World) -> None:
    await told(world, STORIES["one joins, and is back before it is told of"])
    seen = {row.watcher_name: row.proposed[0] for row in (await looked_back(world)).rows}
    assert (seen["c"].paged_at, seen["c"].why_not) == (seen["c"].started_at, None)
    assert (seen["d"].paged_at, seen["d"].why_not) == (None, "over_before_step")


async def test_maintenance_holds_back_until_it_ends(world: World) -> None:
    await world.policy((0, "mail"))
    short, long = await world.watchers("short", "long")
    begins, ends = START_MS, START_MS + 10 * MINUTE_MS
    async with world.db.write_connection() as connection:
        for each in (short, long):
            span = {"watcher_id": each, "started_at": begins, "ended_at": ends, "state": State.MAINTENANCE}
            await connection.execute(insert(Span).values(span))
    for minutes, some, state in ((1, [short, long], D), (3, [short], H), (15, [long], H)):
        world.now = START_MS + minutes * MINUTE_MS
        await world.check(some, state)
    world.now += MINUTE_MS
    found = await looked_back(world)
    assert found.proposed.pages == 1
    seen = {row.watcher_name: row.proposed[0] for row in found.rows}
    assert (seen["short"].why_not, seen["short"].paged_at) == ("maintenance", None)
    assert (seen["long"].why_not, seen["long"].paged_at) == (None, to_utc(ends))


async def test_other_flapping_limits_and_another_policy_can_be_tried(world: World) -> None:
    await told(world, STORIES["flapping, and calm"])
    as_is = await looked_back(world)
    quiet = await looked_back(world, flapping={"changes": 2, "within_s": 600})
    loud = await looked_back(world, flapping={"changes": 100, "within_s": 600})
    late = await looked_back(world, policy={"after_s": [600]})
    assert (quiet.proposed.pages, as_is.proposed.pages, loud.proposed.pages) == (2, 3, 4)
    assert late.proposed.pages < as_is.proposed.pages
    assert [each.code for each in as_is.limits if each.code in ("acknowledged", "edits", "parents")] == []


def test_what_was_over_when_the_next_began_is_not_one_with_it() -> None:
    """Also where both are decided on in one go: two outages of one service within a second are two."""
    watcher = new_id()
    setting = Setting(
        workspace_id=new_id(), from_ms=START_MS,
        policies=[AlertPolicy(all_watchers=True, changes=["down"], steps=[{"after_s": 0}])],
        tags={}, causes={watcher: frozenset({(CauseKind.HOST, "shop.test")})}, regions={}, maintenance={},
        until_ms=START_MS + HOUR_MS,
    )  # fmt: skip
    times = [(START_MS, START_MS + 100), (START_MS + 500, START_MS + MINUTE_MS)]
    outages = [Outage(watcher, begin, begin, State.DOWN, ended_at=end, over_at=end) for begin, end in times]
    alerts = alerts_of(outages, setting)
    assert [(alert.outages, alert.pages) for alert in alerts] == [([each], [each.started_at]) for each in outages]


@pytest.mark.parametrize("remind_s", [None, 60, 700])
@pytest.mark.parametrize("took_s", [0, 1, 300, 301, 3_600])
def test_steps_and_reminders_are_those_the_planner_takes(remind_s: int | None, took_s: int) -> None:
    policy = AlertPolicy(steps=[{"after_s": 0}, {"after_s": 300}], remind_every_s=remind_s)
    steps, reminders = messages_between(policy, START_MS, START_MS + took_s * SECOND_MS)
    next_step, next_at, taken, reminded = 0, START_MS, 0, 0
    for now in range(START_MS, START_MS + took_s * SECOND_MS, SECOND_MS):
        progress = advance(
            [0, 300 * SECOND_MS], None if remind_s is None else remind_s * SECOND_MS,
            started_at=START_MS, next_step=next_step, next_at=next_at, now_ms=now,
        )  # fmt: skip
        taken, reminded = taken + len(progress.steps), reminded + progress.remind
        next_step, next_at = progress.next_step, progress.next_at
    assert (len(steps), len(reminders)) == (taken, reminded)


SHOPS = [new_id() for _ in range(4)]
ONE = frozenset({(CauseKind.HOST, "one.test")})


@st.composite
def spells(draw: st.DrawFn, watcher: UUID) -> list[Outage]:
    """Outages of one watcher, one after the other, in seconds that collide often."""
    found, at = [], START_MS
    for wait, confirms, lasts in draw(
        st.lists(st.tuples(st.integers(1, 90), st.integers(0, 12), st.integers(1, 400)), max_size=3)
    ):
        began = at + wait * SECOND_MS
        confirmed = began + confirms * SECOND_MS
        at = confirmed + lasts * SECOND_MS
        found.append(Outage(watcher, began, confirmed, State.DOWN, ended_at=at, over_at=at))
    return found


windows = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), max_size=2)
POLICIES = st.tuples(
    st.lists(st.integers(0, 300), min_size=1, max_size=3, unique=True).map(sorted),
    st.sampled_from([None, 60, 200]),
)


@settings(deadline=None, max_examples=200)
@given(
    st.tuples(*(spells(each) for each in SHOPS)),
    st.fixed_dictionaries(dict.fromkeys(SHOPS, windows)),
    st.lists(POLICIES, min_size=1, max_size=2),
    st.booleans(),
)
def test_nobody_has_heard_of_an_outage_before_it_was_there_nor_when_it_was_over_or_held(
    some: tuple[list[Outage], ...],
    maintained: dict[UUID, list[tuple[int, int]]],
    policies: list[tuple[list[int], int | None]],
    alike: bool,
) -> None:
    maintenance = {
        each: [(START_MS + at * SECOND_MS, START_MS + (at + lasts) * SECOND_MS) for at, lasts in theirs]
        for each, theirs in maintained.items()
    }
    setting = Setting(
        workspace_id=new_id(), from_ms=START_MS, until_ms=START_MS + HOUR_MS, tags={}, regions={},
        policies=[
            AlertPolicy(
                all_watchers=True, changes=["down"], remind_every_s=remind_s,
                steps=[{"after_s": each} for each in steps],
            )
            for steps, remind_s in policies
        ],
        causes=dict.fromkeys(SHOPS, ONE) if alike else {}, maintenance=maintenance,
    )  # fmt: skip
    for alert in alerts_of([outage for theirs in some for outage in theirs], setting):
        for outage in alert.outages:
            heard_at = alert.heard_at(outage)
            if heard_at is None:
                continue
            assert outage.confirmed_at <= heard_at < (outage.over_at or setting.until_ms)
            held = any(start <= heard_at < end for start, end in maintenance[outage.watcher_id])
            assert not held or len(alert.outages) > 1, "maintenance holds back what is alone in an incident"


async def test_those_that_are_told_of_in_one_message_are_heard_of_when_the_last_of_them_is_there(world: World) -> None:
    await world.policy((0, "mail"))
    a, b = await world.watchers("a", "b", url=ONE_HOST)
    await world.check([a], D)
    world.now += 1_000
    await world.check([b], D)
    await world.turn()
    seen = {row.watcher_name: row.proposed[0] for row in (await looked_back(world)).rows}
    assert seen["a"].paged_at == seen["b"].paged_at == seen["b"].started_at
    (told_of,) = await world.deliveries()
    assert timedelta() <= to_utc(told_of.created_at) - seen["b"].started_at < timedelta(seconds=5)


async def test_a_step_that_is_due_in_maintenance_is_taken_when_that_ends(world: World) -> None:
    await world.policy((300, "mail"), remind_every_s=300)
    (shop,) = await world.watchers("shop")
    begins, ends = START_MS + 3 * MINUTE_MS, START_MS + 11 * MINUTE_MS
    async with world.db.write_connection() as connection:
        span = {"watcher_id": shop, "started_at": begins, "ended_at": ends, "state": State.MAINTENANCE}
        await connection.execute(insert(Span).values(span))
    for minutes, state in ((1, D), (19, H)):
        world.now = START_MS + minutes * MINUTE_MS
        await world.check([shop], state)
    world.now += MINUTE_MS
    found = await looked_back(world)
    assert found.rows[0].proposed[0].paged_at == to_utc(ends)
    assert found.proposed.messages == 3, "the step, one reminder and the end"
