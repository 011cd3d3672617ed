"""More workers on one PostgreSQL and one Redis: what 1, 2 and 4 processes reach when there is more to do than they can.

An API beside them reads results back. On a machine with fewer cores than processes more workers reach no more: what a
check costs, and whether it costs more the more of them share the work, is the figure to take elsewhere.
"""

from collections.abc import Mapping, Sequence

from benchmarks import floor, path

WORKERS = (1, 2, 4)


def run(rate: int, seconds: int) -> Sequence[Mapping[str, object]]:
    """A row for each number of processes, with `rate` checks a second wanted; `rss_mb` is of the largest of them."""
    rows = []
    for workers in WORKERS:
        beside = floor.run()["cpu_ms_each"]
        figures = path.run("fleet", "http", rate, seconds, workers=workers)
        rows.append({**path.as_row(figures), "floor_cpu_ms": beside})
    return rows
