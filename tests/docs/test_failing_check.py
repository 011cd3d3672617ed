"""What docs/what-happens-when-a-check-fails.md says in seconds is what the code does."""

import re
from importlib import import_module

import pytest

from healther.alerting.flapping import CALM_FACTOR, FLAP_RULES, FlapRule
from healther.alerting.grouping import GROUP_WINDOW_MS
from healther.alerting.joining import MANY, begin, follow_up
from healther.alerting.waits import LONGEST_WAIT_MS
from healther.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, to_utc
from healther.monitoring.judge import confirm_delay_ms
from tests.support import docs

PAGE = docs.page("docs/what-happens-when-a-check-fails.md")
UNITS_MS = {"s": SECOND_MS, "min": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}
NAMED = re.findall(r"^\| .+ \| ([\d.]+) (s|min|h|d) \| `([a-z_.]+)\.([A-Z_]+)` \|$", PAGE, re.MULTILINE)


def test_the_table_of_times_is_read_whole() -> None:
    rows = PAGE.partition("## The times in it")[2].partition("## ")[0].count("\n| ")
    assert len(NAMED) == rows - 1 > 20, "each row but the heading has a time and a constant"


@pytest.mark.parametrize(("value", "unit", "module", "name"), NAMED, ids=[row[3] for row in NAMED])
def test_every_time_named_there_is_the_constant_s(value: str, unit: str, module: str, name: str) -> None:
    constant = getattr(import_module(f"healther.{module}"), name)
    assert float(value) * UNITS_MS[unit] == constant * (SECOND_MS if name.endswith("_S") else 1)


def test_the_example_confirms_when_the_code_would() -> None:
    first = 14 * HOUR_MS + MINUTE_MS
    delay_ms = confirm_delay_ms(MINUTE_MS)
    confirmed = to_utc(first + delay_ms).strftime("%H:%M:%S")
    assert f"in {delay_ms // SECOND_MS} seconds |\n| {confirmed} | **down** | **down since 14:01:00** |" in PAGE
    assert f"*confirmed* at {confirmed} " in PAGE
    assert f"\n| {confirmed} | the second fails" in PAGE


def test_flapping_and_the_follow_up_are_told_as_they_are() -> None:
    assert (FlapRule(5, 30 * MINUTE_MS), FlapRule(12, 24 * HOUR_MS)) == FLAP_RULES
    assert "from the fifth change in 30 minutes, or the twelfth in 24 hours" in PAGE
    assert CALM_FACTOR == 3
    assert "three times the average time between its last changes" in PAGE
    assert f"together, {(GROUP_WINDOW_MS + LONGEST_WAIT_MS) // SECOND_MS} seconds after the start" in PAGE
    assert follow_up(begin(2), 1, 0, LONGEST_WAIT_MS)[0]
    assert "What joins after the first message is told at once" in PAGE
    assert MANY == 10
    assert "or joins ten or more" in PAGE
