"""What healther promises of its speed, figure by figure, and whether a row of a benchmark holds it."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Row = Mapping[str, object]

# A window's edges cut a few checks off a steady rate.
_EDGES = 0.999
_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "≤": operator.le,
    "≥": lambda found, bound: found >= bound * _EDGES,
}


@dataclass(frozen=True)
class Goal:
    """A bound on one figure of those rows of a suite that have it, and have what `of` says."""

    suite: str
    figure: str
    sign: str
    bound: float
    of: Mapping[str, object] = field(default_factory=dict)

    def is_of(self, row: Row) -> bool:
        """Whether it says something about this row."""
        return self.figure in row and all(row.get(key) == value for key, value in self.of.items())

    def is_met(self, row: Row) -> bool:
        """Whether the row holds it; a figure that could not be had does not."""
        found = row[self.figure]
        return isinstance(found, int | float) and _HOLDS[self.sign](found, self.bound)

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:,g}"


_PLAIN, _FAST = {"scheme": "http", "wanted_per_s": 1000}, {"scheme": "http", "wanted_per_s": 4000}
_TLS, _FAST_TLS = {"scheme": "https", "wanted_per_s": 1000}, {"scheme": "https", "wanted_per_s": 1200}

GOALS: Sequence[Goal] = (
    Goal("path", "own_cpu_ms", "≤", 0.2, _PLAIN),
    Goal("path", "with_servers_cpu_ms", "≤", 0.35, {**_PLAIN, "setup": "fleet"}),
    Goal("path", "checks_per_s", "≥", 4000, _FAST),
    Goal("path", "lateness_p99_ms", "<", 500, _FAST),
    Goal("path", "own_cpu_ms", "≤", 0.9, _TLS),
    Goal("path", "checks_per_s", "≥", 1200, _FAST_TLS),
    Goal("path", "lateness_p99_ms", "<", 500, _FAST_TLS),
    Goal("timings", "p50_apart_ms", "≤", 1),
    Goal("timings", "p95_apart_ms", "≤", 5),
    Goal("scale", "rss_mb", "<", 300),
    Goal("scale", "full_rate_after_s", "≤", 60),
    Goal("api", "p99_ms", "<", 100),
    Goal("ledger", "bars_p50_ms", "<", 20),
    Goal("overview", "wall_ms_p50", "<", 50),
    Goal("browser", "interactive_ms", "<", 1000),
    Goal("alerts", "lost", "≤", 0),
    Goal("alerts", "under_another_id", "≤", 0),
    # 12 s plus what confirming waits for: a tenth of the cadence.
    Goal("alerts", "p99_s", "<", 13, {"what": "first failing check to message, every 10 s"}),
    Goal("alerts", "p99_s", "<", 18, {"what": "first failing check to message, every 60 s"}),
    # A cadence of 10 s, a second to confirm, and at most 10 s of waiting while more arrive.
    Goal("alerts", "told_after_s", "<", 25),
    Goal("alerts", "messages_in_30_s", "≤", 1),
    Goal("subscribers", "not_arrived", "≤", 0),
    Goal("subscribers", "seconds", "<", 120),
    Goal("subscribers", "alert_ms_worst", "<", 1000),
    Goal("status_page", "per_s", "≥", 8000, {"answer": "304"}),
    Goal("status_page", "per_s", "≥", 4000, {"answer": "page, brotli"}),
    Goal("status_page", "per_s", "≥", 4000, {"answer": "page, gzip"}),
    # Half of those is asked for; the tail of much less would be another one's.
    Goal("status_page", "at_half_per_s", "≥", 3600, {"answer": "304"}),
    Goal("status_page", "at_half_per_s", "≥", 1800, {"answer": "page, brotli"}),
    Goal("status_page", "at_half_per_s", "≥", 1800, {"answer": "page, gzip"}),
    Goal("status_page", "at_half_p99_ms", "<", 30),
    Goal("status_page", "cpu_ms", "<", 50, {"answer": "rebuild"}),
    Goal("traces", "more_percent", "<", 5, {"traces": "1 %"}),
    # None measurable: a thousandth of what a check costs is far below what two that do the same are apart.
    Goal("traces", "asked_percent", "≤", 0.1, {"traces": "off"}),
)

# What tells a row of a suite from its neighbours.
NAMED_BY: Mapping[str, Sequence[str]] = {
    "path": ("setup", "scheme", "wanted_per_s"),
    "floor": ("scheme",),
    "timings": ("latency_ms",),
    "scale": ("setup", "watchers"),
    "api": ("endpoint",),
    "ledger": ("database",),
    "overview": ("database",),
    "browser": ("what", "watchers"),
    "peers": ("peer",),
    "alerts": ("what",),
    "subscribers": ("subscribers",),
    "status_page": ("answer",),
    "traces": ("traces",),
    "workers": ("workers",),
}


def bound(suite: str, figure: str, of: Row) -> float:
    """The bound of the one goal that says something about this figure of such rows."""
    (goal,) = (each for each in GOALS if (each.suite, each.figure, each.of) == (suite, figure, of))
    return goal.bound


def name_of(suite: str, row: Row) -> str:
    """What tells a row from its neighbours, in words."""
    return ", ".join(str(row[key]) for key in NAMED_BY.get(suite, ()) if key in row)


@dataclass(frozen=True)
class Outcome:
    """A goal beside what was found."""

    suite: str
    what: str
    figure: str
    found: object
    goal: str
    met: bool


def outcomes(suite: str, rows: Sequence[Row]) -> Iterator[Outcome]:
    """Every goal of the suite beside every row it is of."""
    for row in rows:
        what = name_of(suite, row)
        for goal in GOALS:
            if goal.suite == suite and goal.is_of(row):
                yield Outcome(suite, what, goal.figure, row[goal.figure], str(goal), goal.is_met(row))


def judged(suite: str, row: Row) -> dict[str, object]:
    """The row with the goal of each of its figures, and whether all are `met`; as it is where it has none."""
    found = list(outcomes(suite, [row]))
    if not found:
        return dict(row)
    return {**row, "goals": {each.figure: each.goal for each in found}, "met": all(each.met for each in found)}


def are_of(suite: str) -> bool:
    """Whether the suite has goals."""
    return any(goal.suite == suite for goal in GOALS)


def without_a_row(suite: str, rows: Sequence[Row]) -> list[str]:
    """Goals of the suite that are of none of its rows: nobody would notice that they are missed."""
    return [f"{goal.figure} {goal}" for goal in GOALS if goal.suite == suite and not any(map(goal.is_of, rows))]
