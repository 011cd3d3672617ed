"""The overview of 2,000 watchers in a real Chromium: milliseconds until it is there, and until it can be used; and the
frames that are dropped while somebody scrolls through it quickly.

The app's files come from the browser's cache, as for everybody who has been there before.
"""

import asyncio
import json
import os
import statistics
import subprocess
from pathlib import Path
from uuid import UUID

import httpx
from sqlmodel import col, select, update

from benchmarks.overview import WATCHERS, write_past
from benchmarks.people import EMAIL, PASSWORD
from benchmarks.processes import embedded_environment, healther, program
from benchmarks.seed import seed
from healther.accounts.models import Membership, Role, User, Workspace
from healther.core.clock import now_ms
from healther.core.db import Database
from healther.watchers.models import ServiceWatcher
from healther.watchers.regions import say_served
from tests.support.servers import free_port, wait_until

ROUNDS = 7
WEB = Path(__file__).parents[1] / "web"


def run() -> list[dict[str, object]]:
    """Medians over the rounds, and the worst: of opening it, and of scrolling 240 frames of 150 px."""
    if "HEALTHER_TEST_CHROMIUM" not in os.environ:
        program("chromium", package="chromium")
    with embedded_environment() as environment:
        url = environment["DATABASE_URL"]
        watchers = seed(url, [f"https://service-{number}.example.com/health" for number in range(WATCHERS)], every_s=60)
        port = free_port()
        with healther(["api", "--port", str(port)], environment):
            base = f"http://127.0.0.1:{port}"
            wait_until(lambda: _registered(base), "somebody has an account", 60)
            asyncio.run(_prepare(url, watchers))
            told = subprocess.run(
                ["node", "scripts/overview-speed.mjs", base, EMAIL, PASSWORD, "bench", str(ROUNDS)],
                cwd=WEB, check=True, capture_output=True, text=True, timeout=300,
            ).stdout  # fmt: skip
    rounds = json.loads(told)
    return [
        _row("opening", rounds, "first_row_ms", "interactive_ms", "search_ms"),
        {
            **_row("scrolling", rounds, "frames_dropped", "frames_without_rows", "longest_frame_ms"),
            "frames": rounds[0]["scrolling"]["frames"],
            "scrolled_px": rounds[0]["scrolling"]["scrolled_px"],
        },
    ]


def _row(what: str, rounds: list[dict[str, dict[str, float]]], *names: str) -> dict[str, object]:
    found: dict[str, object] = {"what": what, "watchers": WATCHERS}
    for name in names:
        values = [each[what][name] for each in rounds]
        found |= {name: round(statistics.median(values)), f"{name}_worst": round(max(values))}
    return found


def _registered(base: str) -> bool:
    body = {"email": EMAIL, "full_name": "Ada", "password": PASSWORD}
    try:
        return httpx.post(f"{base}/api/v1/auth/register", json=body, timeout=10).status_code == 201
    except httpx.TransportError:
        return False


async def _prepare(database_url: str, watchers: list[UUID]) -> None:
    db = Database(database_url)
    await write_past(db, watchers, now_ms())
    async with db.write() as session:
        user = (await session.exec(select(User.id))).one()
        workspace = (await session.exec(select(Workspace.id).where(col(Workspace.slug) == "bench"))).one()
        session.add(Membership(workspace_id=workspace, user_id=user, role=Role.OWNER))
        await session.exec(update(ServiceWatcher).values(name=col(ServiceWatcher.url)))
    await say_served(db, "default", now_ms())
    await db.close()
