"""The public page on one process: answers a second for 304s and compressed pages, the tail at half the goal, a rebuild.

wrk on loopback asks; the page has 100 services and 90 days. Figures are for the two cores both share.
"""

import asyncio
import re
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from benchmarks import goals
from benchmarks.pages import seed_page
from benchmarks.processes import cpu_s, embedded_environment, healther, program
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.status_pages.entry import Entry
from healther.status_pages.read import read_snapshot
from healther.status_pages.resources import Shot
from healther.status_pages.source import find_refs, load_source
from tests.support.servers import free_port, wait_until

CONNECTIONS = 64
REBUILDS = 20
# Milliseconds that wrk waits before each request of a connection: this many on average, and not all at the same moment.
_PACED = "function delay() return math.floor({delay_ms} * (0.5 + math.random()) + math.random()) end\n"
_TRIALS, _TRIAL_S = 2, 3
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}

Row = dict[str, object]


def run(services: int, seconds: int) -> list[Row]:
    """Requests a second and the slowest of a hundred in milliseconds, at full and at half speed; a rebuild's CPU."""
    program("wrk", package="wrk")
    with embedded_environment() as environment:
        seed_page(environment["DATABASE_URL"], services)
        port = free_port()
        page = f"http://127.0.0.1:{port}/status/bench"
        with healther(["api", "--port", str(port)], environment) as process:
            wait_until(lambda: _answers(page), "the page answers", 60)
            rows = [
                _asked("304", page, process, seconds, services, {"Accept-Encoding": "br", "If-None-Match": _tag(page)}),
                _asked("page, brotli", page, process, seconds, services, {"Accept-Encoding": "br"}),
                _asked("page, gzip", page, process, seconds, services, {"Accept-Encoding": "gzip"}),
            ]
        return [*rows, asyncio.run(_rebuilt(environment["DATABASE_URL"], services))]


def _answers(page: str) -> bool:
    try:
        return httpx.get(page, timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def _tag(page: str) -> str:
    return httpx.get(page, headers={"Accept-Encoding": "br"}, timeout=10).headers["ETag"]


def _asked(name: str, page: str, process: psutil.Process, seconds: int, services: int, headers: dict[str, str]) -> Row:
    before, started = cpu_s(process), time.monotonic()
    rate, p99_ms = _wrk(page, seconds, headers)
    used = cpu_s(process) - before
    half = goals.bound("status_page", "per_s", {"answer": name}) / 2
    half_rate, half_p99_ms = _wrk_at(half, page, seconds, headers)
    return {
        "answer": name,
        "services": services,
        "per_s": round(rate),
        "cpu_us_each": round(used / (rate * (time.monotonic() - started)) * 1e6, 1) if rate else None,
        "p99_ms": p99_ms,
        "at_half_wanted_per_s": round(half),
        "at_half_per_s": round(half_rate),
        "at_half_p99_ms": half_p99_ms,
    }


def _wrk_at(pace: float, page: str, seconds: int, headers: dict[str, str]) -> tuple[float, float]:
    """The same at so many requests a second: what of a connection's turn is not waiting is measured first."""
    turn_ms = CONNECTIONS * 1000 / pace
    delay_ms = turn_ms
    for _ in range(_TRIALS):
        rate, _tail = _wrk(page, _TRIAL_S, headers, delay_ms=delay_ms)
        delay_ms = max(0.1, delay_ms + turn_ms - CONNECTIONS * 1000 / rate)
    return _wrk(page, seconds, headers, delay_ms=delay_ms)


def _wrk(page: str, seconds: int, headers: dict[str, str], *, delay_ms: float = 0) -> tuple[float, float]:
    """Requests a second and the 99th percentile in milliseconds."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.TemporaryDirectory(prefix="healther-wrk-") as home:
        if delay_ms:
            script = Path(home) / "paced.lua"
            script.write_text(_PACED.format(delay_ms=delay_ms))
            command += ["-s", str(script)]
        said = subprocess.run([*command, page], check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if rate is None or tail is None or "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"wrk said:\n{said}")
    return float(rate[1]), round(float(tail[1]) * _UNITS[tail[2]], 2)


async def _rebuilt(database_url: str, services: int) -> Row:
    """CPU of reading and rendering the page anew, the queries' threads included."""
    db = Database(database_url)
    async with db.read() as session:
        ref = (await find_refs(session, ["bench"], []))["bench"]
    took, rendered, days = [], [], None
    for _ in range(1 + REBUILDS):
        before = time.process_time()
        async with db.read() as session:
            source = await load_source(session, ref)
            assert source is not None
            snapshot, days = await read_snapshot(session, source, "default", now_ms(), days)
        read = time.process_time()
        entry = Entry(source, Shot(snapshot, stale=False, origin="http://127.0.0.1"), (), days, 0.0)
        await entry.answer("/status/bench")
        took.append(time.process_time() - before)
        rendered.append(time.process_time() - read)
    await db.close()
    first, *took = took
    middle = REBUILDS // 2
    return {
        "answer": "rebuild",
        "services": services,
        "first_cpu_ms": round(first * 1000, 1),
        "cpu_ms": round(sorted(took)[middle] * 1000, 1),
        "of_it_rendering_ms": round(sorted(rendered)[middle] * 1000, 1),
    }
