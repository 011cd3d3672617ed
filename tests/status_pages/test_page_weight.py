"""What a page weighs when its services had a bad quarter: said once, it stays light."""

import gzip
import random
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from healther.core.clock import DAY_MS, HOUR_MS
from healther.history.ledger import Segment, StateTimes, time_per_state
from healther.status_pages import render
from healther.status_pages.bars import days_of
from healther.status_pages.snapshot import Component, Event, Latency, Look, Section, Snapshot
from healther.status_pages.words_de import words_of
from healther.watchers.states import State

NOW_MS = int(datetime(2026, 11, 30, tzinfo=UTC).timestamp() * 1000)
DAYS = 90
CHANGES = 40
TROUBLES = (State.DEGRADED, State.DOWN, State.UNKNOWN, State.MAINTENANCE)
SHOWN = (State.DEGRADED, State.DOWN, State.MAINTENANCE)


def past_of(chance: random.Random) -> list[Segment]:
    """Jumps at random between all states, at any time of the 90 days."""
    first = NOW_MS - DAYS * DAY_MS
    at = [first, *sorted(chance.sample(range(first, NOW_MS, 1000), CHANGES)), NOW_MS]
    states = [chance.choice((State.HEALTHY, *TROUBLES)) for _ in range(CHANGES + 1)]
    return [Segment(state, *between) for state, between in zip(states, pairwise(at), strict=True)]


def snapshot(language: str, services: int) -> Snapshot:
    """A page of so many services, each with a past and a day of response times of its own."""
    chance, components, events = random.Random(services), [], []
    starts = [NOW_MS - (DAYS - day) * DAY_MS for day in range(DAYS)]
    for number in range(services):
        name, past = f"Service number {number}", past_of(chance)
        bars = [time_per_state(past, at, at + DAY_MS) for at in starts]
        latency = Latency(tuple(chance.uniform(20, 400) for _ in range(24)), chance.uniform(20, 400))
        components.append(
            Component(f"service-{number}", f"{number}", name, past[-1].state, past[-1].start, bars, bars[-1], latency)
        )
        events += [
            Event(name, each.state, each.start, each.end, "timeout")
            for each in past
            if each.state in SHOWN and each.end > NOW_MS - 14 * DAY_MS
        ]
    look = Look("acme", "Acme status", words_of(language), ZoneInfo("Europe/Berlin"), show_latency=True)
    dates = [(datetime.fromtimestamp(at / 1000, UTC)).date() for at in starts]
    assert dates[-1] - dates[0] == timedelta(days=DAYS - 1)
    return Snapshot(look, NOW_MS, State.DOWN, dates, (Section("", tuple(components)),), tuple(events))


@pytest.mark.parametrize("language", ["en", "de"])
def test_fifty_services_with_forty_changes_each_weigh_less_than_30_kilobytes(language: str) -> None:
    html = render.html(snapshot(language, 50), "https://status.example.org", stale=False)
    text = html.decode()
    assert len(re.findall(r"<i[ >]", text)) == 50 * DAYS
    assert (text.count('<svg class="chart"'), text.count("<details>")) == (50, 50)
    assert {*re.findall(r'<i class="?(\w)', text)} == {"d", "g", "m", "u", "v"}
    assert text.count("<time ") > 100
    assert len(gzip.compress(html)) < 30_000


def test_each_day_is_told_once() -> None:
    page = snapshot("en", 1)
    text = render.html(page, "https://status.example.org", stale=False).decode()
    (days,) = re.findall(r'data-days="([^"]+)"', text)
    assert (len(days.split("|")), days.split("|")[-1]) == (DAYS, "29 Nov: ")
    bars, lines = re.findall(r"<i([^>]*)>", text), re.findall(r"<li>([^<]+)(?=<)", text)
    is_trouble = [bool(re.match(r' class="?[dg]', bar)) for bar in bars]
    # What the script takes the words of a day with trouble from: the list has them in the order of the bars.
    told = [times.down_ms + times.degraded_ms > 0 for times in page.components[0].bars]
    assert (is_trouble, len(lines)) == (told, sum(told))
    untold = {bar for bar, bad in zip(bars, is_trouble, strict=True) if not bad and "title" not in bar}
    assert untold == {"", " class=u"}
    assert not any("title" in bar for bar, bad in zip(bars[:-1], is_trouble, strict=False) if bad)


@pytest.mark.parametrize(("bad_days", "are_told"), [(1, True), (10, True), (11, False)])
def test_few_days_with_trouble_are_found_by_a_pointer_without_a_script(bad_days: int, are_told: bool) -> None:
    bad = StateTimes(healthy_ms=DAY_MS - HOUR_MS, down_ms=HOUR_MS)
    bars = [StateTimes(healthy_ms=DAY_MS)] * (DAYS - bad_days - 1) + [bad] * bad_days + [StateTimes(healthy_ms=DAY_MS)]
    component = Component("shop", "1", "Shop", State.HEALTHY, NOW_MS, bars, bars[-1], None)
    days = days_of(component, date(2026, 9, 2), words_of("en"))
    assert len(days.troubles) == days.bars.count("class=d") == bad_days
    assert days.bars.count("1\xa0h down") == (bad_days if are_told else 0)
