"""The API beside the engine: latency of ordinary requests while 500 checks/s run in the same process."""

import asyncio
import time
from contextlib import ExitStack

import httpx

from benchmarks.people import sign_in
from benchmarks.processes import embedded_environment, healther_up
from benchmarks.seed import seed
from benchmarks.targets import cheap_server

CADENCE_S = 10
CLIENTS = 4
# What a handful of people and scripts ask for at once: about 35 requests a second.
THINK_S = 0.1


def run(rate: int, seconds: int) -> list[dict[str, object]]:
    """p50, p95 and p99 per endpoint in milliseconds, by 4 clients that keep asking."""
    with ExitStack() as stack:
        target = stack.enter_context(cheap_server())
        environment = stack.enter_context(embedded_environment())
        urls = [f"http://127.0.0.1:{target.plain_port}/{number}" for number in range(rate * CADENCE_S)]
        ids = seed(environment["DATABASE_URL"], urls, every_s=CADENCE_S)
        _, url = stack.enter_context(healther_up(environment))
        headers, workspace_id = sign_in(url, environment["DATABASE_URL"])
        base = f"/api/v1/workspaces/{workspace_id}"
        paths = {
            "watchers, 50 of 5,000": f"{base}/watchers?limit=50",
            "one watcher": f"{base}/watchers/{ids[0]}",
            "its events": f"{base}/watchers/{ids[0]}/events",
            "its uptime": f"{base}/watchers/{ids[0]}/uptime",
        }
        time.sleep(CADENCE_S)
        return asyncio.run(_ask(url, headers, paths, seconds, rate))


async def _ask(
    url: str, headers: dict[str, str], paths: dict[str, str], seconds: int, rate: int
) -> list[dict[str, object]]:
    took: dict[str, list[float]] = {name: [] for name in paths}
    deadline = time.monotonic() + seconds

    async def client() -> None:
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as http:
            while time.monotonic() < deadline:
                for name, path in paths.items():
                    started = time.perf_counter()
                    (await http.get(path)).raise_for_status()
                    took[name].append((time.perf_counter() - started) * 1000)
                    await asyncio.sleep(THINK_S)

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    rows: list[dict[str, object]] = []
    for name, values in took.items():
        ordered = sorted(values)
        rows.append(
            {
                "endpoint": name,
                "checks_per_s_beside": rate,
                "requests_per_s": round(sum(map(len, took.values())) / seconds),
                "requests": len(ordered),
            }
            | {f"p{int(q * 100)}_ms": round(ordered[int(len(ordered) * q)], 1) for q in (0.5, 0.95, 0.99)}
        )
    return rows
