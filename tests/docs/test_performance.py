"""The figures that the documentation quotes are those that were measured, and a goal that is missed is said to be."""

import json

from benchmarks import goals, page
from tests.support import docs

PLAIN = {"setup": "embedded", "scheme": "http", "wanted_per_s": 1000}
FAST = {"setup": "fleet", "scheme": "http", "wanted_per_s": 4000}


def test_the_page_of_figures_is_what_was_measured():
    assert page.text(json.loads(page.RESULTS.read_text())) == docs.page("docs/performance.md"), (
        "benchmarks/results.json is newer: python -m benchmarks.page"
    )


def test_a_row_is_met_when_every_figure_with_a_goal_is():
    row = FAST | {"checks_per_s": 4000.2, "lateness_p99_ms": 120.0}
    assert goals.judged("path", row)["met"] is True
    assert goals.judged("path", row | {"lateness_p99_ms": 500.0})["met"] is False
    assert goals.judged("path", row | {"checks_per_s": 3900.0})["met"] is False
    assert goals.judged("path", PLAIN | {"own_cpu_ms": 0.21})["goals"] == {"own_cpu_ms": "≤ 0.2"}


def test_a_figure_that_could_not_be_had_misses_its_goal():
    assert goals.judged("scale", {"setup": "fleet", "rss_mb": 200.0, "full_rate_after_s": None})["met"] is False


def test_checks_at_the_edge_of_the_window_are_not_missed_but_fewer_are():
    assert goals.judged("path", FAST | {"checks_per_s": 3999.0, "lateness_p99_ms": 1.0})["met"] is True
    assert goals.judged("path", FAST | {"checks_per_s": 3990.0, "lateness_p99_ms": 1.0})["met"] is False


def test_a_row_without_a_goal_claims_nothing():
    assert "met" not in goals.judged("path", {"setup": "embedded", "scheme": "https", "wanted_per_s": 200})
    assert "met" not in goals.judged("soak", {"checks_per_s": 1.0})


def test_a_goal_that_no_row_has_a_figure_for_is_noticed():
    assert goals.without_a_row("scale", [{"setup": "embedded", "rss_mb": 1.0}]) == ["full_rate_after_s ≤ 60"]


def test_the_page_says_what_was_missed_and_by_how_much():
    row = {"setup": "embedded", "watchers": 60_000, "rss_mb": 307.2, "full_rate_after_s": 10}
    machine = {"cores": 2, "memory_gb": 25, "python": "3.11.7", "load_before": 0.5}
    said = page.text({"scale": {"at": "2026-11-24T00:54:57Z", "machine": machine, "rows": [row]}})
    assert "| scale | embedded, 60000 | `rss_mb` | 307.2 | < 300 | **no** |" in said
    assert "| scale | embedded, 60000 | `full_rate_after_s` | 10 | ≤ 60 | yes |" in said
    assert "24 November 2026: 2 cores" in said
