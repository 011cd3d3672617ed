"""Honest timings: what healther records for a target of known latency, against `curl -w` beside it, under load."""

import asyncio
import subprocess
import sys
import threading
import time
from contextlib import ExitStack

from sqlalchemy import bindparam, text

from benchmarks.processes import embedded_environment, healther_up, program
from benchmarks.seed import seed
from benchmarks.targets import cheap_server, serve_with_latency
from healther.core.columns import Id
from healther.core.db import Database
from tests.support.servers import can_connect, free_port, wait_until

LATENCIES_MS = (0, 20, 200)
WATCHERS_EACH = 50
CADENCE_S = 10
WARM_UP_S = 15


def run(load_per_s: int, seconds: int) -> list[dict[str, object]]:
    """p50 and p95 of both for each latency, in milliseconds, while `load_per_s` other checks run."""
    curl_program = program("curl", package="curl")
    with ExitStack() as stack:
        target = stack.enter_context(cheap_server())
        ports = {latency: free_port() if latency else target.plain_port for latency in LATENCIES_MS}
        slow = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.timings", *(f"{port}:{ms}" for ms, port in ports.items() if ms)]
        )
        stack.callback(slow.wait)
        stack.callback(slow.terminate)
        for port in ports.values():
            wait_until(lambda port=port: can_connect(port), "the slow targets answer")  # type: ignore[misc]
        environment = stack.enter_context(embedded_environment())
        urls = [f"http://127.0.0.1:{port}/known" for port in ports.values() for _ in range(WATCHERS_EACH)]
        load = [f"http://127.0.0.1:{target.plain_port}/load" for _ in range(load_per_s * CADENCE_S - len(urls))]
        ids = seed(environment["DATABASE_URL"], [*urls, *load], every_s=CADENCE_S)
        stack.enter_context(healther_up(environment))
        time.sleep(WARM_UP_S)
        from_ms = int(time.time() * 1000)
        curl: dict[int, list[float]] = {latency: [] for latency in LATENCIES_MS}
        threads = [
            threading.Thread(
                target=_curl, args=(curl_program, f"http://127.0.0.1:{port}/known", seconds, curl[latency])
            )
            for latency, port in ports.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows = []
        for number, latency in enumerate(LATENCIES_MS):
            some = ids[number * WATCHERS_EACH : (number + 1) * WATCHERS_EACH]
            recorded = asyncio.run(_recorded(environment["DATABASE_URL"], some, from_ms))
            row: dict[str, object] = {"latency_ms": latency, "load_per_s": load_per_s}
            for name, values in (("healther", recorded), ("curl", curl[latency])):
                row |= {
                    f"{name}_p50_ms": round(_quantile(values, 0.5), 3),
                    f"{name}_p95_ms": round(_quantile(values, 0.95), 3),
                    f"{name}_samples": len(values),
                }
            for quantile, apart in (("p50", 0.5), ("p95", 0.95)):
                row[f"{quantile}_apart_ms"] = round(
                    abs(_quantile(recorded, apart) - _quantile(curl[latency], apart)), 3
                )
            rows.append(row)
        return rows


def _curl(curl: str, url: str, seconds: int, into: list[float]) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = subprocess.run(
            [curl, "-s", "-o", "/dev/null", "-w", "%{time_total}", url], capture_output=True, text=True, check=True
        )
        into.append(float(answer.stdout) * 1000)
        time.sleep(0.1)


async def _recorded(database_url: str, ids: list[object], from_ms: int) -> list[float]:
    db = Database(database_url)
    query = text(
        "SELECT response_time_ms FROM healthevent WHERE watcher_id IN :ids AND created_at >= :from AND status = 1"
    ).bindparams(bindparam("ids", expanding=True, type_=Id))
    async with db.read_connection() as connection:
        values = [row[0] for row in await connection.execute(query, {"ids": ids, "from": from_ms})]
    await db.close()
    return values


def _quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * q))] if ordered else float("nan")


async def _serve(specs: list[str]) -> None:
    for spec in specs:
        port, latency_ms = (int(part) for part in spec.split(":"))
        await serve_with_latency(port, latency_ms / 1000)
    await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(_serve(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(0)
