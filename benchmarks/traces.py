"""What traces cost a check: the same path without them and with one check in a hundred traced, taken in turns."""

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks import path
from tests.support.collector import collector

_SAMPLE = "0.01"


def run(rate: int, seconds: int, pairs: int) -> Sequence[Mapping[str, object]]:
    """CPU per check of `pairs` runs off and as many on, one after the other so that a busy machine hits both alike.

    Off, the SDK is not even imported: it is what a healther without the extra does. On, spans go to a collector on
    loopback, in a process that is not counted.
    """
    found: dict[str, list[path.PathFigures]] = {"off": [], "1 %": []}
    with collector() as kept:
        on = {"TRACES_ENDPOINT": kept.url, "TRACES_SAMPLE": _SAMPLE}
        for _ in range(pairs):
            found["off"].append(path.run("embedded", "http", rate, seconds, reads=False))
            found["1 %"].append(path.run("embedded", "http", rate, seconds, settings=on, reads=False))
        sent = len(kept.spans())
    off = median(each.own_cpu_ms for each in found["off"])
    return [
        {
            "traces": name,
            "wanted_per_s": rate,
            "checks_per_s": [each.checks_per_s for each in runs],
            "own_cpu_ms": [each.own_cpu_ms for each in runs],
            "median_cpu_ms": round(cpu := median(each.own_cpu_ms for each in runs), 4),
            "more_than_off_percent": round(100 * (cpu / off - 1), 1),
            "spans_sent": sent if name != "off" else 0,
        }
        for name, runs in found.items()
    ]
