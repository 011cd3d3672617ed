"""The API beside the engine: latency of ordinary requests while 500 checks/s run in the same process."""

import asyncio
import time
from contextlib import ExitStack
from uuid import UUID

import httpx
from sqlmodel import select

from benchmarks.processes import embedded_environment, healther_up
from benchmarks.seed import seed
from benchmarks.targets import nginx
from healther.accounts.models import Membership, Role, User, Workspace
from healther.core.db import Database

CADENCE_S = 10
CLIENTS = 4
# What a handful of people and scripts ask for at once: about 35 requests a second.
THINK_S = 0.1
PASSWORD = "a long benchmark passphrase"


def run(rate: int, seconds: int) -> list[dict[str, object]]:
    """p50, p95 and p99 per endpoint in milliseconds, by 4 clients that keep asking."""
    with ExitStack() as stack:
        target = stack.enter_context(nginx())
        environment = stack.enter_context(embedded_environment())
        urls = [f"http://127.0.0.1:{target.plain_port}/{number}" for number in range(rate * CADENCE_S)]
        ids = seed(environment["DATABASE_URL"], urls, every_s=CADENCE_S)
        _, url = stack.enter_context(healther_up(environment))
        account = {"email": "bench@example.com", "full_name": "Bench", "password": PASSWORD}
        httpx.post(f"{url}/api/v1/auth/register", json=account, timeout=30).raise_for_status()
        form = {"username": account["email"], "password": PASSWORD}
        token = httpx.post(f"{url}/api/v1/auth/token", data=form, timeout=30).raise_for_status().json()["access_token"]
        workspace_id = asyncio.run(_join(environment["DATABASE_URL"], account["email"]))
        base = f"/api/v1/workspaces/{workspace_id}"
        paths = {
            "watchers, 50 of 5,000": f"{base}/watchers?limit=50",
            "one watcher": f"{base}/watchers/{ids[0]}",
            "its events": f"{base}/watchers/{ids[0]}/events",
            "its uptime": f"{base}/watchers/{ids[0]}/uptime",
        }
        time.sleep(CADENCE_S)
        return asyncio.run(_ask(url, token, paths, seconds, rate))


async def _join(database_url: str, email: str) -> UUID:
    """Makes the account an owner of the seeded workspace."""
    db = Database(database_url)
    async with db.write() as session:
        user = (await session.exec(select(User).where(User.email == email))).one()
        workspace = (await session.exec(select(Workspace).where(Workspace.slug == "bench"))).one()
        session.add(Membership(workspace_id=workspace.id, user_id=user.id, role=Role.OWNER))
    await db.close()
    return workspace.id


async def _ask(url: str, token: str, paths: dict[str, str], seconds: int, rate: int) -> list[dict[str, object]]:
    took: dict[str, list[float]] = {name: [] for name in paths}
    deadline = time.monotonic() + seconds

    async def client() -> None:
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
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
