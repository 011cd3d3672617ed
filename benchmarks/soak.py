"""Ten minutes of everything at once: is memory flat, is every check made, do people get answers?"""

import asyncio
import time
from collections.abc import Mapping, Sequence

import httpx
import psutil

from benchmarks.path import CADENCE_S, first_round, recorded
from benchmarks.processes import embedded_environment, healther_up
from benchmarks.seed import seed
from benchmarks.targets import cheap_server
from healther.core.clock import now_ms

_SAMPLE_S = 5.0
_READS_A_SAMPLE = 20
_PATHS = ("/readyz", "/healthz", "/status/nobody", "/api/v1/setup")


def run(rate: int, seconds: int) -> Mapping[str, object]:
    """`rate` checks a second by one process on SQLite, pages asked for beside them; RSS is fitted by least squares."""
    with cheap_server() as target, embedded_environment() as environment:
        urls = [f"http://127.0.0.1:{target.plain_port}/{number}" for number in range(rate * CADENCE_S)]
        seed(environment["DATABASE_URL"], urls, every_s=CADENCE_S)
        with healther_up({**environment, "MAX_IN_FLIGHT": "4000"}) as (own, url):
            asyncio.run(first_round(environment["DATABASE_URL"]))
            # Caches fill and the allocator settles in the first half: the slope is that of the second.
            time.sleep(CADENCE_S)
            from_ms = now_ms()
            samples, failed = _sample(own, url, seconds)
            to_ms = now_ms()
            time.sleep(1)
            checks, bad, p50, p99 = asyncio.run(recorded(environment["DATABASE_URL"], from_ms, to_ms))
            ended = own.memory_info().rss
    return {
        "seconds": seconds,
        "wanted_per_s": rate,
        "checks_per_s": round(checks / (to_ms - from_ms) * 1000, 1),
        "not_healthy": bad,
        "reads_not_answered": failed,
        "lateness_p50_ms": p50,
        "lateness_p99_ms": p99,
        "rss_mb_at_end": round(ended / 1e6, 1),
        "rss_mb_at_half": round(samples[len(samples) // 2][1] / 1e6, 1),
        "rss_slope_mb_per_hour": round(_slope(samples[len(samples) // 2 :]) * 3600 / 1e6, 2),
        "files_at_end": samples[-1][2],
    }


def _sample(own: psutil.Process, url: str, seconds: int) -> tuple[list[tuple[float, int, int]], int]:
    """(second, RSS in bytes, open files) every few seconds, and how many reads got no answer."""
    samples: list[tuple[float, int, int]] = []
    failed = 0
    began = time.monotonic()
    with httpx.Client(base_url=url, timeout=10) as client:
        while (at := time.monotonic() - began) < seconds:
            samples.append((at, own.memory_info().rss, own.num_fds()))
            for number in range(_READS_A_SAMPLE):
                failed += client.get(_PATHS[number % len(_PATHS)]).status_code >= 500
            time.sleep(max(0.0, _SAMPLE_S - (time.monotonic() - began - at)))
    return samples, failed


def _slope(samples: Sequence[tuple[float, int, int]]) -> float:
    """Bytes a second, by least squares."""
    times, sizes = [at for at, _, _ in samples], [size for _, size, _ in samples]
    mean_time, mean_size = sum(times) / len(times), sum(sizes) / len(sizes)
    spread = sum((at - mean_time) ** 2 for at in times)
    return sum((at - mean_time) * (size - mean_size) for at, size in zip(times, sizes, strict=True)) / spread
