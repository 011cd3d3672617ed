"""What traces cost a check: two healthers side by side, one check in a hundred traced in one of them, slice by slice.

Both check as many watchers at the same time, so a machine that is slow for a while is slow for both, and what a slice
says is the one's CPU a check over the other's. `off` beside `off` is how far two apart are that do the same. Off, the
SDK is not even imported, and what is left is a question for each batch: that is timed by itself (`asked_percent`).
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median, quantiles
from timeit import timeit

import psutil

from benchmarks.path import CADENCE_S, first_round, recorded
from benchmarks.processes import cpu_s, embedded_environment, healther_up
from benchmarks.seed import seed
from benchmarks.targets import Targets, cheap_server
from healther.core.clock import now_ms
from healther.monitoring.traced import tell
from tests.support.collector import collector

_SAMPLE = "0.01"
# Every watcher is checked once in a slice: all slices have the same to do.
SLICE_S = CADENCE_S
_ASKED_TIMES = 200_000
_BATCH = 100


@dataclass
class _Side:
    """One of the two: its process, where it writes, and (moment, CPU seconds) at each slice's edges."""

    process: psutil.Process
    database_url: str
    edges: list[tuple[int, float]]

    def mark(self) -> None:
        self.edges.append((now_ms(), cpu_s(self.process)))

    async def cpu_ms_a_check(self) -> list[float]:
        found = []
        for (from_ms, before), (to_ms, after) in zip(self.edges, self.edges[1:], strict=False):
            checks, *_ = await recorded(self.database_url, from_ms, to_ms)
            found.append((after - before) * 1000 / max(checks, 1))
        return found


def run(rate: int, slices: int, pairs: int) -> Sequence[Mapping[str, object]]:
    """`pairs` of processes of which one traces, and half as many of which none does; `slices` of each are compared."""
    with collector() as kept, cheap_server() as target:
        traced: list[tuple[float, float]] = []
        alike: list[tuple[float, float]] = []
        for number in range(pairs):
            on = {"TRACES_ENDPOINT": kept.url, "TRACES_SAMPLE": _SAMPLE}
            # Who is started first may make a difference: it is the other one in the next pair.
            settings = (on, {}) if number % 2 else ({}, on)
            one, other = _pair(target, rate, slices, settings)
            traced += zip(one, other, strict=True) if number % 2 else zip(other, one, strict=True)
            if number % 2 == 0:
                alike += zip(*_pair(target, rate, slices, ({}, {})), strict=True)
        sent = len(kept.spans())
    off_ms = median(off for _, off in traced)
    asked_ms = timeit(lambda: tell([], [], 0), number=_ASKED_TIMES) / _ASKED_TIMES / _BATCH * 1000
    return [
        {"traces": "1 %", "wanted_per_s": rate, **_compared(traced), "spans_sent": sent},
        {"traces": "off", "wanted_per_s": rate, **_compared(alike), "asked_percent": round(100 * asked_ms / off_ms, 5)},
    ]


def _pair(
    target: Targets, rate: int, slices: int, settings: Sequence[Mapping[str, str]]
) -> tuple[list[float], list[float]]:
    """CPU milliseconds a check of two healthers with these settings, in each slice."""
    urls = [f"http://127.0.0.1:{target.plain_port}/{number}" for number in range(rate * CADENCE_S)]
    with ExitStack() as stack:
        sides = []
        for each in settings:
            environment = {**stack.enter_context(embedded_environment()), "MAX_IN_FLIGHT": "4000", **each}
            seed(environment["DATABASE_URL"], urls, every_s=CADENCE_S)
            process, _ = stack.enter_context(healther_up(environment))
            sides.append(_Side(process, environment["DATABASE_URL"], []))
        for side in sides:
            asyncio.run(first_round(side.database_url))
        time.sleep(CADENCE_S)
        for number in range(slices + 1):
            for side in sides:
                side.mark()
            if number < slices:
                time.sleep(SLICE_S)
        time.sleep(1)
        one, other = (asyncio.run(side.cpu_ms_a_check()) for side in sides)
        return one, other


def _compared(slices: Sequence[tuple[float, float]]) -> Mapping[str, object]:
    """By how much more the first costs, of a slice in the middle, and between which bounds half of the slices are."""
    more = [100 * (first / second - 1) for first, second in slices]
    low, middle, high = quantiles(more, n=4, method="inclusive")
    return {
        "slices": len(slices),
        "cpu_ms": round(median(first for first, _ in slices), 4),
        "beside_cpu_ms": round(median(second for _, second in slices), 4),
        "more_percent": round(middle, 1),
        "half_from_percent": round(low, 1),
        "half_to_percent": round(high, 1),
    }
