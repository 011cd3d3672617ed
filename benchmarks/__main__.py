"""`make bench`: runs the benchmarks, all or those named, prints a table each, and all goals beside what was found.

Writes benchmarks/results.json and docs/performance.md. Ends with 1 where a row has not `met` its goals
(benchmarks/goals.py), with 3 where a benchmark that has goals was left out because a program is not installed.

python -m benchmarks [--quick] [floor path timings scale api ledger overview browser peers alerts subscribers
                               status_page soak traces workers]
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import psutil

from benchmarks import (
    alerts,
    api,
    browser,
    floor,
    goals,
    ledger,
    overview,
    page,
    path,
    peers,
    report,
    scale,
    soak,
    status_page,
    subscribers,
    targets,
    timings,
    traces,
    workers,
)
from benchmarks.processes import LeftOutError

# The second: nothing was missed, but not all of what healther promises was measured.
EXIT_MISSED, EXIT_LEFT_OUT = 1, 3
Rows = Sequence[Mapping[str, object]]


def _path(seconds: int) -> Rows:
    runs = [
        (setup, scheme, rate)
        for setup in ("embedded", "fleet")
        for scheme, rate in (("http", 1000), ("http", 4000), ("https", 200), ("https", 1000), ("https", 1200))
    ]
    rows = []
    for setup, scheme, rate in runs:
        # The machine's speed changes within minutes: a figure means something beside a floor of its own minute.
        beside = floor.run(scheme)["cpu_ms_each"]
        # 1,200 handshakes a second are more than one core can make: a fleet has a worker for each core.
        workers = 2 if (setup, scheme, rate) == ("fleet", "https", 1200) else 1
        figures = path.run(setup, scheme, rate, seconds, workers=workers)
        rows.append({**path.as_row(figures), "floor_cpu_ms": beside})
    return rows


def _peers(seconds: int) -> Rows:
    rows: list[Mapping[str, object]] = []
    for every_s in (10, 1):
        pair = peers.run(1000, every_s, seconds)
        own = path.run("embedded", "http", 1000 // every_s, seconds, reads=False)
        rows += [
            pair,
            {
                # At 1,000/s the pair asks 1,000 targets every second, which is no cadence of healther's.
                "peer": f"healther up, each target every {path.CADENCE_S} s",
                "targets": own.wanted_per_s * path.CADENCE_S,
                "checks_per_s": own.checks_per_s,
                "cpu_ms_per_check": own.own_cpu_ms,
            },
        ]
    return rows


def _suites(quick: bool) -> dict[str, Callable[[], Rows]]:
    seconds = 15 if quick else 60
    return {
        "floor": lambda: [floor.run("http"), floor.run("https")],
        "path": lambda: _path(seconds),
        "timings": lambda: timings.run(1000, seconds),
        "scale": lambda: scale.run_all(6_000 if quick else 60_000),
        "api": lambda: api.run(500, seconds),
        "ledger": lambda: ledger.run_both(200_000 if quick else 10_000_000),
        "overview": overview.run_both,
        "browser": browser.run,
        "peers": lambda: _peers(seconds),
        "alerts": lambda: alerts.run(
            watchers=10 if quick else 100, at_once=200 if quick else 1_000, kills=10 if quick else 200
        ),
        "subscribers": lambda: subscribers.run(1_000 if quick else 10_000),
        "soak": lambda: [soak.run(300, 30 if quick else 600)],
        "traces": lambda: traces.run(300, slices=3 if quick else 12, pairs=1 if quick else 4),
        "workers": lambda: workers.run(600 if quick else 4_000, seconds),
        "status_page": lambda: status_page.run(100, min(seconds, 20)),
    }


def main() -> None:
    """Runs what was asked for; results of suites that were not run, or cannot be run here, stay in the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="short runs, to see that everything works")
    parser.add_argument("suites", nargs="*")
    arguments = parser.parse_args()
    suites = _suites(arguments.quick)
    unknown = set(arguments.suites) - suites.keys()
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(suites)}")
    outcomes: list[goals.Outcome] = []
    left_out: dict[str, str] = {}
    for name in arguments.suites or suites:
        try:
            found = suites[name]()
        except LeftOutError as error:
            left_out[name] = str(error)
            continue
        if unseen := goals.without_a_row(name, found):
            sys.exit(f"{name}: there is a goal and no figure for it: {', '.join(unseen)}")
        rows = [goals.judged(name, row) for row in found]
        report.show(name, rows)
        outcomes += goals.outcomes(name, rows)
        if not arguments.quick:
            _keep(name, rows)
    report.show_goals(outcomes, left_out)
    if not all(each.met for each in outcomes):
        sys.exit(EXIT_MISSED)
    if any(goals.are_of(name) for name in left_out):
        sys.exit(EXIT_LEFT_OUT)


def _keep(name: str, rows: Rows) -> None:
    """In the file, and on the page that is made of it; those of a suite that takes minutes are safe at once."""
    results = json.loads(page.RESULTS.read_text()) if page.RESULTS.exists() else {}
    results[name] = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": _machine(), "rows": rows}
    page.RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    page.write()


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "python": platform.python_version(),
        "answers_checks": targets.cheap_server_name(),
        "load_before": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    main()
